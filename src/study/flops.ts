/**
 * What a study run costs in floating-point operations, so that supervisions can be compared at equal samples or at equal FLOPs.
 *
 * Formula: forward and backward take 6 FLOPs per weight and token that passes it (2 forward, 4 backward), and attention 12 per channel and pair of
 * places that see one another, in each layer (Kaplan et al., arXiv 2001.08361, section 2.1; attention as in PaLM, arXiv 2204.02311, appendix B, with
 * the pairs counted instead of T/2 per token). Ours in detail: a weight counts where it works. Decoder and tied embedding (as the output) see image and
 * text tokens; ViT and adapter see image tokens; ConvNeXt sees its own places, 4 times fewer in each stage. Looked-up places cost nothing. The model's
 * own sum, not the device's: no padding, no recomputation, and nothing taken off for what the last layer leaves out.
 *
 * Letters: P image tokens, T text tokens, L layers, D channels.
 */
import { fault, InputError } from '../lib/errors.ts';
import type { VlmConfig } from '../model/config.ts';
import { parameterShapes } from '../model/params.ts';
import { exampleAt } from '../tasks/examples.ts';
import type { Level, RecordKind } from '../tasks/task.ts';
import { taskOfRun } from './joint.ts';
import { planOfRun } from './mixture.ts';
import { configOf } from './model-setup.ts';
import { parentOf, phasesOf, rowsSeen } from './phases.ts';
import { cotShareAt } from './strategies/cot.ts';
import { MAX_ROWS } from './strategies/options.ts';
import type { PhasePlan } from './strategies/plan.ts';
import { parseRunSpec } from './run-spec-schema.ts';
import type { RunSpec, Supervision } from './run-spec.ts';
import { inputLength, sequenceOf } from './sequences.ts';

/** Tokens of a row. */
export interface RowTokens {
  /** T. */
  readonly text: number;
  /** P; 0 without a picture. */
  readonly image: number;
}

const PER_WEIGHT = 6;
const PER_PAIR = 12;
/** Rows of a kind differ in length; so many of its first examples stand for all. Ours: their mean is within some percent. */
const SAMPLE_EXAMPLES = 64;

/** FLOPs of one row in training: forward and backward. */
export function flopsOfTokens(config: VlmConfig, { text: T, image: P }: RowTokens): number {
  const { decoder, vit, convnext, image } = config;
  const pairs = P * P + T * P + (T * (T + 1)) / 2; // images see images; text sees images and the text up to itself
  const attention = PER_PAIR * (decoder.layers * decoder.dim * pairs + vit.layers * vit.dim * P * P);
  const places = convnext.dims.map((_, stage) => (P * (image.patchPx / convnext.stemPx) ** 2) / 4 ** stage);
  const weights = Object.entries(parameterShapes(config, { includeReading: false })).reduce((sum, [name, shape]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return sum + size * timesUsed(name, { P, T, places });
  }, 0);
  return PER_WEIGHT * weights + attention;
}

/** Mean FLOPs of a row of one kind and level, over its first examples, with a share of its CoT. */
export function flopsOfRow(spec: RunSpec, kind: RecordKind, level: Level, { task = spec.task, unique = SAMPLE_EXAMPLES, cotShare = 1 } = {}): number {
  const config = configOf(spec);
  const { seed } = spec;
  const count = Math.min(SAMPLE_EXAMPLES, unique);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const example = exampleAt({ task: task.id, level, split: 'train', seed, index }, task);
    const { rows, columns } = example.canvas();
    sum += flopsOfTokens(config, { text: inputLength(sequenceOf({ example, kind, cotShare })), image: kind === 'text' ? 0 : rows * columns });
  }
  return sum / count;
}

/** FLOPs of a whole study run: all its phases, those that N does not count included, and the steps that were its parent's. */
export function flopsOfRun(spec: RunSpec): number {
  checkStudy(spec);
  return flopsUpTo(spec, Infinity);
}

/**
 * The N with which a run of `spec`'s supervision and settings takes `flops`, to the nearest row. Throws an InputError when not even one row fits, because
 * the phases before the main one alone take more.
 */
