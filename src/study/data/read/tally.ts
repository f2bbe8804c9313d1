/** Counts: rows of a group, and lists of which only the first few are named. */
import { wilson } from '../../../lib/statistics.ts';
import { taskOf } from '../../../tasks/registry.ts';
import type { FailureMetric, FailureValues, Score } from '../../../tasks/task.ts';
import type { GoldRow } from './gold-row.ts';
import { MAX_NAMED } from './limits.ts';
import { detached } from './raw-record.ts';
import type { FailureResult, GroupScore, Named, PredictionScore, Share } from './report.ts';

/** Different sizes of pictures that are named. */
const MAX_SIZES = 4;

export class NamedTally {
  #count = 0;
  readonly #first: string[] = [];

  add(name: string): void {
    this.#count += 1;
    if (this.#first.length < MAX_NAMED) this.#first.push(detached(name));
  }

  get(): Named {
    return { count: this.#count, first: [...this.#first] };
  }
}

export class GroupTally {
  readonly #head: Pick<GroupScore, 'task' | 'level' | 'modality' | 'profile'>;
  readonly #sums = new Map<string, { numerator: number; denominator: number }>();
  readonly #sizes = new Set<string>();
  #rows = 0;
  #goldAccepted = 0;
  #exactRows = 0;
  #promptCharacters = 0;
  #goldCharacters = 0;
  #imagesInFile = 0;
  #imagesNamed = 0;
  #scored = 0;
  #exact = 0;
  #cotExact = 0;
  #cotScored = 0;
  #unread = 0;
  #predictionCharacters = 0;

  constructor({ task, level, modality, profile }: GoldRow) {
    this.#head = { task, level, modality, profile };
  }

  addRow({ prompt, response, image, imageName }: GoldRow, isGoldAccepted: boolean, isExact: boolean): void {
    this.#rows += 1;
    this.#goldAccepted += Number(isGoldAccepted);
    this.#exactRows += Number(isExact);
    this.#promptCharacters += prompt.length;
    this.#goldCharacters += response.length;
    this.#imagesNamed += Number(imageName !== null);
    if (image === null) return;
    this.#imagesInFile += 1;
    if (this.#sizes.size < MAX_SIZES) this.#sizes.add(`${image.head.widthPx} x ${image.head.heightPx}`);
  }

  addPrediction(score: Score, failures: FailureValues, prediction: string): void {
    this.#scored += 1;
    this.#exact += Number(score.exactMatch);
    this.#cotExact += Number(score.cotExactMatch === true);
    this.#cotScored += Number(score.cotExactMatch !== null);
    this.#unread += Number(score.prediction === '' && (score.cotPrediction ?? '') === '');
    this.#predictionCharacters += prediction.length;
    for (const [key, { numerator, denominator }] of Object.entries(failures)) {
      const sum = this.#sums.get(key) ?? { numerator: 0, denominator: 0 };
      sum.numerator += numerator;
      sum.denominator += denominator;
      this.#sums.set(key, sum);
    }
  }

  get(hasPredictions: boolean): GroupScore {
    const rows = Math.max(1, this.#rows);
    return {
      ...this.#head,
      rows: this.#rows,
      goldAccepted: this.#goldAccepted,
      exactRows: this.#exactRows,
      meanPromptCharacters: this.#promptCharacters / rows,
      meanGoldCharacters: this.#goldCharacters / rows,
      images: { inFile: this.#imagesInFile, named: this.#imagesNamed, sizes: [...this.#sizes] },
      score: hasPredictions ? this.#score() : null,
    };
  }

  #score(): PredictionScore {
    const exactMatch = shareOf(this.#exact, this.#scored);
    const cotExactMatch = this.#cotScored === 0 ? null : shareOf(this.#cotExact, this.#cotScored);
    const isCotBetter = cotExactMatch !== null && this.#cotExact > this.#exact;
    return {
      scored: this.#scored,
      accuracy: isCotBetter ? cotExactMatch : exactMatch,
      accuracyFrom: isCotBetter ? 'cot' : 'answer',
      exactMatch,
      cotExactMatch,
      unread: this.#unread,
      meanPredictionCharacters: this.#predictionCharacters / Math.max(1, this.#scored),
      failures: taskOf(this.#head.task).failureMetrics.map((metric) => this.#failure(metric)),
    };
  }

  #failure(metric: FailureMetric): FailureResult {
    const { numerator, denominator } = this.#sums.get(metric.key) ?? { numerator: 0, denominator: 0 };
    const isProportion = metric.isOverExamples && metric.unit === 'share' && denominator > 0 && Number.isInteger(numerator);
    return {
      ...metric,
      numerator,
      denominator,
      value: denominator === 0 ? null : numerator / denominator,
      interval: isProportion ? wilson(numerator, denominator) : null,
    };
  }
}

function shareOf(right: number, of: number): Share {
  return { right, of, ...wilson(right, of) };
}
