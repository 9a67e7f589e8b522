import { ServerError } from '../../../core/errors.ts';
import type { EmbeddingReply } from '../../embedding-client.ts';
import { cosineText, listText } from '../figures.ts';
import {
  type CheckFinding,
  type CheckResult,
  embeddingRoute,
  type Found,
  type ProbeCheck,
  type ProbeContext,
  unknown,
} from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { compareRows, normRange } from '../vector-agreement.ts';
import { dimensionsMend } from './dimensions-mend.ts';

const NORM_TOLERANCE = 0.01;
/** Rounding of half precision costs less than this at any width. */
const SLICE_COSINE = 0.999;
/** Widths beyond the first are tried with one text each, so that a closed list shows; more are not worth it. */
const MOST_WIDTHS = 12;

/** Whether `dimensions` is honoured, ignored or refused, and what the shorter vectors are. */
export const dimensionsCheck: ProbeCheck = {
  id: 'dimensions',
  title: 'Field dimensions',
  async run(context, found) {
    const native = found.capabilities.nativeDimensions!;
    const width = widthToTry(native, context, found);
    if (width === undefined) return unknown(`vectors of ${native} dimensions leave nothing to cut`);
    const reply = await context.client.embed(
      { texts: REFERENCE_TEXTS, dimensions: width, encoding: 'float' },
      context.signal,
    );
    context.signal?.throwIfAborted();
    if (!reply.ok) return failed(reply, width, context, found);
    if (reply.dimensions !== width) return ignored(reply.dimensions, width, context, found);
    return honoured(reply, width, context, found);
  },
};

/** A width that the run needs, else a small one; by the server's own list where it has one. */
function widthToTry(native: number, { needs }: ProbeContext, found: Found): number | undefined {
  const listed = found.modelInfo?.value.matryoshkaDimensions ?? [];
  const needed = needs.dimensions.filter((dimensions) => dimensions < native);
  const wished = needed.length > 0 ? needed : [32, 64, 128, 256].filter((dimensions) => dimensions < native);
  const allowed = listed.length > 0 ? wished.filter((dimensions) => listed.includes(dimensions)) : wished;
  return (
    allowed[0] ??
    listed.find((dimensions) => dimensions < native) ??
    wished[0] ??
    (native > 1 ? native - 1 : undefined)
  );
}

function failed(
  reply: EmbeddingReply & { ok: false },
  width: number,
  context: ProbeContext,
  found: Found,
): CheckResult {
  const isRefusal =
    reply.kind === 'http4xx' || (reply.kind === 'http5xx' && /dimension|matryoshka/i.test(reply.message));
  if (!isRefusal) return unknown(`${width} dimensions: ${reply.message}`);
  const mend = dimensionsMend(found.software?.name);
  const native = found.capabilities.nativeDimensions!;
  const needed = context.needs.dimensions.filter((dimensions) => dimensions !== native);
  if (needed.length > 0) {
    throw new ServerError(
      `the server refuses the field dimensions, which the load pass needs for ${listText(needed)} (${reply.message})`,
      {
        where: embeddingRoute(context),
        hint: `Start the server with ${mend}, or measure load at ${native} dimensions only.`,
      },
    );
  }
  return {
    findings: [{ verdict: 'problem', evidence: `refused at ${width}: ${reply.message}`, mend }],
    capabilities: { dimensions: 'refused' },
  };
}

function ignored(got: number, width: number, { needs }: ProbeContext, found: Found): CheckResult {
  const native = found.capabilities.nativeDimensions!;
  const needed = needs.dimensions.some((dimensions) => dimensions !== native);
  return {
    findings: [
      {
        verdict: needed ? 'problem' : 'warning',
        evidence: `ignored: asked for ${width}, got ${got} with status 200`,
        mend:
          found.software?.name === 'sglang' || found.software?.name === 'dimsweep'
            ? `a newer SGLang (since pull request 11142) with ${dimensionsMend('sglang')}`
            : 'load cells of other widths cannot be measured here; scores are cut on the client and stay right',
      },
    ],
    capabilities: { dimensions: 'ignored' },
  };
}

