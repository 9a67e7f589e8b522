/**
 * The small pieces that everything else waits for, each beside the plain way to do the same, measured with tinybench:
 * numeric kernels, decoding of response bodies, resampling, scores and cache entries. Before a group is timed, its
 * contestants must agree.
 *
 *   npm run build && node --import tsx bench/micro.ts [--only kernels] [--ms 400]
 */
import { parseArgs } from 'node:util';
import { kmeans } from 'ml-kmeans';
import { sampleWithReplacement, mean as simpleMean } from 'simple-statistics';
import { Bench } from 'tinybench';
import { decodeStoredVector, encodeStoredVector } from '../src/cache/stored-vector.ts';
import { createRandom } from '../src/core/random.ts';
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { adjustedRandIndex } from '../src/quality/metrics/cluster-agreement.ts';
import { createBodyDecoders } from '../src/server/decode/body-decoder.ts';
import { parseReply } from '../src/server/decode/json-reply.ts';
import { mean } from '../src/stats/moments.ts';
import { meanStatistic, pairedBootstrap } from '../src/stats/paired-bootstrap.ts';
import { qualityData } from './quality-data.ts';

/** Ways to do one thing, the plain one last. */
interface Group {
  readonly title: string;
  readonly ways: Readonly<Record<string, () => unknown>>;
  /** Throws unless the ways agree. */
  check(results: readonly unknown[]): void;
}

const WIDTH = 2560;
const data = qualityData(500);
// without the table of all products, which would answer from memory
const view = createNativeEngine({ gramRows: 0 }).open(data, [WIDTH]).at(WIDTH);

const GROUPS: Readonly<Record<string, () => Group[]>> = {
  kernels: () => [
    {
      title: `cosines of one row to ${data.rows} rows of ${WIDTH}`,
      ways: {
        dimsweep: () => view.cosines(Int32Array.of(7)),
        'plain loop': () => plainCosines(7),
      },
      check: ([ours, plain]) => near(ours as Float32Array, plain as Float32Array, 1e-5),
    },
    {
      title: `k-means of ${data.rows} × ${WIDTH}, one start`,
      ways: {
        dimsweep: () => view.kmeans({ clusters: 3, nInit: 1, seed: 0 }).inertia,
        'ml-kmeans': () => {
          const { clusters, centroids } = kmeans(rowsOf(), 3, { seed: 0 });
          return inertiaOf(clusters, centroids);
        },
      },
      // another generator, another start: near optima, not the same one
      check: ([ours, theirs]) => near([ours as number], [theirs as number], 0.03 * (ours as number)),
    },
  ],
  decoding: () => [bodyGroup('float'), bodyGroup('base64')],
  resampling: () => {
    const outcomes = Float64Array.from({ length: 600 }, (_, i) => Number(i % 7 !== 0));
    const others = Float64Array.from({ length: 600 }, (_, i) => Number(i % 6 !== 0));
    return [
      {
        title: '1,000 paired resamples of 600 outcomes',
        ways: {
          dimsweep: () =>
            pairedBootstrap(600, meanStatistic(outcomes), meanStatistic(others), {
              resamples: 1000,
              random: createRandom(1),
            }).standardError,
          'simple-statistics': () => {
            const random = createRandom(1);
            const items = Array.from({ length: 600 }, (_, i) => i);
            const draws = Array.from({ length: 1000 }, () => {
              const drawn = sampleWithReplacement(items, 600, () => random.next());
              return simpleMean(drawn.map((i) => outcomes[i]! - others[i]!));
            });
            const middle = mean(draws);
            return Math.sqrt(simpleMean(draws.map((draw) => (draw - middle) ** 2)));
          },
        },
        check: ([ours, theirs]) => near([ours as number], [theirs as number], 0.1 * (ours as number)),
      },
    ];
  },
  scores: () => {
    const random = createRandom(2);
    const [a, b] = [0, 1].map(() => Int32Array.from({ length: 2000 }, () => random.integer(4)));
    return [
      {
        title: 'adjusted Rand index of 2,000 labels',
        ways: {
          dimsweep: () => adjustedRandIndex(a!, b!),
          'counting pairs': () => randByPairs(a!, b!),
        },
        check: ([ours, plain]) => near([ours as number], [plain as number], 1e-9),
      },
    ];
  },
  cache: () => {
    const vector = data.values.slice(0, WIDTH);
    const key = 'a'.repeat(64);
    return [
      {
        title: `a vector of ${WIDTH} into the cache and back`,
        ways: {
          dimsweep: () =>
            decodeStoredVector(
              key,
              encodeStoredVector(key, { vector, createdAtMs: 0, latencyMs: Number.NaN }),
            )!.vector,
          'JSON text': () => Float32Array.from(JSON.parse(JSON.stringify([...vector])) as number[]),
        },
        check: ([ours, plain]) => near(ours as Float32Array, plain as Float32Array, 0),
      },
    ];
  },
};

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, ms: { type: 'string', default: '400' } },
});
for (const [name, groups] of Object.entries(GROUPS)) {
  if (options.only === undefined || options.only === name) for (const group of groups()) await race(group);
}

