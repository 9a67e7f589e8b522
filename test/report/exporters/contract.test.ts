import { describe, expect, it } from 'vitest';
import {
  EXPORT_FORMATS,
  EXPORTERS,
  exportComparison,
  exportGate,
  exportRun,
} from '../../../src/report/exporters/exporters.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyGate, trickyRecord } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { SMALL } from '../fixtures/sweep.ts';
import { emptyRecord, interruptedRecord } from '../fixtures/variants.ts';

type Format = (typeof EXPORT_FORMATS)[number];

/** Exporters may not touch what they are given: a frozen result throws where one tries. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

const RUNS = {
  'a run': buildRecord(SMALL),
  'a run without a measurement': emptyRecord(),
  'an interrupted run': interruptedRecord(),
  'a hostile run': trickyRecord(),
};
const COMPARISONS = {
  'a comparison': exampleComparison(),
  'a comparison of nothing': { ...exampleComparison(), differences: [], unmatched: [], family: 0 },
  'a hostile comparison': trickyComparison(),
};
const GATES = {
  'a gate': exampleGate(),
  'a gate without checks': { ...exampleGate(), outcome: 'noVerdict', checks: [] },
  'a hostile gate': trickyGate(),
} as const;

type Write = (format: Format) => string;

const RESULTS: readonly (readonly [string, Write])[] = [
  ...Object.entries(frozen(RUNS)).map(([name, run]): [string, Write] => [name, (f) => exportRun(f, run)]),
  ...Object.entries(frozen(COMPARISONS)).map(([name, comparison]): [string, Write] => [
    name,
    (format) => exportComparison(format, comparison),
  ]),
  ...Object.entries(frozen(GATES)).map(([name, gate]): [string, Write] => [name, (f) => exportGate(f, gate)]),
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe.each(EXPORT_FORMATS)('the exporter %s', (format) => {
  it('says what it is for and what its files are called', () => {
    expect(EXPORTERS[format].description).toMatch(/^\S.{10,70}[^.\s]$/);
    expect(EXPORTERS[format].extension).toMatch(/^[a-z]+$/);
  });

  it.each(RESULTS)('writes %s: equal results give equal texts, lines ended', (_, write) => {
    const text = write(format);
    expect(write(format)).toBe(text);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.endsWith('\n\n')).toBe(false);
  });

  it.each(RESULTS)('lets nothing in %s steer a terminal', (_, write) => {
    expect(write(format)).not.toMatch(STEERING);
  });

  it.each(RESULTS)('lets nothing in %s give orders to a CI service', (_, write) => {
    const lines = write(format).split('\n');
    const orders = lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['));
    if (format !== 'github') expect(orders).toEqual([]);
    else {
      expect(orders).toEqual(lines.slice(0, -1));
      for (const order of orders) expect(order).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
    }
  });
});
