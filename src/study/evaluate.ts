/**
 * Evaluation: greedy decoding of held-out examples at every level in both modalities, scored as the paper does (spec/s2h 2.10: the list of values,
 * exact; the better of the answer's list and the CoT's). 95 % Wilson intervals, because the sets are small. Pictures can be asked a second time with the
 * answer begun by `convert` (Table 12). A joint run is asked all of its tasks, its own first.
 *
 * The examples are those of the `eval` split with a seed of their own, the same for all runs of one table size, so that runs are comparable. An example
 * that the run trained on would have to be drawn from a disjoint stream and coincide by chance.
 */
import { packOutcomes } from '../lib/outcomes.ts';
import { wilson } from '../lib/statistics.ts';
import type { Engine } from '../model/backend.ts';
import { makeDecoder, type Decoder } from '../model/decode.ts';
import { isConversionExact } from '../tasks/conversion.ts';
import { exampleAt } from '../tasks/examples.ts';
import type { Example } from '../tasks/example.ts';
import { taskInfo } from '../tasks/task-spec.ts';
import { MODALITIES } from '../tasks/task.ts';
import type { Level, Modality, RecordKind, Score, TaskId } from '../tasks/task.ts';
import { tokenizer } from '../tasks/tokenizer.ts';
import type { EvaluationCell, EvaluationResult, PromptMode, Proportion, SessionEvent } from './events.ts';
import { taskOfRun, tasksOfRun } from './joint.ts';
import { componentsOfRun } from './mixture.ts';
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
  /** Of the run's tasks; default all. */
  readonly tasks?: readonly TaskId[];
  readonly levels?: readonly Level[];
  readonly modalities?: readonly Modality[];
  /** How pictures are asked, one cell each: default directly. `convert` makes that the first token of the response (spec/s2h 0: forces the conversion). */
  readonly prompts?: readonly PromptMode[];
  /** Called with every cell of `evaluateModel` and the answers it counts. */
  readonly onAnswers?: (cell: EvaluationCell, answers: readonly Answer[]) => void;
  readonly onProgress?: (event: Extract<SessionEvent, { kind: 'evaluation-progress' }>) => void;
}

/** What the model wrote for one example. */
export interface Answer {
  readonly example: Example;
  readonly response: string;
  readonly generatedTokens: number;
  readonly isTruncated: boolean;
  readonly score: Score;
  /** Whether the conversion is x(t); null when the response does not convert. */
  readonly isConverted: boolean | null;
}

/** What is asked in one cell of the matrix, of the run's own task. */
export type CellQuestion = Pick<EvaluationCell, 'level' | 'modality' | 'prompt'>;

/** The same of any of its tasks. */
type TaskQuestion = CellQuestion & Pick<EvaluationCell, 'task'>;

/** The evaluation matrix, or null when it was cancelled. */
export async function evaluateModel(options: EvaluateOptions): Promise<EvaluationResult | null> {
  const cells: EvaluationCell[] = [];
  const decoder = makeDecoder(options.model.params, options.model.config);
  try {
    for (const question of cellQuestions(options)) {
      const answers = await answersBy(decoder, options, question);
      const cell = summarise(question, answers);
      cells.push(cell);
      options.onAnswers?.(cell, answers);
    }
  } catch (error) {
    if (options.signal?.aborted === true) return null;
    throw error;
  } finally {
    decoder.dispose();
  }
  return { step: options.step, cells };
}

/** The cells of an evaluation, in order. Text is asked once. */
function cellQuestions({ spec, tasks, modalities = MODALITIES, levels, prompts = ['direct'] }: EvaluateOptions): TaskQuestion[] {
  return (tasks ?? tasksOfRun(spec).map(({ id }) => id)).flatMap((id) => {
    const task = id === spec.task.id ? {} : { task: id };
    return modalities.flatMap((modality) => {
      const asked: readonly PromptMode[] = modality === 'image' ? prompts : ['direct'];
      return asked.flatMap((prompt) => (levels ?? taskInfo(id).levels).map((level) => ({ ...task, level, modality, prompt })));
    });
  });
}

