import { formatNumber } from '../../core/figure-text.ts';
import type { Capabilities, Finding } from '../../core/record/server-block.ts';
import { badge } from '../page/badge.ts';
import type { Block, Fact, Notice, Section } from '../page/blocks.ts';
import { badgeCell, numberCell, textCell } from '../page/table-model.ts';
import type { RunView } from './run-view.ts';

const TONES = { ok: 'good', note: 'note', warning: 'open', problem: 'bad', unknown: 'note' } as const;
/** Findings that ask for something first. */
const ORDER: readonly Finding['verdict'][] = ['problem', 'warning', 'note', 'unknown', 'ok'];

/** What the server honours, ignores and refuses, found out before anything was timed. */
export function serverSection(view: RunView): Section {
  const { server } = view.record;
  const asking = server.findings.filter(
    (finding) => finding.verdict === 'problem' || finding.verdict === 'warning',
  );
  return {
    id: 'server',
    title: 'Server',
    lead:
      asking.length === 0
        ? 'The probe found nothing that needs mending.'
        : `The probe found ${asking.length} ${asking.length === 1 ? 'thing' : 'things'} that should be mended or known.`,
    blocks: [
      { kind: 'notices', notices: findingNotices(server.findings) },
      {
        kind: 'subsection',
        title: 'What it honours',
        blocks: [{ kind: 'facts', facts: capabilityFacts(server.capabilities) }],
      },
      ...parityBlocks(view),
      ...infoBlocks(view),
    ],
  };
}

function findingNotices(findings: readonly Finding[]): Notice[] {
  return findings
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    .map((finding) => ({
      badge: badge(TONES[finding.verdict], finding.verdict),
      title: finding.title,
      text: finding.evidence,
      ...(finding.mend === undefined ? {} : { mend: finding.mend }),
    }));
}

function capabilityFacts(capabilities: Capabilities): Fact[] {
  const facts: Fact[] = [
    { term: 'Native width', value: formatNumber(capabilities.nativeDimensions) },
    { term: 'dimensions', value: capabilities.dimensions },
    { term: 'float', value: capabilities.encodings.float ? 'honoured' : 'refused' },
    { term: 'base64', value: capabilities.encodings.base64 },
  ];
  const add = (term: string, value: string | number | boolean | undefined, detail?: string) => {
    if (value === undefined) return;
    const text =
      typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : typeof value === 'number'
          ? formatNumber(value)
          : value;
    facts.push({ term, value: text, ...(detail === undefined ? {} : { detail }) });
  };
  add('Renormalises short vectors', capabilities.renormalised);
  add('instruction field', capabilities.instructionField);
  add('Order of answers', capabilities.indexOrder);
  add('Same text alone and in a batch', cosineText(capabilities.batchInvariance?.cosineMin), 'least cosine');
  add('Same request twice', cosineText(capabilities.determinism?.cosineMin), 'least cosine');
  add('Longest input, tokens', capabilities.maxInputTokens);
  add('Longer inputs', capabilities.overlongInput);
  add('Prefix cache', capabilities.prefixCache);
  add('Authentication', capabilities.auth);
  add('Token usage', capabilities.usageTokens);
  add('Other routes', Object.values(capabilities.routes).join(', ') || undefined);
  return facts;
}

function cosineText(cosine: number | undefined): string | undefined {
  return cosine === undefined ? undefined : formatNumber(cosine, 7);
}

/** The server's own `dimensions` against the slice that was scored. */
function parityBlocks({ record, tags }: RunView): Block[] {
  if (record.parity.length === 0) return [];
  const disagreeing = record.parity.filter((check) => !check.agrees).length;
  return [
    {
      kind: 'subsection',
      title: 'Parity of dimensions',
      blocks: [
        {
          kind: 'prose',
          paragraphs: [
            disagreeing === 0
              ? 'Vectors were fetched once at full width and cut on the client; at every width the server’s own short vectors agree with those slices.'
              : `At ${disagreeing} of ${record.parity.length} widths the server’s own short vectors differ from the slices that were scored.`,
          ],
        },
        {
          kind: 'table',
          table: {
            caption: 'The server’s own dimensions against the client’s slice, on a sample of items',
            columns: [
              { label: 'Dimensions', number: true },
              { label: 'Instruction' },
              { label: 'Agrees' },
              { label: 'Least cosine', number: true },
              { label: 'Least norm', number: true },
              { label: 'Greatest norm', number: true },
              { label: 'n', number: true },
            ],
            rows: record.parity.map((check) => ({
              tag: tags.of({ dimensions: check.dimensions, instruction: check.instruction }),
              cells: [
                numberCell(check.dimensions),
                textCell(check.instruction),
                badgeCell(check.agrees ? badge('good', 'agrees') : badge('bad', 'differs')),
                numberCell(check.cosineMin, 7),
                numberCell(check.normMin, 6),
                numberCell(check.normMax, 6),
                numberCell(check.n),
              ],
            })),
          },
        },
      ],
    },
  ];
}

function infoBlocks({ record }: RunView): Block[] {
  const { info } = record.server;
  if (info === undefined) return [];
  return [
    {
      kind: 'disclosure',
      title: 'What the server says about itself',
      blocks: [
        { kind: 'text', title: 'As it answered, secrets replaced', text: JSON.stringify(info, null, 2) },
      ],
    },
  ];
}
