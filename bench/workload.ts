/** What a step of each size consists of: parameters, tokens, floating-point operations, its largest matrix products. */
import { presetConfig, type PresetName, type VlmConfig } from '../src/model/config.ts';
import type { Batch } from '../src/model/batch.ts';
import { parameterCount, parameterShapes } from '../src/model/params.ts';
import { batchAt } from '../src/study/batcher.ts';
import { DEFAULT_SPEC } from '../src/study/run-spec-schema.ts';
import { tokenizer } from '../src/tasks/tokenizer.ts';
import type { SizeName } from './columns.ts';
import type { Workload } from './protocol.ts';
import { TOY, TOY_TOKENS, toyFlop, toyShapes } from './toy/shape.ts';

export interface VlmWorkload {
  readonly config: VlmConfig;
  readonly batch: Batch;
}

export function workloadOf(size: SizeName, examples: number): Workload {
  if (size === 'toy') return toyWorkload();
  const { config, batch } = vlmWorkload(size, examples);
  const { decoder, vit } = config;
  const rows = (per: (micro: Batch['micro'][number]) => number) => Math.max(...batch.micro.map((micro) => micro.batchSize * per(micro)));
  const positions = rows(positionsOf);
  const patches = rows(patchesOf);
  return {
    parameters: parameterCount(config),
    tokens: batch.micro.reduce((sum, micro) => sum + micro.batchSize * positionsOf(micro), 0),
    flop: vlmFlop(config, batch),
    gemms: [
      { M: positions, K: decoder.dim, L: decoder.hidden },
      { M: positions, K: decoder.hidden, L: decoder.dim },
      { M: rows(({ textLength }) => textLength), K: decoder.dim, L: config.vocabularySize },
      { M: patches, K: vit.dim, L: vit.mlpRatio * vit.dim },
    ],
  };
}

/** The model and the one batch of a preset. */
export function vlmWorkload(preset: PresetName, examples: number): VlmWorkload {
  const batch = batchAt({ ...DEFAULT_SPEC, preset, supervision: 'mix', examples: examples * 100, batchSize: examples }, 0);
  return { config: presetConfig(preset, tokenizer.size), batch };
}

function toyWorkload(): Workload {
  const { width, hidden, vocabulary } = TOY;
  return {
    parameters: Object.values(toyShapes()).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0),
    tokens: TOY_TOKENS,
    flop: toyFlop(),
    gemms: [
      { M: TOY_TOKENS, K: width, L: hidden },
      { M: TOY_TOKENS, K: hidden, L: width },
      { M: TOY_TOKENS, K: width, L: 3 * width },
      { M: TOY_TOKENS, K: width, L: vocabulary },
    ],
  };
}

type Micro = Batch['micro'][number];

const patchesOf = ({ image }: Micro): number => (image === null ? 0 : image.gridRows * image.gridColumns);
const positionsOf = (micro: Micro): number => micro.textLength + patchesOf(micro);

/**
 * 6 for each weight of a matrix and each position it is applied to, and for each layer of attention 12 * positions * width per position (half of it in the
 * decoder, which is causal). ConvNeXt stages count at their own grids; norms, depthwise convolutions and softmax are left out.
 * The products of the stock step, as tfjs's profiler lists them, are within 2 % of it (micro, with attention counted in full).
 */
function vlmFlop(config: VlmConfig, batch: Batch): number {
  const { decoder, vit, convnext, image } = config;
  const matrices = Object.entries(parameterShapes(config)).filter(([name, shape]) => shape.length === 2 && !name.includes('position'));
  const appliedAt = (name: string, micro: Micro): number => {
    const patches = patchesOf(micro);
    if (name.startsWith('reading.')) return 0;
    if (name === 'decoder.embedding') return micro.textLength; // as the output matrix
    if (name.startsWith('decoder.')) return positionsOf(micro);
    if (!name.startsWith('convnext.')) return patches;
    const stage = Number(/^convnext\.stages\.(\d+)/.exec(name)?.[1] ?? 0);
    return patches * (image.patchPx / (convnext.stemPx * 2 ** stage)) ** 2;
  };
  return batch.micro.reduce((sum, micro) => {
    const positions = positionsOf(micro);
    const patches = patchesOf(micro);
    const products = matrices.reduce((total, [name, shape]) => total + (shape[0] ?? 0) * (shape[1] ?? 0) * appliedAt(name, micro), 0);
    const attention = 6 * decoder.layers * positions * decoder.dim * positions + 12 * vit.layers * patches * vit.dim * patches;
    return sum + micro.batchSize * (6 * products + attention);
  }, 0);
}
