import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../../src/core/record/run-record.ts';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyRecord } from '../fixtures/hostile-results.ts';

/** Paths of all members, array elements merged. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((member) => shapeOf(member, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) =>
    shapeOf(member, path === '' ? key : `${path}.${key}`),
  );
}

describe('JSON', () => {
  it('of a run is its record, whatever its texts hold', () => {
    const record = trickyRecord();
    const read: unknown = JSON.parse(exportRun('json', record));
    expect(read).toEqual(JSON.parse(JSON.stringify(record)));
    expect(runRecordSchema.safeParse(read).error).toBeUndefined();
  });

  it('of a comparison has its version, a count of every verdict and every figure, worst first', () => {
    const comparison = exampleComparison();
    const read = JSON.parse(exportComparison('json', comparison)) as Record<string, unknown>;
    const { kind, schemaVersion, verdicts, differences, ...rest } = read;
    const { differences: given, ...others } = comparison;
    expect({ kind, schemaVersion }).toEqual({ kind: 'comparison', schemaVersion: 1 });
    expect(verdicts).toEqual({ regressed: 2, noVerdict: 1, inconclusive: 1, improved: 1, same: 2 });
    expect(rest).toEqual(others);
    expect(differences).toHaveLength(given.length);
    expect(differences).toEqual(expect.arrayContaining([...given]));
    expect((differences as { verdict: string }[])[0]!.verdict).toBe('regressed');
    expect(JSON.parse(exportComparison('json', trickyComparison()))).toMatchObject({ family: 5 });
  });

  it('of a gate has its version, its answer and every check', () => {
    const gate = exampleGate();
    const read = JSON.parse(exportGate('json', gate)) as Record<string, unknown>;
    expect(read).toMatchObject({
      kind: 'gate',
      schemaVersion: 1,
      outcome: 'fail',
      counts: { fail: 2, undecided: 2, pass: 1 },
      checks: gate.checks,
    });
  });

  it('keeps its shape: a key that goes or is renamed needs another schema version', () => {
    const shape = shapeOf(JSON.parse(exportGate('json', exampleGate())));
    expect(shape.filter((path) => !path.startsWith('checks[].difference')).join('\n')).toMatchInlineSnapshot(`
      "kind
      schemaVersion
      outcome
      counts.fail
      counts.undecided
      counts.pass
      checks[].where
      checks[].rule
      checks[].outcome
      checks[].reason
      checks[].metric
      checks[].cell
      checks[].axes.dimensions
      checks[].axes.instruction
      checks[].axes.dtype
      checks[].axes.batchSize
      checks[].axes.concurrency
      checks[].axes.encoding
      checks[].axes.transport
      checks[].axes.cache
      checks[].scoreKey
      comparison.kind
      comparison.schemaVersion
      comparison.verdicts.regressed
      comparison.verdicts.noVerdict
      comparison.verdicts.inconclusive
      comparison.verdicts.improved
      comparison.verdicts.same
      comparison.mode
      comparison.base.name
      comparison.base.startedAt
      comparison.base.status
      comparison.base.model
      comparison.base.software
      comparison.base.fingerprint
      comparison.base.commit
      comparison.base.branch
      comparison.base.hardware
      comparison.base.runId
      comparison.base.baseline
      comparison.candidate.name
      comparison.candidate.startedAt
      comparison.candidate.status
      comparison.candidate.model
      comparison.candidate.software
      comparison.candidate.fingerprint
      comparison.candidate.commit
      comparison.candidate.branch
      comparison.candidate.hardware
      comparison.candidate.runId
      comparison.notices[].code
      comparison.notices[].spoils
      comparison.notices[].message
      comparison.forced
      comparison.differences[].subject.kind
      comparison.differences[].subject.cell
      comparison.differences[].subject.axes.dimensions
      comparison.differences[].subject.axes.instruction
      comparison.differences[].subject.axes.batchSize
      comparison.differences[].subject.axes.concurrency
      comparison.differences[].subject.axes.encoding
      comparison.differences[].subject.axes.transport
      comparison.differences[].subject.axes.cache
      comparison.differences[].subject.metric
      comparison.differences[].subject.metricId
      comparison.differences[].direction
      comparison.differences[].leastEffect
      comparison.differences[].doubts[]
      comparison.differences[].change.base
      comparison.differences[].change.candidate
      comparison.differences[].change.scale
      comparison.differences[].change.value
      comparison.differences[].change.low
      comparison.differences[].change.high
      comparison.differences[].change.p
      comparison.differences[].change.n.base
      comparison.differences[].change.n.candidate
      comparison.differences[].change.n.of
      comparison.differences[].change.method
      comparison.differences[].pAdjusted
      comparison.differences[].detectable
      comparison.differences[].verdict
      comparison.differences[].reason
      comparison.differences[].subject.axes.dtype
      comparison.differences[].need.count
      comparison.differences[].need.of
      comparison.unmatched[].kind
      comparison.unmatched[].cell
      comparison.unmatched[].axes.dimensions
      comparison.unmatched[].axes.instruction
      comparison.unmatched[].axes.batchSize
      comparison.unmatched[].axes.concurrency
      comparison.unmatched[].axes.encoding
      comparison.unmatched[].axes.transport
      comparison.unmatched[].axes.cache
      comparison.unmatched[].side
      comparison.unmatched[].axes.dtype
      comparison.family
      comparison.alpha"
    `);
  });
});
