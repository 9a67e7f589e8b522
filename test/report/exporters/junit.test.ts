import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { junitXml } from '../../../src/report/exporters/junit/junit-xml.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyGate, trickyRecord } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { SMALL } from '../fixtures/sweep.ts';
import { emptyRecord, interruptedRecord } from '../fixtures/variants.ts';

const SCHEMA = fileURLToPath(new URL('../fixtures/junit.xsd', import.meta.url));

/** xmllint's own words; empty for a valid document. */
function invalidity(xml: string): string {
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, '-'], {
    input: xml,
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

/** What an XPath expression gives, as xmllint prints it. */
function xpath(xml: string, expression: string): string {
  const { stdout } = spawnSync('xmllint', ['--xpath', expression, '-'], { input: xml, encoding: 'utf8' });
  return stdout.trim();
}

const small = buildRecord(SMALL);

describe('JUnit XML', () => {
  it.each([
    ['a run', () => exportRun('junit', small)],
    ['a run without a measurement', () => exportRun('junit', emptyRecord())],
    ['a hostile run', () => exportRun('junit', trickyRecord())],
    ['a comparison', () => exportComparison('junit', exampleComparison())],
    ['a hostile comparison', () => exportComparison('junit', trickyComparison())],
    ['a gate', () => exportGate('junit', exampleGate())],
    ['a hostile gate', () => exportGate('junit', trickyGate())],
  ])('is valid by the schema for %s', (_, write) => {
    expect(invalidity(write())).toBe('');
  });

  it('would not pass the schema with a wrong count, an unknown element or two outcomes', () => {
    const xml = exportGate('junit', exampleGate());
    expect(invalidity(xml.replace('tests="6"', 'tests="six"'))).toContain('six');
    expect(invalidity(xml.replace('<failure', '<flop').replace('</failure>', '</flop>'))).toContain('flop');
    expect(invalidity(xml.replace('</failure>', '</failure><error/>'))).toContain('error');
  });

  it('counts what it holds', () => {
    for (const xml of [exportRun('junit', small), exportComparison('junit', trickyComparison())]) {
      expect(xpath(xml, 'string(/testsuites/@tests)')).toBe(xpath(xml, 'count(//testcase)'));
      expect(xpath(xml, 'string(/testsuites/@failures)')).toBe(xpath(xml, 'count(//failure)'));
      expect(xpath(xml, 'string(/testsuites/@errors)')).toBe(xpath(xml, 'count(//error)'));
      expect(xpath(xml, 'sum(//testsuite/@skipped)')).toBe(xpath(xml, 'count(//skipped)'));
    }
  });

  it('shows hostile text as it is', () => {
    const xml = junitXml([
      {
        name: 'suite',
        startedAt: '2026-01-12T14:03:11.000Z',
        properties: { model: '"><x/>', software: undefined },
        cases: [
          {
            classname: 'c',
            name: ']]><!--&amp; \ud800 \uffff ##[add-mask]',
            outcome: 'failure',
            reason: '<b>',
          },
        ],
      },
    ]);
    expect(xpath(xml, 'string(//testcase/@name)')).toBe(']]><!--&amp; ⟨U+D800⟩ ⟨U+FFFF⟩ ##[add-mask]');
    expect(xpath(xml, 'string(//property/@value)')).toBe('"><x/>');
    expect(xpath(xml, 'count(//property)')).toBe('1');
    expect(xpath(xml, 'string(//failure/@message)')).toBe('<b>');
  });
});

describe('what passes and what does not', () => {
  const outcomeOf = (xml: string, name: string): string =>
    xpath(xml, `name(//testcase[starts-with(@name, "${name}")]/*[not(self::system-out)])`);

  it('of a run: contradicted claims fail, undecidable ones and invalid cells are errors', () => {
    const xml = exportRun('junit', small);
    expect(outcomeOf(xml, 'ari >= 0.68')).toBe('failure');
    expect(outcomeOf(xml, 'retention@512')).toBe('error');
    expect(outcomeOf(xml, 'accuracy@2560')).toBe('');
    expect(outcomeOf(xml, 'the run reached its end')).toBe('');
    expect(outcomeOf(exportRun('junit', interruptedRecord()), 'the run reached its end')).toBe('error');
    expect(xpath(xml, 'count(//testcase[@classname="dimsweep.validity"]/error)')).toBe(
      String(small.load.filter((row) => row.validity.verdict === 'invalid').length),
    );
    expect(xpath(xml, 'count(//testcase[@classname="dimsweep.validity"])')).toBe(String(small.load.length));
  });

  it('of a comparison: regressions fail, missing verdicts and cells are errors, open ones are skipped', () => {
    const xml = exportComparison('junit', exampleComparison());
    expect(outcomeOf(xml, 'Accuracy')).toBe('failure');
    expect(outcomeOf(xml, 'p95 service, 512 dimensions, instruction sentiment, batch 1,')).toBe('error');
    expect(outcomeOf(xml, 'ARI by domain')).toBe('skipped');
    expect(outcomeOf(xml, 'p50 service')).toBe('');
    expect(outcomeOf(xml, 'Texts/s')).toBe('');
    expect(outcomeOf(xml, '256 dimensions')).toBe('error');
    expect(outcomeOf(xml, '512 dimensions, instruction sentiment, int8')).toBe('skipped');
    const nothing = exportComparison('junit', { ...exampleComparison(), differences: [], unmatched: [] });
    expect(outcomeOf(nothing, 'figures were compared')).toBe('error');
  });

  it('of a gate: undecided checks are errors, unless the gate passes by its budgets', () => {
    const gate = exampleGate();
    const failing = exportGate('junit', gate);
    expect(outcomeOf(failing, 'the gate as a whole')).toBe('failure');
    expect(outcomeOf(failing, 'accuracy may not fall')).toBe('failure');
    expect(outcomeOf(failing, 'ARI may not fall')).toBe('error');
    expect(outcomeOf(failing, 'texts/s may not fall')).toBe('');
    const checks = gate.checks.filter((check) => check.outcome !== 'fail');
    const noVerdict = exportGate('junit', { ...gate, outcome: 'noVerdict', checks: [] });
    expect(outcomeOf(noVerdict, 'the gate as a whole')).toBe('error');
    const passing = exportGate('junit', { ...gate, outcome: 'pass', checks });
    expect(outcomeOf(passing, 'ARI may not fall')).toBe('skipped');
    expect(xpath(passing, 'count(//failure | //error)')).toBe('0');
  });
});
