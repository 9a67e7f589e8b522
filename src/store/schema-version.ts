import type * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { visibleText } from '../core/visible-text.ts';

type JsonObject = Record<string, unknown>;

/** How the documents of one format came to their present shape. */
export interface VersionedFormat<T> {
  /** The format in words: `record`, `baseline`. */
  readonly what: string;
  readonly current: number;
  readonly schema: z.ZodType<T>;
  /** Version → what turns a document of it into one of the next version. A version without one is refused. */
  readonly migrations: Readonly<Record<number, (document: JsonObject) => JsonObject>>;
  /** What to do about a document that is too old to be read. */
  readonly renew: string;
}

/**
 * A document of any readable version, in the present shape.
 *
 * @param path the file it comes from, for messages
 * @throws UsageError when it is something else, of a newer or of a forgotten version, or breaks its schema
 */
export function readVersioned<T>(document: unknown, path: string, format: VersionedFormat<T>): T {
  const { what, current } = format;
  const version = isObject(document) ? document['schemaVersion'] : undefined;
  if (!isObject(document) || typeof version !== 'number' || !Number.isInteger(version)) {
    throw new UsageError(`this is not a dimsweep ${what}: it has no schemaVersion`, {
      where: path,
      hint: `Give the ${what} that dimsweep wrote.`,
    });
  }
  if (version > current) {
    throw new UsageError(
      `this ${what} was written by a newer dimsweep (schema version ${version}, this one reads ${current})`,
      { where: path, hint: `Update dimsweep, or ${format.renew}.` },
    );
  }
  const parsed = parseKnown(format.schema, migrated(document, version, path, format));
  if (parsed.success) return parsed.data;
  throw new UsageError(`this ${what} does not fit its schema: ${explain(parsed.error)}`, {
    where: path,
    hint: `The file is damaged or was edited; ${format.renew}.`,
  });
}

/**
 * Validates what this version knows. A newer dimsweep may have added keys without raising the version, which is
 * kept for changes of meaning: such keys are left out.
 */
function parseKnown<T>(schema: z.ZodType<T>, document: JsonObject): z.ZodSafeParseResult<T> {
  const first = schema.safeParse(document);
  const unknown = first.success
    ? []
    : first.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (first.success || unknown.length < first.error.issues.length) return first;
  const known = structuredClone(document);
  for (const { path, keys } of unknown) {
    const parent = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], known);
    for (const key of keys) delete (parent as JsonObject)[key];
  }
  return schema.safeParse(known);
}

/** The first few complaints of a schema, each with its place in the document. */
export function explain(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length === 0 ? 'the whole' : issue.path.join('.')}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return visibleText(shown.join('; ') + (more > 0 ? `; and ${more} more` : ''));
}

function migrated<T>(
  document: JsonObject,
  from: number,
  path: string,
  format: VersionedFormat<T>,
): JsonObject {
  let result = document;
  for (let version = from; version < format.current; version++) {
    const step = format.migrations[version];
    if (step === undefined) {
      throw new UsageError(
        `this ${format.what} has schema version ${from}, which can no longer be read (needed: ${format.current})`,
        { where: path, hint: `Use the dimsweep that wrote it, or ${format.renew}.` },
      );
    }
    result = { ...step(result), schemaVersion: version + 1 };
  }
  return result;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
