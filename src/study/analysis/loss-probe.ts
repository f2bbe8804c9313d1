/**
 * Losses on held-out examples without training: what drops while a run learns (spec/s2h 7, Eq. 2, 4, 5; Figs. 8 and 21). Teacher-forced on the gold response; three
 * passes per example, since one pass over an image-via-text record gives Eq. 4 and 5 (loss-probe-segments.ts tells its tokens apart). Per example the mean over its
 * tokens, then the mean over examples, as in training.
 *
 * The examples are the first of the evaluation's (evaluate.ts), the same at every checkpoint and for every run, so that differences between checkpoints are not
 * differences between examples. The paper does not say how many it takes; spec/s2h recommends 200 and more.
 */
import { fault } from '../../lib/errors.ts';
import type { Engine } from '../../model/backend.ts';
import type { Example } from '../../tasks/example.ts';
import { RECORD_KINDS } from '../../tasks/task.ts';
import type { Level, RecordKind } from '../../tasks/task.ts';
import { microBatches } from '../batcher.ts';
import { EVALUATION_SEED, evaluationExample } from '../evaluate.ts';
import { phaseOfRun } from '../mixture.ts';
import type { Model } from '../model-setup.ts';
import type { RunSpec } from '../run-spec.ts';
import { inputLength, packRows, sequenceOf } from '../sequences.ts';
import type { Row } from '../sequences.ts';
import { recordSegments } from './loss-probe-segments.ts';
import type { Segment } from './loss-probe-segments.ts';
import { meanEstimate } from './mean-estimate.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/** Rows of one pass at most: ours, so that a probe can be cancelled and tells how far it is. */
const PROBE_BATCH = 32;

/** In nats per token. */
export interface LevelLosses {
  readonly level: Level;
  /** l_(T;S): y given x(t) as text. Not in the paper's figures; what an image loss can be held against. */
  readonly text: MeanEstimate;
  /** l_(I;S), Eq. 1; its mean over HARD is Eq. 2: y given the picture. */
  readonly image: MeanEstimate;
  /** l_(I#;T), Eq. 4: x(t) given the picture and P_convert. */
  readonly conversion: MeanEstimate;
  /** l_(I,#T;S), Eq. 5: y given the picture, P_convert and x(t). */
  readonly imageAndText: MeanEstimate;
}

export interface LossProbe {
  /** Steps the model was trained for. */
  readonly step: number;
  readonly split: 'eval';
  readonly seed: number;
  /** Of the CoT, what y holds: 0 for runs that are to answer without, else 1. */
  readonly cotShare: 0 | 1;
  readonly levels: readonly LevelLosses[];
}

export interface ProbeOptions {
  readonly model: Model;
  readonly spec: RunSpec;
  readonly step: number;
  readonly engine: Engine;
  /** Per level, at least 1. */
  readonly examples: number;
  readonly levels: readonly Level[];
  readonly signal?: AbortSignal;
  /** `done` of `total` records; each example has three. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** The losses of every level, or null when it was cancelled. The model must not change meanwhile. */
export async function probeLosses(options: ProbeOptions): Promise<LossProbe | null> {
  const { spec, step, examples, levels } = options;
  const cotShare = writesCot(spec) ? 1 : 0;
  const total = levels.length * examples * RECORD_KINDS.length;
  const results: LevelLosses[] = [];
  try {
    for (const [l, level] of levels.entries()) {
      const held = Array.from({ length: examples }, (_, index) => evaluationExample(spec, level, index));
      const lossesOf = (kind: RecordKind): Promise<RecordLosses> =>
        recordLosses(options, held, kind, cotShare, (done) =>
          options.onProgress?.({ done: (l * RECORD_KINDS.length + RECORD_KINDS.indexOf(kind)) * examples + done, total }),
        );
      const text = await lossesOf('text');
      const image = await lossesOf('image');
      const both = await lossesOf('image-via-text');
      results.push({
        level,
        text: meanEstimate(text.solution),
        image: meanEstimate(image.solution),
        conversion: meanEstimate(both.conversion),
        imageAndText: meanEstimate(both.solution),
      });
    }
  } catch (error) {
    if (options.signal?.aborted === true) return null;
    throw error;
  }
  return { step, split: 'eval', seed: EVALUATION_SEED, cotShare, levels: results };
}

/** Mean loss of each example's segments; `conversion` is empty for records without one. */
interface RecordLosses {
  readonly conversion: number[];
  readonly solution: number[];
}

async function recordLosses(
  { model, spec, engine, signal }: ProbeOptions,
  examples: readonly Example[],
  kind: RecordKind,
  cotShare: number,
  onDone: (done: number) => void,
): Promise<RecordLosses> {
  const losses: RecordLosses = { conversion: [], solution: [] };
  const size = rowsAtOnce(spec, examples, kind, cotShare);
  onDone(0);
  for (let start = 0; start < examples.length; start += size) {
    await macrotask(); // a pass on wasm is one long call: whoever wants to cancel gets a turn
    signal?.throwIfAborted();
    engine.check();
    const part = examples.slice(start, start + size);
    // The last part is filled up with examples that are not counted again: one more recording on a GPU costs more than they do.
    const rows = [...part, ...examples.slice(0, size - part.length)].map((example): Row => ({ example, kind, cotShare }));
    const micro = packRows(rows, rows.length);
    const tokenLosses = await model.passes.tokenLosses(micro);
    engine.check();
    part.forEach((example, b) => {
      const own = tokenLosses.subarray(b * micro.textLength, (b + 1) * micro.textLength);
      const { conversion, solution } = recordSegments(example, kind, cotShare);
      if (conversion !== null) losses.conversion.push(segmentMean(own, conversion));
      losses.solution.push(segmentMean(own, solution));
    });
    onDone(start + part.length);
  }
  return losses;
}

/** Mean over the targets of a segment in a row `[T]`: token i of the sequence is the target at place i - 1. */
function segmentMean(row: Float32Array, { from, to }: Segment): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += row[i - 1] ?? Number.NaN;
  const mean = sum / (to - from);
  if (!Number.isFinite(mean))
    throw new Error(fault('loss probe', 'finite losses', mean, 'the weights are not finite: go back to an earlier checkpoint'));
  return mean;
}

/** Rows that fit a pass at once, by the same bounds as a training step. */
function rowsAtOnce(spec: RunSpec, examples: readonly Example[], kind: RecordKind, cotShare: number): number {
  const textLength = Math.max(...examples.map((example) => inputLength(sequenceOf({ example, kind, cotShare }))));
  const { rows, columns } = kind === 'text' ? { rows: 0, columns: 0 } : (examples[0]?.canvas() ?? { rows: 0, columns: 0 });
  const parts = microBatches(spec, examples.length, { textLength, patches: rows * columns });
  return Math.min(PROBE_BATCH, Math.ceil(examples.length / parts));
}

/** False when the run is trained to answer without a CoT, or to come to that in the end (strategies/cot.ts). */
export function writesCot(spec: RunSpec): boolean {
  return spec.curriculum !== null || phaseOfRun(spec).cot === 'full';
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