async function race({ title, ways, check }: Group): Promise<void> {
  check(Object.values(ways).map((way) => way()));
  const bench = new Bench({
    time: Number(options.ms),
    iterations: 8,
    warmupTime: Number(options.ms) / 4,
    warmupIterations: 2,
  });
  for (const [name, way] of Object.entries(ways)) bench.add(name, () => void way());
  await bench.run();
  console.log(`\n${title}`);
  const medians = bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${title}, ${name}: ${result.state}`);
    return { name, ms: result.latency.p50, samples: result.latency.samplesCount };
  });
  const plain = medians.at(-1)!;
  for (const { name, ms, samples } of medians) {
    console.log(
      `  ${name.padEnd(20)}${ms.toPrecision(3).padStart(9)} ms   ${(plain.ms / ms).toFixed(1).padStart(6)} × the speed` +
        `   median of ${samples}`,
    );
  }
}

/** A response body with 16 vectors of full width, read whole. */
function bodyGroup(encoding: 'float' | 'base64'): Group {
  const vectors = Array.from({ length: 16 }, (_, i) => data.values.slice(i * WIDTH, (i + 1) * WIDTH));
  const embeddings = vectors.map((vector) =>
    encoding === 'float' ? [...vector] : Buffer.from(vector.buffer).toString('base64'),
  );
  const body = Buffer.from(
    JSON.stringify({
      object: 'list',
      data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'model',
      usage: { prompt_tokens: 100, total_tokens: 100 },
    }),
  );
  const decoders = createBodyDecoders();
  return {
    title: `a ${encoding} body of 16 × ${WIDTH} into a Float32Array`,
    ways: {
      dimsweep: () => {
        const decoder = decoders.start(16);
        decoder.begin(body.length);
        decoder.push(body);
        return valuesOf(decoder.finish());
      },
      'JSON.parse and copy': () => valuesOf(parseReply(body.toString('utf8'))),
    },
    check: ([ours, plain]) => near(ours as Float32Array, plain as Float32Array, 0),
  };
}

function valuesOf(result: ReturnType<typeof parseReply>): Float32Array {
  if (!result.ok) throw new Error(result.message);
  return result.reply.values;
}

function near(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  const worst = Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  if (a.length !== b.length || !(worst <= tolerance)) {
    throw new Error(`the contestants differ by ${worst}, more than ${tolerance}`);
  }
}

function plainCosines(row: number): Float32Array {
  const { values, rows } = data;
  const cosines = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let dot = 0;
    for (let j = 0; j < WIDTH; j++) dot += values[row * WIDTH + j]! * values[i * WIDTH + j]!;
    cosines[i] = dot;
  }
  return cosines;
}

function rowsOf(): number[][] {
  return Array.from({ length: data.rows }, (_, i) => [...data.values.subarray(i * WIDTH, (i + 1) * WIDTH)]);
}

function inertiaOf(clusters: readonly number[], centroids: readonly number[][]): number {
  return rowsOf().reduce(
    (sum, row, i) =>
      sum + row.reduce((squares, value, j) => squares + (value - centroids[clusters[i]!]![j]!) ** 2, 0),
    0,
  );
}

/** The index from its definition: agreement over all pairs, adjusted for chance. */
function randByPairs(a: Int32Array, b: Int32Array): number {
  let [both, inA, inB, pairs] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = i + 1; j < a.length; j++) {
      pairs++;
      if (a[i] === a[j]) inA++;
      if (b[i] === b[j]) inB++;
      if (a[i] === a[j] && b[i] === b[j]) both++;
    }
  }
  const expected = (inA * inB) / pairs;
  return (both - expected) / ((inA + inB) / 2 - expected);
}
