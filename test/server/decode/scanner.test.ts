import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyDecoders } from '../../../src/server/decode/body-decoder.ts';
import type { DecodeResult } from '../../../src/server/decode/decoded-reply.ts';
import { parseReply } from '../../../src/server/decode/json-reply.ts';
import {
  growTo,
  layoutRegion,
  ReplyScanner,
  type ScanProgress,
} from '../../../src/server/decode/reply-scanner.ts';

const decoders = createBodyDecoders();
const scanner = new ReplyScanner();

/** Decodes a body that arrives in pieces of the given sizes, with its length announced. */
function decode(body: Buffer, sizes: readonly number[] = [body.length], texts = 64): DecodeResult {
  const decoder = decoders.start(texts);
  decoder.begin(body.length);
  for (let at = 0, i = 0; at < body.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length]!);
    decoder.push(body.subarray(at, at + size));
    at += size;
  }
  return decoder.finish();
}

/** Scans without the fallback. */
function scan(text: string): { progress: ScanProgress; bits: number[] } {
  const body = Buffer.from(text);
  const region = layoutRegion(scanner.freeMemory, body.length, body.length, 64);
  growTo(scanner.memory, region.end);
  scanner.begin(region);
  scanner.write(region, 0, body);
  const progress = scanner.feed(region, body.length, true);
  return { progress, bits: progress === 'done' ? bitsOf(scanner.reply(region).values) : [] };
}

/** Bit patterns, so that −0, 0 and neighbouring values differ. */
function bitsOf(values: Float32Array): number[] {
  return [...new Uint32Array(values.slice().buffer)];
}

/** A result in a form that compares exactly. */
function exact(result: DecodeResult): unknown {
  if (!result.ok) return result.kind;
  const { values, lengths, indices, encoding, promptTokens, servedModel } = result.reply;
  return {
    bits: bitsOf(values),
    lengths: [...lengths],
    indices: [...indices],
    encoding,
    promptTokens,
    servedModel,
  };
}

const vectorText = (numbers: readonly string[]): string =>
  `{"data":[{"embedding":[${numbers.join(',')}],"index":0}],"model":"m","usage":{"prompt_tokens":1}}`;

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
/** The ways in which servers print a float32. */
const printers: readonly ((x: number) => string)[] = [
  (x) => (Object.is(x, -0) ? '-0.0' : JSON.stringify(x)),
  (x) => (Object.is(x, -0) ? '-0' : x.toPrecision(9)),
  (x) => (Object.is(x, -0) ? '-0e5' : x.toExponential()),
  (x) => (Object.is(x, -0) ? '-0.000000000000000000000000' : x.toExponential(20).replace('e', 'E')),
  (x) =>
    Math.abs(x) < 1e20 && Math.abs(x) > 1e-30
      ? x.toFixed(60)
      : Object.is(x, -0)
        ? '-0.0'
        : x.toExponential(30),
];

test('every float32 keeps its bits, however it is printed', () => {
  const printed = fc
    .tuple(float32, fc.constantFrom(...printers))
    .map(([x, print]) => ({ x: Math.fround(x), text: print(Math.fround(x)) }));
  fc.assert(
    fc.property(fc.array(printed, { minLength: 1, maxLength: 40 }), (numbers) => {
      const { progress, bits } = scan(vectorText(numbers.map(({ text }) => text)));
      expect(progress).toBe('done');
      expect(bits).toEqual(bitsOf(Float32Array.from(numbers, ({ x }) => x)));
    }),
    { seed: 2, numRuns: 2000 },
  );
});

test('values of a unit vector are read without any help, bits equal', () => {
  const small = fc.double({ min: -0.2, max: 0.2, noNaN: true }).map(Math.fround);
  fc.assert(
    fc.property(fc.array(small, { minLength: 1, maxLength: 200 }), (values) => {
      const { progress, bits } = scan(vectorText(values.map(printers[0]!)));
      expect(progress).toBe('done');
      expect(bits).toEqual(bitsOf(Float32Array.from(values)));
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test('a number of any other precision gets the float32 that JSON.parse gives, also next to a tie', () => {
  const nearTie = fc.tuple(float32, fc.integer({ min: -3, max: 3 })).map(([x, offset]) => {
    const next = nextUp(Math.fround(x));
    const middle = (Math.fround(x) + next) / 2;
    return Number.isFinite(middle) ? middle + offset * Math.abs(middle) * 2 ** -53 : 0.5;
  });
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 40 });
  const free = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.integer({ min: 0, max: 99 }),
      digits,
      fc.constantFrom('', 'e-7', 'E+3', 'e-40'),
    )
    .map(([sign, whole, fraction, exponent]) => `${sign}${whole}.${fraction}${exponent}`);
  const text = fc.oneof(
    nearTie.map(String),
    nearTie.map((x) => x.toFixed(30)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(JSON.stringify),
    free,
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (numbers) => {
      const { progress, bits } = scan(vectorText(numbers));
      expect(progress).toBe('done');
      expect(bits).toEqual(bitsOf(Float32Array.from(numbers, (n) => JSON.parse(n) as number)));
    }),
    { seed: 4, numRuns: 3000 },
  );
});

test('whatever the layout and wherever it is cut, a body reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(
      bodies(),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
      (text, sizes) => {
        const body = Buffer.from(text);
        const expected = exact(parseReply(text));
        expect(exact(decode(body))).toEqual(expected);
        expect(exact(decode(body, sizes))).toEqual(expected);
      },
    ),
    { seed: 5, numRuns: 1500 },
  );
});

