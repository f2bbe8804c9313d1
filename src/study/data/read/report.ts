/** What scoring a file gives: plain data, as the page shows it, the tables are drawn from it (report-tables.ts) and `--json` writes it. */
import type { FailureMetric, Level, Modality, Profile, TaskId } from '../../../tasks/task.ts';
import type { ChatForm } from './chat-text.ts';
import type { GoldForm } from './gold-row.ts';
import type { FileFormat } from './raw-record.ts';

/** `count` things, the first few of them by name. */
export interface Named {
  readonly count: number;
  readonly first: readonly string[];
}

/** `right` of `of`, with its 95 % Wilson interval. */
export interface Share {
  readonly right: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/** A failure metric over all scored rows of a group: sum of numerators over sum of denominators. */
export interface FailureResult extends FailureMetric {
  readonly numerator: number;
  readonly denominator: number;
  /** Null: no row says anything about it. */
  readonly value: number | null;
  /** 95 % Wilson interval of a share of examples; else null. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** All rows of one task, level, modality and profile. */
export interface GroupScore {
  readonly task: TaskId;
  /** Null: neither row, file name nor option says it. */
  readonly level: Level | null;
  readonly modality: Modality;
  readonly profile: Profile;
  readonly rows: number;
  /** Rows whose gold answer our own scorer accepts; fewer than `rows` means that the file or the scorer is wrong. */
  readonly goldAccepted: number;
  /** Rows scored against their example made again from its key; the others against what their gold record tells. */
  readonly exactRows: number;
  readonly meanPromptCharacters: number;
  readonly meanGoldCharacters: number;
  readonly images: { readonly inFile: number; readonly named: number; readonly sizes: readonly string[] };
  /** Null without predictions. */
  readonly score: PredictionScore | null;
}

export interface PredictionScore {
  /** Rows with a prediction; the others are not counted. */
  readonly scored: number;
  /** The better of the two rates where there are two (spec/s2h 2.10). */
  readonly accuracy: Share;
  readonly accuracyFrom: 'answer' | 'cot';
  readonly exactMatch: Share;
  readonly cotExactMatch: Share | null;
  /** Predictions in which the scorer found nothing to compare. */
  readonly unread: number;
  readonly meanPredictionCharacters: number;
  readonly failures: readonly FailureResult[];
}

export interface FileReport {
  readonly name: string;
  readonly bytes: number;
  readonly bytesRead: number;
  readonly format: FileFormat;
  /** With those left out. */
  readonly records: number;
}

export interface JoinReport {
  readonly by: 'id' | 'line' | 'same row';
  readonly answerColumn: string;
  /** How answers were kept that are no plain texts: what a chat service sent. */
  readonly answerForms: readonly ChatForm[];
  readonly idColumn: string | null;
  readonly missing: Named;
  /** Predictions whose id no row has. */
  readonly unused: Named;
  /** Requests to a chat service that failed: they have no prediction. */
  readonly failed: Named;
  /** Predictions without a character: counted, and wrong. */
  readonly empty: number;
}

/** A task or level that was chosen, and how many rows name another themselves, which counts. */
export interface Overruled {
  readonly option: 'task' | 'level';
  readonly chosen: TaskId | Level;
  readonly rows: number;
}

export interface ScoreReport {
  readonly kind: 'parallax-score';
  readonly version: 1;
  readonly data: FileReport & { readonly forms: readonly GoldForm[] };
  readonly predictions: FileReport | null;
  /** Null without predictions. */
  readonly join: JoinReport | null;
  readonly groups: readonly GroupScore[];
  /** Rows and predictions left out, with their messages; only when that was asked for. */
  readonly bad: Named;
  /** Rows whose gold answer our scorer refuses. */
  readonly goldRefused: Named;
  readonly overruled: readonly Overruled[];
}

/** One row, for people to look at. */
export interface RowOutcome {
  readonly number: number;
  readonly id: string | null;
  readonly task: TaskId;
  readonly level: Level | null;
  readonly modality: Modality;
  readonly hasImage: boolean;
  /** Null: no prediction. */
  readonly isRight: boolean | null;
  /** What was compared: lists, paths or blocks. */
  readonly gold: string;
  readonly prediction: string | null;
  /** What was looked for, where there is a prediction and nothing could be read in it. */
  readonly unread: string | null;
  readonly question: string;
  /** The whole prediction. */
  readonly response: string | null;
}
