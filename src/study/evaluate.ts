/**
 * Evaluation: greedy decoding of held-out examples at every level in both modalities, scored as the paper does (spec/s2h 2.10: the list of values,
 * exact; the better of the answer's list and the CoT's). 95 % Wilson intervals, because the sets are small.
 *
 * The examples are those of the `eval` split with a seed of their own, the same for all runs of one table size, so that runs are comparable. An example
 * that the run trained on would have to be drawn from a disjoint stream and coincide by chance.
 */
import { wilson } from '../lib/statistics.ts';
import type { Engine } from '../model/backend.ts';
import { makeDecoder, type Decoder } from '../model/decode.ts';
import { exampleAt } from '../tasks/examples.ts';
import type { Example } from '../tasks/example.ts';
import { taskInfo } from '../tasks/task-spec.ts';
import { MODALITIES } from '../tasks/task.ts';
import type { Level, Modality, RecordKind, Score } from '../tasks/task.ts';
import { tokenizer } from '../tasks/tokenizer.ts';
import type { EvaluationCell, EvaluationResult, Proportion, SessionEvent } from './events.ts';
import { phaseOfRun } from './mixture.ts';
import type { Model } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import { CONVERT_ID, EOS_ID, packPrompts } from './sequences.ts';

/** Seed of the evaluation examples of every run: ours, any fixed number. */
export const EVALUATION_SEED = 0;
/** Rows decoded together: ours; larger batches gain little on wasm and hold more memory. */
export const DECODE_BATCH = 50;
/** A response may be this much longer than the longest right one before it is cut. */
const MARGIN_TOKENS = 16;

export interface EvaluateOptions {
  readonly model: Model;
  readonly spec: RunSpec;
  /** Steps the model was trained for, for the record. */
  readonly step: number;
  /** Per level and modality. */
  readonly examples: number;
  readonly engine: Engine;
  readonly signal?: AbortSignal;
  readonly levels?: readonly Level[];
  readonly modalities?: readonly Modality[];
  /** Makes `convert` the first token of every response to a picture (spec/s2h 0: forces the conversion). */
  readonly isConversionForced?: boolean;
  readonly onProgress?: (event: Extract<SessionEvent, { kind: 'evaluation-progress' }>) => void;
}

/** What the model wrote for one example. */
export interface Answer {
  readonly example: Example;
  readonly response: string;
  readonly generatedTokens: number;
  readonly isTruncated: boolean;
  readonly score: Score;
}

/** The evaluation matrix, or null when it was cancelled. */
export async function evaluateModel(options: EvaluateOptions): Promise<EvaluationResult | null> {
  const cells: EvaluationCell[] = [];
  const decoder = makeDecoder(options.model.params, options.model.config);
  try {
    for (const modality of options.modalities ?? MODALITIES) {
      for (const level of options.levels ?? taskInfo(options.spec.task.id).levels)
        cells.push(summarise(level, modality, await answersBy(decoder, options, level, modality)));
    }
  } catch (error) {
    if (options.signal?.aborted === true) return null;
    throw error;
  } finally {
    decoder.dispose();
  }
  return { step: options.step, cells };
}

/** Answers to the first `examples` evaluation examples of a level, in order. */
export async function answersOf(options: EvaluateOptions, level: Level, modality: Modality): Promise<Answer[]> {
  const decoder = makeDecoder(options.model.params, options.model.config);
  try {
    return await answersBy(decoder, options, level, modality);
  } finally {
    decoder.dispose();
  }
}

async function answersBy(decoder: Decoder, options: EvaluateOptions, level: Level, modality: Modality): Promise<Answer[]> {
  const { spec, engine, signal } = options;
  const total = options.examples;
  const forced = options.isConversionForced === true && modality === 'image' ? [CONVERT_ID] : [];
  const examples = Array.from({ length: total }, (_, index) =>
    exampleAt({ task: spec.task.id, level, split: 'eval', seed: EVALUATION_SEED, index }, spec.task),
  );
  const maxNewTokens =
    Math.max(...examples.map((example) => longestResponse(example, modality, mayConvert(spec) || forced.length > 0))) + MARGIN_TOKENS;
  const answers: Answer[] = [];
  options.onProgress?.({ kind: 'evaluation-progress', done: 0, total, level, modality });
  for (let start = 0; start < total; start += DECODE_BATCH) {
    signal?.throwIfAborted();
    engine.check();
    const part = examples.slice(start, start + DECODE_BATCH);
    const prompts = packPrompts(
      part.map((example) => ({ example, kind: modality })),
      forced,
    );
    const written = await decoder.decode(prompts, { maxNewTokens, eosId: EOS_ID, ...(signal === undefined ? {} : { signal }) });
    engine.check();
    part.forEach((example, i) => {
      const ids = written[i];
      if (ids === undefined) throw new Error('internal: decode returned too few rows');
      const response = tokenizer.decode([...forced, ...ids]);
      const isTruncated = ids.length >= maxNewTokens;
      answers.push({ example, response, generatedTokens: forced.length + ids.length, isTruncated, score: example.score(response, 'compact') });
    });
    options.onProgress?.({ kind: 'evaluation-progress', done: answers.length, total, level, modality });
  }
  return answers;
}

/** Counts, intervals and lengths of one cell of the matrix. */
export function summarise(level: Level, modality: Modality, answers: readonly Answer[]): EvaluationCell {
  const total = answers.length;
  const count = (isCounted: (answer: Answer) => boolean): Proportion => {
    const correct = answers.filter(isCounted).length;
    return { correct, total, ...wilson(correct, total) };
  };
  const exactMatch = count(({ score }) => score.exactMatch);
  const hasCotMatch = answers.some(({ score }) => score.cotExactMatch !== null);
  const cotExactMatch = hasCotMatch ? count(({ score }) => score.cotExactMatch === true) : null;
  return {
    level,
    modality,
    accuracy: cotExactMatch !== null && cotExactMatch.correct > exactMatch.correct ? cotExactMatch : exactMatch, // spec/s2h 2.10: the better of the two is reported
    exactMatch,
    cotExactMatch,
    meanGeneratedTokens: total === 0 ? 0 : answers.reduce((sum, answer) => sum + answer.generatedTokens, 0) / total,
    truncated: answers.filter((answer) => answer.isTruncated).length,
  };
}

/** True when the run is trained to convert pictures, so that responses to them may hold the table. */
function mayConvert(spec: RunSpec): boolean {
  return spec.curriculum !== null || phaseOfRun(spec).components.some(({ kind }) => kind === 'image-via-text');
}

function longestResponse(example: Example, modality: Modality, isLong: boolean): number {
  const kind: RecordKind = modality === 'image' && isLong ? 'image-via-text' : modality;
  return example.compact(kind).response.length;
}
