import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VECTOR_FAULTS } from '../../../src/embedded/faults/vector-faults.ts';
import { cosine } from '../../../src/server/probe/vector-agreement.ts';
import { type Answer, createServers, embeddings, norm, vectorsOf } from '../served.ts';
import { faultRequest, hooksOf } from './fault-requests.ts';

const servers = createServers();
const INPUT = Array.from({ length: 12 }, (_, i) => `text number ${i} about something`);
let right: Float32Array[];
beforeAll(async () => {
  right = vectorsOf(await embeddings(await servers.here([], { model: 'hash-ngram-2560' }), { input: INPUT }));
});
afterAll(() => servers.stop());

async function answered(fault: string, body: Record<string, unknown> = {}): Promise<Answer> {
  const server = await servers.here([fault], { model: 'hash-ngram-2560' });
  const answer = await embeddings(server, { input: INPUT, ...body });
  expect(answer.status).toBe(200);
  return answer;
}
const indicesOf = ({ json }: Answer): number[] => json.data.map(({ index }: { index: number }) => index);
const inOrder = INPUT.map((_, i) => i);

const EFFECTS = {
  'shuffled-index': {
    'mixes the entries, each with its own index': async () => {
      const answer = await answered('shuffled-index');
      const indices = indicesOf(answer);
      expect(indices).not.toEqual(inOrder);
      expect(indices.toSorted((a, b) => a - b)).toEqual(inOrder);
      expect(vectorsOf(answer)).toEqual(indices.map((index) => right[index]));
    },
    'with a wrong index counts up regardless': async () => {
      const answer = await answered('shuffled-index:index=wrong');
      expect(indicesOf(answer)).toEqual(inOrder);
      const vectors = vectorsOf(answer);
      expect(vectors).not.toEqual(right);
      expect(new Set(vectors.map((vector) => vector.join()))).toEqual(
        new Set(right.map((vector) => vector.join())),
      );
    },
    'moves two entries every time': async () => {
      const server = await servers.here(['shuffled-index']);
      for (let i = 0; i < 8; i++) {
        expect(indicesOf(await embeddings(server, { input: ['a', 'b'], dimensions: 2 }))).toEqual([1, 0]);
      }
    },
  },
  nan: {
    'writes null, as SGLang’s encoder does': async () => {
      const { json } = await answered('nan:components=2', { dimensions: 4 });
      expect(json.data[11].embedding.slice(0, 2)).toEqual([null, null]);
      expect(json.data[11].embedding.slice(2)).not.toContain(null);
      expect(json.data[10].embedding).not.toContain(null);
    },
    'writes the bits in base64': async () => {
      const vectors = vectorsOf(await answered('nan', { encoding_format: 'base64' }));
      expect(vectors[11]![0]).toBeNaN();
      expect(vectors[11]!.subarray(1)).toEqual(right[11]!.subarray(1));
      expect(vectors.slice(0, 11)).toEqual(right.slice(0, 11));
    },
  },
  'all-zero': {
    'wipes out the last vector': async () => {
      const vectors = vectorsOf(await answered('all-zero'));
      expect(norm(vectors[11]!)).toBe(0);
      expect(vectors.slice(0, 11)).toEqual(right.slice(0, 11));
    },
  },
  'wrong-length': {
    'takes away from the last vector, or adds zeros': async () => {
      const shorter = vectorsOf(await answered('wrong-length', { dimensions: 32 }));
      expect(shorter.map(({ length }) => length)).toEqual([...Array(11).fill(32), 31]);
      const longer = vectorsOf(await answered('wrong-length:by=3', { dimensions: 32 }));
      expect(longer[11]).toHaveLength(35);
      expect([...longer[11]!.subarray(32)]).toEqual([0, 0, 0]);
      expect(vectorsOf(await answered('wrong-length:by=-99', { dimensions: 32 }))[11]).toHaveLength(0);
    },
  },
  perturb: {
    'puts noise of its size on every vector, the same for the same text': async () => {
      const server = await servers.here(['perturb:size=0.5'], { model: 'hash-ngram-2560' });
      const first = vectorsOf(await embeddings(server, { input: INPUT }));
      for (const [i, vector] of first.entries()) {
        expect(cosine(vector, right[i]!)).toBeCloseTo(1 / Math.sqrt(1.25), 1);
        expect(norm(vector)).toBeCloseTo(1, 5);
      }
      expect(vectorsOf(await embeddings(server, { input: INPUT.toReversed() }))).toEqual(first.toReversed());
      const short = vectorsOf(await embeddings(server, { input: INPUT, dimensions: 64 }));
      expect(cosine(short[0]!, first[0]!.subarray(0, 64))).toBeCloseTo(1, 6);
    },
    'of size 0 changes nothing but rounding': async () => {
      const vectors = vectorsOf(await answered('perturb:size=0'));
      expect(cosine(vectors[0]!, right[0]!)).toBeCloseTo(1, 6);
    },
  },
  drift: {
    'leaves a quiet server alone': async () => expect(vectorsOf(await answered('drift'))).toEqual(right),
    'puts new noise on every answer of a busy one': () => {
      const { alterRows } = hooksOf('drift:above=2,size=0.5');
      const noisy = (inFlight: number): Float32Array => {
        const rows = right[0]!.slice();
        alterRows!(rows, 2560, faultRequest({ inFlight: () => inFlight }));
        return rows;
      };
      expect(noisy(2)).toEqual(right[0]);
      const first = noisy(3);
      expect(cosine(first, right[0]!)).toBeLessThan(0.95);
      expect(noisy(3)).not.toEqual(first);
    },
  },
  'swapped-rows': {
    'changes places, and every vector is one of the right ones': async () => {
      const vectors = vectorsOf(await answered('swapped-rows:share=1'));
      expect(vectors).toEqual([...right.slice(1), right[0]]);
      const some = vectorsOf(await answered('swapped-rows:share=0.4'));
      const moved = some.filter((vector, i) => vector.join() !== right[i]!.join()).length;
      expect(moved).toBeGreaterThan(1);
      expect(moved).toBeLessThan(12);
    },
    'cannot change the place of a single text': async () =>
      expect(vectorsOf(await answered('swapped-rows:share=1', { input: INPUT[0] }))).toEqual([right[0]]),
  },
} satisfies Record<keyof typeof VECTOR_FAULTS, Record<string, () => void | Promise<void>>>;

describe.each(Object.entries(EFFECTS))('%s', (_, effects) => {
  test.each(Object.entries<() => void | Promise<void>>(effects))('%s', (__, effect) => effect());
});
