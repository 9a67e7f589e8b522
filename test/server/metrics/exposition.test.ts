import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExposition } from '../../../src/server/metrics/exposition.ts';

fc.configureGlobal({ seed: 42 });

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.prom`, import.meta.url), 'utf8');

function only(text: string) {
  const { samples, malformedLines } = parseExposition(text);
  expect(malformedLines).toBe(0);
  expect(samples).toHaveLength(1);
  return samples[0]!;
}

describe('parseExposition', () => {
  test.each([
    ['a 1', 1],
    ['a 1.5e-3', 0.0015],
    ['a 8.128902e+06', 8128902],
    ['a +Inf', Number.POSITIVE_INFINITY],
    ['a -Inf', Number.NEGATIVE_INFINITY],
    ['a NaN', Number.NaN],
    ['a Nan', Number.NaN],
    ['a .5', 0.5],
    ['a 3 1712345678901', 3],
    ['a{x="1"} 4 # {trace_id="abc"} 0.67', 4],
    ['a{x="1"}5', 5],
    ['  a{ x = "1" , }   6  ', 6],
    ['a{} 7', 7],
  ])('reads the value of %s', (line, value) => {
    expect(only(line).value).toEqual(value);
  });

  test.each([
    '<html>',
    'a',
    'a{x="1" 3',
    'a{x=1} 3',
    'a 0x10',
    'a one',
    '{x="1"} 3',
    'foo-bar 3',
    'a{x="1"y="2"} 3',
  ])('counts %s as malformed and goes on', (line) => {
    const { samples, malformedLines } = parseExposition(`${line}\nb 2`);
    expect(malformedLines).toBe(1);
    expect(samples.map((sample) => [sample.name, sample.value])).toEqual([['b', 2]]);
  });

  test('unescapes label values, and only what the format escapes', () => {
    const sample = only(String.raw`a{path="C:\\dir\n",quote="\"}{,",other="\d"} 1`);
    expect([...sample.labels]).toEqual([
      ['path', 'C:\\dir\n'],
      ['quote', '"}{,'],
      ['other', String.raw`\d`],
    ]);
  });

  test('any label value survives the way through the format', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const written = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        // A carriage return before a line feed would be read as a line end; the format has no escape for it.
        fc.pre(!value.includes('\r'));
        expect(only(`a{v="${written}"} 1`).labels.get('v')).toBe(value);
      }),
    );
  });

  test('gives a histogram’s samples the family’s type, and leaves birth dates out', () => {
    const { samples, malformedLines } = parseExposition(fixture('sglang-old'));
    expect(malformedLines).toBe(0);
    expect(samples.some((sample) => sample.name.endsWith('_created'))).toBe(false);
    const latency = samples.filter((sample) => sample.name.startsWith('sglang:e2e_request_latency_seconds'));
    expect(latency.map((sample) => sample.type)).toEqual(Array(5).fill('histogram'));
    expect(latency.find((sample) => sample.labels.get('le') === '+Inf')?.value).toBe(61544);
  });

  test('knows an OpenMetrics counter, whose TYPE line has no _total', () => {
    const { samples } = parseExposition('# TYPE a counter\na_total 3\na_created 1.7e9\n# EOF\n');
    expect(samples.map(({ name, type, value }) => ({ name, type, value }))).toEqual([
      { name: 'a_total', type: 'counter', value: 3 },
    ]);
  });

  test.each(['sglang-new', 'vllm', 'tei'])('reads %s without a malformed line', (name) => {
    expect(parseExposition(fixture(name)).malformedLines).toBe(0);
  });
});