async function honoured(
  reply: EmbeddingReply & { ok: true },
  width: number,
  context: ProbeContext,
  found: Found,
): Promise<CheckResult> {
  const { min, max } = normRange(reply);
  const renormalised = Math.abs(min - 1) <= NORM_TOLERANCE && Math.abs(max - 1) <= NORM_TOLERANCE;
  const slice = found.reference === undefined ? undefined : compareRows(found.reference, reply, width);
  const list = await widthList(context, found, width);
  const findings: CheckFinding[] = [
    { verdict: 'ok', evidence: `honoured: asked for ${width}, got ${width}` },
    {
      id: 'dimensions.norm',
      title: 'Norm of short vectors',
      verdict: renormalised ? 'ok' : 'warning',
      evidence: `${min.toFixed(4)} to ${max.toFixed(4)} at ${width} dimensions`,
      ...(renormalised
        ? {}
        : {
            mend: 'the server cuts without normalising again: do so before a dot product is read as a cosine',
          }),
    },
    ...(slice === undefined ? [] : [sliceFinding(slice.cosineMin, width)]),
    ...list.findings,
  ];
  return {
    findings,
    capabilities: {
      dimensions: 'honoured',
      renormalised,
      ...(slice === undefined ? {} : { sliceCosineMin: slice.cosineMin }),
      ...(list.allowed === undefined ? {} : { dimensionsAllowed: list.allowed }),
    },
  };
}

function sliceFinding(cosineMin: number, width: number): CheckFinding {
  const equal = cosineMin >= SLICE_COSINE;
  return {
    id: 'dimensions.slice',
    title: 'Short vector = cut of the full one',
    verdict: equal ? 'ok' : 'warning',
    evidence: `least cosine ${cosineText(cosineMin)} at ${width} dimensions over ${REFERENCE_TEXTS.length} texts`,
    ...(equal
      ? {}
      : {
          mend: 'scores of cut vectors do not stand for this server’s short ones: they come from another projection',
        }),
  };
}

/** Whether only some widths are accepted: by what the server says, and by trying those that the run needs. */
async function widthList(
  context: ProbeContext,
  found: Found,
  tried: number,
): Promise<{ readonly findings: CheckFinding[]; readonly allowed?: number[] }> {
  const listed = found.modelInfo?.value.matryoshkaDimensions ?? [];
  const refused = await refusedWidths(context, found, tried);
  const allowed = listed.length === 0 ? {} : { allowed: [...listed] };
  if (refused.length === 0) {
    if (listed.length === 0) return { findings: [], ...allowed };
    return { findings: [listFinding('note', `only ${listText(listed, 16)}`)], ...allowed };
  }
  const native = found.capabilities.nativeDimensions!;
  if (refused.some((width) => width !== native)) {
    throw new ServerError(`the server refuses ${listText(refused)} dimensions, which the load pass needs`, {
      where: embeddingRoute(context),
      hint: `Take widths from its list${listed.length === 0 ? '' : ` (${listText(listed, 16)})`}, or start it with ${dimensionsMend(found.software?.name)}.`,
    });
  }
  return {
    findings: [
      {
        ...listFinding('warning', `its own full width ${native} is refused when it is asked for by name`),
        mend: 'put the native width into matryoshka_dimensions, or leave the field out at full width',
      },
    ],
    ...allowed,
  };
}

function listFinding(verdict: 'note' | 'warning', evidence: string): CheckFinding {
  return { id: 'dimensions.list', title: 'Widths accepted', verdict, evidence };
}

async function refusedWidths(context: ProbeContext, found: Found, tried: number): Promise<number[]> {
  const native = found.capabilities.nativeDimensions!;
  const widths = [...new Set([...context.needs.dimensions, native])].filter((width) => width !== tried);
  const refused: number[] = [];
  for (const dimensions of widths.slice(-MOST_WIDTHS)) {
    const reply = await context.client.embed(
      { texts: [REFERENCE_TEXTS[0]!], dimensions, encoding: 'float' },
      context.signal,
    );
    context.signal?.throwIfAborted();
    if (!reply.ok && reply.kind === 'http4xx') refused.push(dimensions);
  }
  return refused;
}
