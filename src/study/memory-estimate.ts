/**
 * Bytes that a run takes on WebGPU, before anything is allocated. What is counted follows the graph (src/model: vlm, decoder, vit, convnext, adapter) and its
 * kernels: no attention scores, but every tensor between two operations, and on the way back its gradient, since tfjs frees neither before the way back is
 * done (measured: 67 tensors of `[rows, D]` in a step of nano, of which 36 go forward). An upper bound, meant to be less than twice what is taken.
 *
 * Letters: R rows of tokens (batch times positions), D width, F hidden, H heads, G key/value heads, d head, C channels, V vocabulary.
 */
import type { VlmConfig } from '../model/config.ts';
import { parameterCount } from '../model/params.ts';
import { configOf, hasReadingHead } from './model-setup.ts';
import { runSizes } from './run-sizes.ts';
import type { PassSize } from './run-sizes.ts';
import type { RunSpec } from './run-spec.ts';

export interface MemoryPart {
  readonly what: string;
  readonly bytes: number;
}

export interface MemoryEstimate {
  readonly parts: readonly MemoryPart[];
  /** All parts together: what the run takes where there is room. */
  readonly bytes: number;
  /** What it cannot do without: recordings of smaller passes can be thrown out and made again. */
  readonly leastBytes: number;
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Weights, their gradients, and two moments. */
const ARENAS = 4;
/** The copy in half precision, as a share of an arena. */
const HALF_COPY = 0.5;
/** Buffers of recordings are up to an eighth larger than asked for (webgpu/capture.ts). */
const ROUNDING = 9 / 8;
/** To these multiples text is padded and its first counted token moved back (webgpu/micro-recording.ts). */
const LENGTH_STEP = 16;
const FIRST_STEP = 8;
/** Recordings of other shapes share memory: together they take at most about this many times what the largest takes (webgpu/capture.ts). Ours. */
const SHARED = 2;

/** What a run takes. */
export function estimateMemory(spec: RunSpec): MemoryEstimate {
  const config = configOf(spec);
  const parameters = parameterCount(config, { includeReading: hasReadingHead(spec) }) * FLOAT;
  const arenas = spec.weightStorage === 'f16' ? ARENAS + HALF_COPY : ARENAS;
  const sizes = runSizes(spec);
  const steps = sizes.training.map((size) => stepBytes(config, size));
  const longest = Math.max(...sizes.training.map(({ textLength, patches }) => textLength + patches));
  const evaluation = Math.max(...sizes.evaluation.map((size) => decodeBytes(config, size, longest)));
  const largest = Math.max(...steps);
  const recorded = Math.min(sum(steps), SHARED * largest);
  const parts = [
    { what: 'weights, gradients and moments', bytes: arenas * parameters },
    { what: 'recorded training steps', bytes: recorded },
    { what: 'evaluation', bytes: evaluation },
  ];
  return { parts, bytes: sum(parts.map(({ bytes }) => bytes)), leastBytes: arenas * parameters + largest + evaluation };
}

/** What the recording of one training pass takes: inputs, everything between forward and backward, its gradients, the gradients of the parameters. */
export function stepBytes(config: VlmConfig, pass: PassSize): number {
  const textLength = Math.ceil(pass.textLength / LENGTH_STEP) * LENGTH_STEP;
  const size = { ...pass, textLength, first: Math.floor(pass.first / FIRST_STEP) * FIRST_STEP };
  const forward = sum(layersOf(config, size).map(({ numbers, times }) => numbers * times));
  return (2 * forward + parameterCount(config)) * FLOAT * ROUNDING;
}

/** What decoding takes: the prompts' forward pass, one layer of each kind at a time, and the keys and values of `longest` positions per row. */
export function decodeBytes(config: VlmConfig, size: PassSize, longest: number): number {
  const { layers, dim, heads, kvHeads } = config.decoder;
  const forward = sum(layersOf(config, size).map(({ numbers }) => numbers));
  const cache = 2 * layers * size.rows * longest * kvHeads * (dim / heads);
  return (forward + cache) * FLOAT * ROUNDING;
}

/** Most rows of a matrix product in a pass: its workgroups lie along them. */
export function mostRows(config: VlmConfig, { rows, textLength, patches }: PassSize): number {
  const { image, convnext } = config;
  const places = patches * (image.patchPx / convnext.stemPx) ** 2;
  return rows * Math.max(patches + textLength, places);
}

/** Numbers that a layer holds between forward and backward, and how many such layers there are. */
interface Layer {
  readonly numbers: number;
  readonly times: number;
}

function layersOf(config: VlmConfig, size: PassSize): Layer[] {
  return [...(size.patches === 0 ? [] : pictureLayers(config, size)), ...(size.textLength === 0 ? [] : decoderLayers(config, size))];
}

function decoderLayers({ decoder, vocabularySize: V }: VlmConfig, { rows, textLength, first, patches }: PassSize): Layer[] {
  const { layers, dim: D, heads: H, kvHeads: G, hidden: F } = decoder;
  const d = D / H;
  const R = rows * (patches + textLength);
  const M = rows * (first === 0 ? patches + textLength : textLength - first); // of the last layer
  // First norm and its scale; keys and values as products and arranged.
  const keys = D + 1 + 4 * G * d;
  // Queries as products and arranged; output and logarithms, second norm and its scale, two products and two sums; gate, value and their product.
  const queries = 2 * H * d + H * d + H + 5 * D + 1 + 3 * F;
  // Words, their places twice, joined, and their sum; tokens, lines, columns.
  const input = R * (5 * D + 3);
  // Final norm, logits and their gradient, losses, targets and weights; the embedding turned.
  const output = rows * (textLength - first) * (D + 2 * V + 4) + V * D;
  return [
    { numbers: R * (keys + queries), times: layers },
    // What the last layer leaves out, less the rows that count, taken out of two tensors: nothing or less than nothing.
    { numbers: M === R ? 0 : M * (queries + 2 * D) - R * queries, times: 1 },
    { numbers: input, times: 1 },
    { numbers: output, times: 1 },
  ];
}

function pictureLayers({ vit, convnext, adapter, image, decoder }: VlmConfig, { rows, patches }: PassSize): Layer[] {
  const R = rows * patches;
  const pixels = R * image.patchPx ** 2 * 3;
  // Two norms and their statistics, queries, keys and values as products and arranged, output and logarithms, two products and two sums; before and after GELU.
  const vitLayer = R * (vit.dim * (13 + 2 * vit.mlpRatio) + vit.heads + 4);
  // The picture as it came and as patches of either branch; patches embedded, places twice and summed, the sum, the last norm.
  const vitEnds = 3 * pixels + R * 6 * vit.dim;
  const stages = convnext.dims.flatMap((C, stage): Layer[] => {
    const places = R * (image.patchPx / convnext.stemPx) ** 2 * 4 ** -stage;
    // Convolution, norm and its statistics, product, scaled sum; before and after GELU.
    const block = places * (C * (5 + 2 * convnext.mlpRatio) + 2);
    // Stem or down-sampling: product and norm; between stages the norm before it and its patches.
    const before = convnext.dims[stage - 1];
    const entry = places * (before === undefined ? 2 * C + 2 : C + 4 * (2 * before + 2));
    return [
      { numbers: block, times: convnext.depths[stage] ?? 0 },
      { numbers: entry, times: 1 },
    ];
  });
  // Last norm of the branch, resampled; two products, their sum and GELU; tokens.
  const join = R * (2 * (convnext.dims.at(-1) ?? 0) + 4 * adapter.hidden + decoder.dim);
  return [{ numbers: vitLayer, times: vit.layers }, { numbers: vitEnds, times: 1 }, ...stages, { numbers: join, times: 1 }];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