test('a damaged body is never read as something else', () => {
  const damage = fc.tuple(fc.nat(), fc.constantFrom(...'[]{},:"\\0-+.eE n\n1'), fc.boolean());
  fc.assert(
    fc.property(bodies(), fc.array(damage, { minLength: 1, maxLength: 3 }), (text, hits) => {
      let damaged = text;
      for (const [at, byte, insert] of hits) {
        const place = at % damaged.length;
        damaged = damaged.slice(0, place) + byte + damaged.slice(insert ? place : place + 1);
      }
      const body = Buffer.from(damaged);
      expect(exact(decode(body, [17, 40]))).toEqual(exact(parseReply(body.toString())));
    }),
    { seed: 6, numRuns: 4000 },
  );
});

test.each([
  ['a missing digit before the point', '[.5]'],
  ['a missing digit behind the point', '[1.]'],
  ['an empty fraction that hides in the digits', '[0.,5]'],
  ['a leading zero', '[01]'],
  ['a plus', '[+1]'],
  ['an empty exponent', '[1e]'],
  ['a comma too many', '[1,]'],
  ['two numbers without a comma', '[0.5 0.5]'],
  ['hexadecimal', '[0x10]'],
])('%s is malformed', (_, vector) => {
  const text = `{"data":[{"embedding":${vector},"index":0}]}`;
  expect(decode(Buffer.from(text))).toMatchObject({ ok: false, kind: 'malformed' });
});

test.each([
  ['null', '[0.5,null]', /holds null at 1/],
  ['NaN as Python prints it', '[0.5,NaN]', /NaN or Infinity/],
  ['-Infinity', '[0.5, -Infinity]', /NaN or Infinity/],
  ['a string', '[0.5,"x"]', /holds "x"/],
  ['a base64 text of five bytes', '"AAAAAAA="', /not a number of float32/],
])('%s in a vector is a bad vector', (_, vector, message) => {
  const text = `{"data":[{"embedding":${vector},"index":0}]}`;
  const result = decode(Buffer.from(text));
  expect(result).toMatchObject({ ok: false, kind: 'badVector' });
  expect(result.ok ? '' : result.message).toMatch(message);
});

test('base64 of any length and any float32 keeps its bits', () => {
  const vectors = fc.array(fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 70 }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(vectors, fc.boolean(), (rows, padded) => {
      const items = rows.map((bits, index) => {
        const text = Buffer.from(Uint32Array.from(bits).buffer).toString('base64');
        return { embedding: padded ? text : text.replace(/=+$/, ''), index };
      });
      const text = JSON.stringify({ data: items });
      expect(exact(decode(Buffer.from(text), [50]))).toEqual(exact(parseReply(text)));
      const { progress, bits } = scan(text);
      expect(progress).toBe('done');
      expect(bits).toEqual(rows.flat());
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each(['A', 'AAAA*AAA', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA AAAA', 'AAAAAAAAAAAAAAAA=AAA'])(
  'the text %j is not base64',
  (embedding) => {
    const text = JSON.stringify({ data: [{ embedding, index: 0 }] });
    expect(decode(Buffer.from(text)).ok).toBe(false);
  },
);

test('more vectors than texts, and a body whose length was not announced, are read all the same', () => {
  const items = Array.from({ length: 200 }, (_, index) => ({ embedding: [index, 0.5], index }));
  const body = Buffer.from(JSON.stringify({ data: items }));
  expect(exact(decode(body, [999], 1))).toEqual(exact(parseReply(body.toString())));
  const decoder = decoders.start(1);
  decoder.begin(undefined);
  for (let at = 0; at < body.length; at += 100) decoder.push(body.subarray(at, at + 100));
  expect(exact(decoder.finish())).toEqual(exact(parseReply(body.toString())));
});

/** Bodies in many layouts: key order, white space, unknown keys, floats or base64, escapes in strings. */
function bodies(): fc.Arbitrary<string> {
  const number = fc.tuple(float32, fc.constantFrom(...printers)).map(([x, print]) => print(Math.fround(x)));
  const vector = fc.array(number, { maxLength: 12 });
  const item = fc.record({
    vector,
    index: fc.integer({ min: 0, max: 5 }),
    withIndex: fc.boolean(),
    reversed: fc.boolean(),
  });
  return fc
    .record({
      items: fc.array(item, { maxLength: 4 }),
      base64: fc.boolean(),
      space: fc.constantFrom('', ' ', '\n  ', '\t'),
      model: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })),
      extra: fc.json({ maxDepth: 3 }),
      tokens: fc.option(fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
        nil: undefined,
      }),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    })
    .map(({ items, base64, space, model, extra, tokens, order }) => {
      const list = (parts: readonly string[]): string => parts.join(`${space},${space}`);
      const data = items.map(({ vector, index, withIndex, reversed }) => {
        const values = Float32Array.from(vector, Number);
        const embedding = base64 ? `"${Buffer.from(values.buffer).toString('base64')}"` : `[${list(vector)}]`;
        const fields = ['"object":"embedding"', `"embedding"${space}:${space}${embedding}`];
        if (withIndex) fields.push(`"index":${space}${index}`);
        return `{${list(reversed ? fields.reverse() : fields)}}`;
      });
      const usage = tokens === undefined ? 'null' : `{"x":[1,{}],"prompt_tokens":${tokens}}`;
      const keys = [
        `"data":${space}[${space}${list(data)}]`,
        `"model":${JSON.stringify(model)}`,
        `"usage":${usage}`,
        `"extra":${extra}`,
      ];
      return `${space}{${list(order.map((i) => keys[i]!))}}${space}`;
    });
}

function nextUp(x: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  view.setUint32(0, view.getUint32(0) + 1);
  return view.getFloat32(0);
}
