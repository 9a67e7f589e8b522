import type * as z from 'zod';
import { nearestName } from '../core/nearest-name.ts';

/** A JSON Schema node, as far as suggestions need it. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode | boolean;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

/** One thing wrong with a config: where it stands in the document and what to say about it. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  /** The complaint is about the key itself, not its value. */
  readonly aboutKey: boolean;
  readonly sentence: string;
}

/** Turns a zod issue into complaints; a union's issue becomes that of the branch that came closest. */
export function explainIssue(issue: z.core.$ZodIssue, schema: unknown): Complaint[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, schema as SchemaNode));
    case 'invalid_union': {
      const branches = issue.errors.map((branch) =>
        branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue),
      );
      const best = closestBranch(branches);
      if (best !== undefined) return best.flatMap((inner) => explainIssue(inner, schema));
      return [complaint(path, `${shown(issue.input)} fits none of the allowed forms`)];
    }
    case 'invalid_value': {
      const allowed = issue.values.map((value) => String(value));
      const near = typeof issue.input === 'string' ? nearestName(issue.input, allowed) : undefined;
      const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
      return [complaint(path, `${shown(issue.input)} is not one of ${allowed.join(', ')}${suggestion}`)];
    }
    case 'invalid_type':
      return [
        issue.input === undefined
          ? complaint(path, `is missing; ${article(issue.expected)} ${issue.expected} is needed`)
          : complaint(path, `${shown(issue.input)} is not ${article(issue.expected)} ${issue.expected}`),
      ];
    case 'too_small':
      return [
        complaint(
          path,
          `${shown(issue.input)} is too small: ${bound(issue, issue.minimum, 'at least', 'more than')}`,
        ),
      ];
    case 'too_big':
      return [
        complaint(
          path,
          `${shown(issue.input)} is too large: ${bound(issue, issue.maximum, 'at most', 'less than')}`,
        ),
      ];
    default:
      return [
        complaint(path, isPlain(issue.input) ? `${shown(issue.input)}: ${issue.message}` : issue.message),
      ];
  }
}

function complaint(path: readonly (string | number)[], sentence: string): Complaint {
  return { path, aboutKey: false, sentence };
}

function unknownKey(path: readonly (string | number)[], key: string, schema: SchemaNode): Complaint {
  const known = knownKeys(nodesAt(schema, path));
  const near = nearestName(key, known);
  const hint =
    near === undefined
      ? `known here: ${known.join(', ')}`
      : `did you mean ${near}? (known here: ${known.join(', ')})`;
  return { path: [...path, key], aboutKey: true, sentence: `is not a known key; ${hint}` };
}

function bound(
  issue: { origin: string; inclusive?: boolean },
  limit: unknown,
  closed: string,
  open: string,
): string {
  const unit = issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : '';
  return `${issue.inclusive === false ? open : closed} ${String(limit)}${unit}`;
}

/** The union branch whose first complaint lies deepest, provided that some branch got past the top. */
function closestBranch(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  let best: z.core.$ZodIssue[] | undefined;
  let bestDepth = -1;
  for (const branch of branches) {
    const depth = Math.max(
      ...branch.map((inner) => inner.path.length + (inner.code === 'unrecognized_keys' ? 1 : 0)),
    );
    const isShape = branch.every((inner) => inner.code !== 'invalid_type' && inner.code !== 'invalid_value');
    const rank = depth * 2 + (isShape ? 1 : 0);
    if (rank > bestDepth) {
      best = branch;
      bestDepth = rank;
    }
  }
  return best;
}

/** Every schema node that can describe the value at `path`, unions spread out. */
function nodesAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode[] {
  let nodes = spread(root);
  for (const part of path) {
    nodes = nodes
      .flatMap((node) => [
        typeof part === 'number' ? node.items : (node.properties?.[part] ?? node.additionalProperties),
      ])
      .filter((node): node is SchemaNode => typeof node === 'object')
      .flatMap(spread);
  }
  return nodes;
}

function spread(node: SchemaNode): SchemaNode[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  return [node, ...inner.flatMap(spread)];
}

function knownKeys(nodes: readonly SchemaNode[]): string[] {
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))].filter(
    (key) => key !== '$schema',
  );
}

/** The offending value as it would be written, cut to a readable length. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isPlain(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a';
}