/** Answers to the first `examples` evaluation examples of a level, in order. */
export async function answersOf(options: EvaluateOptions, question: TaskQuestion): Promise<Answer[]> {
  const decoder = makeDecoder(options.model.params, options.model.config);
  try {
    return await answersBy(decoder, options, question);
  } finally {
    decoder.dispose();
  }
}

async function answersBy(decoder: Decoder, options: EvaluateOptions, { prompt, ...place }: TaskQuestion): Promise<Answer[]> {
  const { spec, engine, signal } = options;
  const { level, modality } = place;
  const task = taskOfRun(spec, place.task ?? spec.task.id);
  const total = options.examples;
  const forced = prompt === 'convert' && modality === 'image' ? [CONVERT_ID] : [];
  const examples = Array.from({ length: total }, (_, index) => evaluationExample({ task }, level, index));
  const maxNewTokens =
    Math.max(...examples.map((example) => longestResponse(example, modality, mayConvert(spec) || forced.length > 0))) + MARGIN_TOKENS;
  const answers: Answer[] = [];
  options.onProgress?.({ kind: 'evaluation-progress', done: 0, total, ...place });
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
      answers.push({
        example,
        response,
        generatedTokens: forced.length + ids.length,
        isTruncated: ids.length >= maxNewTokens,
        score: example.score(response, 'compact'),
        isConverted: isConversionExact(example, response),
      });
    });
    options.onProgress?.({ kind: 'evaluation-progress', done: answers.length, total, ...place });
  }
  return answers;
}

/** Example `index` of the held-out examples on which all runs are judged. */
export function evaluationExample({ task }: Pick<RunSpec, 'task'>, level: Level, index: number): Example {
  return exampleAt({ task: task.id, level, split: 'eval', seed: EVALUATION_SEED, index }, task);
}

/** Counts, intervals and lengths of one cell of the matrix. */
export function summarise({ task, level, modality, prompt }: TaskQuestion, answers: readonly Answer[]): EvaluationCell {
  const total = answers.length;
  const isExact = ({ score }: Answer): boolean => score.exactMatch;
  const isCotExact = ({ score }: Answer): boolean => score.cotExactMatch === true;
  const exactMatch = proportionOf(answers, isExact);
  const cotExactMatch = answers.some(({ score }) => score.cotExactMatch !== null) ? proportionOf(answers, isCotExact) : null;
  const isCotBetter = cotExactMatch !== null && cotExactMatch.correct > exactMatch.correct;
  const isRight = isCotBetter ? isCotExact : isExact; // spec/s2h 2.10: the better of the two is reported
  const converted = answers.filter(({ isConverted }) => isConverted !== null);
  const misconverted = answers.filter(({ isConverted }) => isConverted === false);
  return {
    ...(task === undefined ? {} : { task }),
    ...{ level, modality, prompt },
    accuracy: { ...(isCotBetter ? cotExactMatch : exactMatch), outcomes: packOutcomes(answers.map(isRight)) },
    exactMatch,
    cotExactMatch,
    conversion: converted.length === 0 ? null : proportionOf(converted, ({ isConverted }) => isConverted === true),
    robustness: misconverted.length === 0 ? null : proportionOf(misconverted, isRight),
    meanGeneratedTokens: total === 0 ? 0 : answers.reduce((sum, answer) => sum + answer.generatedTokens, 0) / total,
    truncated: answers.filter((answer) => answer.isTruncated).length,
  };
}

/** How many of the items are counted, with the 95 % Wilson interval. */
export function proportionOf<T>(items: readonly T[], isCounted: (item: T) => boolean): Proportion {
  const correct = items.filter(isCounted).length;
  return { correct, total: items.length, ...wilson(correct, items.length) };
}

/** True when the run is trained to convert pictures, so that responses to them may hold the table. */
function mayConvert(spec: RunSpec): boolean {
  return spec.curriculum !== null || componentsOfRun(spec).some(({ kind }) => kind === 'image-via-text');
}

function longestResponse(example: Example, modality: Modality, isLong: boolean): number {
  const kind: RecordKind = modality === 'image' && isLong ? 'image-via-text' : modality;
  return example.compact(kind).response.length;
}
