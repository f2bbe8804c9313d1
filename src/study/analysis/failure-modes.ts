/**
 * Appendix K of S2H for the answers of one cell of the evaluation (spec/s2h 6): how often and how the model fails, and which examples, so that each can be opened. What
 * a single answer says of each metric is the task's own business (src/tasks/<task>/failures.ts); here they are added up.
 */
import { wilson } from '../../lib/statistics.ts';
import { taskOf } from '../../tasks/registry.ts';
import type { ExampleKey, FailureMetric, FailureValues, Ratio, Score, TaskId } from '../../tasks/task.ts';
import type { FailureResult } from '../data/read/report.ts';
import { proportionOf } from '../evaluate.ts';
import type { Answer, CellQuestion } from '../evaluate.ts';
import type { Proportion } from '../events.ts';
import { failureKinds, kindsOfFailure, tells } from './failure-modes-kinds.ts';
import type { FailureKind } from './failure-modes-kinds.ts';
import { meanEstimate } from './mean-estimate.ts';

/** One wrong answer. `key` opens it in the example and look cells. */
export interface FailingExample {
  readonly key: ExampleKey;
  /** Keys of `FailureSummary.kinds`. */
  readonly kinds: readonly string[];
  /** The response, in tokens of the compact profile. */
  readonly response: string;
  readonly score: Score;
  readonly values: FailureValues;
  readonly isTruncated: boolean;
  /** Whether its conversion was right; null when it did not convert. */
  readonly isConverted: boolean | null;
}

export interface FailureSummary extends CellQuestion {
  readonly task: TaskId;
  /** Wrong answers of all: neither list is right, where there are two (spec/s2h 2.10). */
  readonly wrong: Proportion;
  /**
   * The metrics of Appendix K over all answers. `interval` is 95 %: Wilson for a share of examples; Student's t for a mean over examples, null for
   * a mean share on which all agree; for sums over cells (precision, recall), whose cells are not independent, that of a ratio over examples.
   */
  readonly metrics: readonly FailureResult[];
  /** How many are wrong in each way, of the answers that can tell: the right ones, and the wrong ones that have the metric. Null: no wrong answer can. */
  readonly kinds: readonly (FailureKind & { readonly count: Proportion | null })[];
  /** The wrong answers, in the order of the evaluation. */
  readonly examples: readonly FailingExample[];
}

export function failureModes(task: TaskId, question: CellQuestion, answers: readonly Answer[]): FailureSummary {
  const values = answers.map(({ example, response }) => example.failures(response, 'compact'));
  const examples = answers.flatMap((answer, i) => (answer.score.correct ? [] : [failingExample(task, answer, values[i] ?? {})]));
  const count = (kind: string): Proportion | null => {
    const told = examples.filter((example) => tells(task, kind, example.values));
    if (told.length === 0 && examples.length > 0) return null;
    const [correct, total] = [examples.filter(({ kinds }) => kinds.includes(kind)).length, answers.length - examples.length + told.length];
    return { correct, total, ...wilson(correct, total) };
  };
  const { level, modality, prompt } = question;
  return {
    ...{ task, level, modality, prompt },
    wrong: proportionOf(answers, ({ score }) => !score.correct),
    metrics: taskOf(task).failureMetrics.map((metric) => metricOver(metric, values)),
    kinds: failureKinds(task).map((kind) => ({ ...kind, count: count(kind.key) })),
    examples,
  };
}

function failingExample(task: TaskId, { example, response, score, isTruncated, isConverted }: Answer, values: FailureValues): FailingExample {
  if (example.key === null) throw new Error('internal: failureModes: an example of no task');
  return { key: example.key, kinds: kindsOfFailure(task, values), response, score, values, isTruncated, isConverted };
}

function metricOver(metric: FailureMetric, values: readonly FailureValues[]): FailureResult {
  const ratios = values.map((each) => each[metric.key]).filter((ratio) => ratio !== undefined);
  const numerator = ratios.reduce((sum, ratio) => sum + ratio.numerator, 0);
  const denominator = ratios.reduce((sum, ratio) => sum + ratio.denominator, 0);
  return { ...metric, numerator, denominator, value: denominator === 0 ? null : numerator / denominator, interval: intervalOf(metric, ratios) };
}

function intervalOf({ unit, isOverExamples }: FailureMetric, ratios: readonly Ratio[]): FailureResult['interval'] {
  if (ratios.length === 0) return null;
  if (ratios.some(({ denominator }) => denominator !== 1)) return unit === 'share' ? ratioInterval(ratios) : null;
  const numerators = ratios.map(({ numerator }) => numerator);
  if (unit === 'share' && isOverExamples) return wilson(numerators.filter((value) => value === 1).length, numerators.length);
  const { low, high } = meanEstimate(numerators);
  return low === null || high === null || (unit === 'share' && !(low < high)) ? null : { low, high };
}

/**
 * 95 % of a share that is one sum over another, by how far examples are from it (ratio estimator, Cochran 1977, Sampling Techniques, section 6.4; Student's t);
 * null where all examples agree, of which nothing can be estimated.
 */
function ratioInterval(ratios: readonly Ratio[]): FailureResult['interval'] {
  const sumOf = (key: keyof Ratio): number => ratios.reduce((sum, ratio) => sum + ratio[key], 0);
  const [share, meanDenominator] = [sumOf('numerator') / sumOf('denominator'), sumOf('denominator') / ratios.length];
  const { low, high } = meanEstimate(ratios.map(({ numerator, denominator }) => share + (numerator - share * denominator) / meanDenominator));
  return low === null || high === null || !(low < high) ? null : { low: Math.max(0, low), high: Math.min(1, high) };
}