export function rowsForFlops(spec: RunSpec, flops: number): number {
  checkStudy(spec);
  if (spec.parent !== undefined) throw new InputError(fault('rowsForFlops', 'a run that begins by itself', `one from step ${spec.parent.step}`));
  const costs = phaseCosts(spec);
  const phases = phasesOf(spec);
  const cost = (isWanted: boolean) => phases.reduce((sum, { rows, isCounted }, i) => sum + (isCounted === isWanted ? rows * (costs[i] ?? 0) : 0), 0);
  const perRow = cost(true) / spec.examples;
  const rows = Math.round((flops - cost(false)) / perRow);
  if (!(rows >= 1 && rows <= MAX_ROWS)) {
    const expected = `between ${(cost(false) + perRow).toPrecision(3)} and ${(cost(false) + MAX_ROWS * perRow).toPrecision(3)} FLOPs for ${spec.supervision}`;
    throw new InputError(fault('rowsForFlops', expected, flops, 'take fewer rows of Align- and (TW), or another budget'));
  }
  return rows;
}

/** How runs are made comparable: the same N, the same rows with those that N does not count (S2H Figure 15), or the same FLOPs. */
export const BUDGETS = ['samples', 'all rows', 'flops'] as const;
export type Budget = (typeof BUDGETS)[number];

/**
 * A run of another supervision from the first step, all else as in `spec`, with the N that makes the two comparable. Rows of its phases are those of
 * `changes`, of `spec` where it has them, else the standard ones.
 */
export function comparable(spec: RunSpec, changes: Partial<RunSpec> & { readonly supervision: Supervision }, budget: Budget): RunSpec {
  const { parent: _, ...first } = spec;
  const other = parseRunSpec({ ...first, ...changes });
  switch (budget) {
    case 'samples':
      return other;
    case 'all rows': {
      const uncounted = phasesOf(other).reduce((sum, { rows, isCounted }) => sum + (isCounted ? 0 : rows), 0);
      return parseRunSpec({ ...other, examples: rowsSeen(spec, Infinity) - uncounted });
    }
    case 'flops':
      return parseRunSpec({ ...other, examples: rowsForFlops(other, flopsOfRun(spec)) });
    default:
      budget satisfies never;
      throw new Error(`internal: no budget ${String(budget)}`);
  }
}

/** How often a row passes a number of the parameter `name`; `places` of each stage of ConvNeXt. */
function timesUsed(name: string, { P, T, places }: { P: number; T: number; places: readonly number[] }): number {
  if (name.includes('.position.')) return 0;
  if (name.startsWith('decoder.')) return P + T;
  if (name.startsWith('convnext.norm')) return places.at(-1) ?? 0;
  const stage = name.startsWith('convnext.stem') ? 0 : /^convnext\.stages\.(\d+)\./.exec(name)?.[1];
  if (stage === undefined) return P;
  return places[name.includes('.downsample.norm') ? Number(stage) - 1 : Number(stage)] ?? 0; // that norm stands before the places are joined
}

/** Mean FLOPs of a row of each phase. */
function phaseCosts(spec: RunSpec): number[] {
  return planOfRun(spec).phases.map((phase) => costOf(spec, phase));
}

function costOf(spec: RunSpec, { components, rowsPerEpoch, cot, streamRows }: PhasePlan): number {
  // Where the CoT shrinks along the run, its mean share stands for all rows: tokens grow with it in proportion.
  const shares = Array.from({ length: 100 }, (_, i) => cotShareAt(cot, Math.floor((i * streamRows) / 100), streamRows));
  const share = shares.reduce((sum, each) => sum + each, 0) / shares.length;
  return components.reduce((sum, { task, kind, level, rows, unique }) => {
    const row = flopsOfRow(spec, kind, level, { task: taskOfRun(spec, task), unique, cotShare: share });
    return sum + (rows / rowsPerEpoch) * row;
  }, 0);
}

/** FLOPs of the steps before `step`; the first ones may be its parent's. */
function flopsUpTo(spec: RunSpec, step: number): number {
  const parent = parentOf(spec);
  const start = spec.parent?.step ?? 0;
  const before = parent === null ? 0 : flopsUpTo(parent, Math.min(step, start));
  const costs = phaseCosts(spec);
  return phasesOf(spec).reduce((sum, { rows, firstStep }, i) => {
    const seen = (steps: number) => Math.min(rows, Math.max(0, steps - firstStep) * spec.batchSize);
    return sum + Math.max(0, seen(step) - seen(start)) * (costs[i] ?? 0);
  }, before);
}

function checkStudy({ curriculum }: RunSpec): void {
  if (curriculum !== null) throw new InputError(fault('flops', 'a study run', 'a base run'));
}
