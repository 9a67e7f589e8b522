import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonFile } from '../../src/store/json-file.ts';
import { jsonErrorOffset } from '../../src/store/json-syntax.ts';
import { reviewableJson } from '../../src/store/reviewable-json.ts';
import { temporaryFolder } from './folder-fixture.ts';

fc.configureGlobal({ seed: 42 });

function complaint(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'record.json');
  writeFileSync(path, content);
  try {
    readJsonFile(path, 'the record');
  } catch (error) {
    const { message, where } = error as { message: string; where: string };
    return `${where.slice(path.length)} ${message}`;
  }
  throw new Error('it was read');
}

describe('JSON files', () => {
  it('says where and what a broken file is', () => {
    expect(complaint('{\n  "a": 1,\n  "b": }')).toBe(':3:8 the record is not JSON: unexpected "}"');
    expect(complaint('{"a": [1, 2')).toBe(':1:12 the record breaks off: the file was cut short');
    expect(complaint('{"a": "un')).toBe(':1:10 the record breaks off: the file was cut short');
    expect(complaint('{"a": tr')).toBe(':1:9 the record breaks off: the file was cut short');
    expect(complaint('<!doctype html>\u001b[31m')).toBe(
      ':1:1 the record is not JSON: unexpected "<!doctype html>⟨U+001B⟩[31m"',
    );
    expect(complaint(' \n')).toBe(' the record is empty');
    expect(complaint(new Uint8Array([0xff, 0xfe, 0x00]))).toBe(' the record is not a text file');
  });

  it('finds no error in any JSON, and the cut in any JSON that is cut', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        expect(jsonErrorOffset(json)).toBe(json.length);
        const part = `[${json.slice(0, cut % (json.length + 1))}`;
        expect(jsonErrorOffset(part)).toBe(part.length);
      }),
    );
  });

  it('points at a character that no JSON can have there', () => {
    const broken = [
      '{"a" 1}',
      '[1 2]',
      '{,}',
      '[01]',
      '"a\tb"',
      '"\\x"',
      'nul!',
      '[1]]',
      '{"a":1,}',
      '{1:2}',
    ];
    expect(broken.map(jsonErrorOffset)).toEqual([5, 3, 1, 2, 2, 1, 0, 3, 7, 1]);
  });

  it('survives nesting that no stack could hold', () => {
    expect(jsonErrorOffset('['.repeat(1_000_000))).toBe(1_000_000);
  });
});

describe('reviewable JSON', () => {
  it('is the same value, with sorted keys and plain lists on one line', () => {
    const value = { b: [1, 2, [3, 4]], a: { z: [{ y: 1, x: [] }], e: {} }, c: undefined, d: null };
    expect(reviewableJson(value, { sortKeys: true })).toMatchInlineSnapshot(`
      "{
        "a": {
          "e": {},
          "z": [
            {
              "x": [],
              "y": 1
            }
          ]
        },
        "b": [1,2,[3,4]],
        "d": null
      }
      "
    `);
  });

  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(reviewableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
