/**
 * Every message between the page and the data worker, which reads files of any size, scores them, and keeps the first rows. Types only. A call is answered once, by
 * `id`; a running `score` tells its progress, and ends with an AbortError when it is cancelled.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { Picture } from '../src/study/data/read/kept-rows.ts';
import type { FileLook } from '../src/study/data/read/look.ts';
import type { RowOutcome, ScoreReport } from '../src/study/data/read/report.ts';
import type { Progress, ScoreOptions } from '../src/study/data/read/score-files.ts';

export interface DataCalls {
  look: { in: { file: File }; out: FileLook };
  score: { in: { data: File; predictions: File | null; options: ScoreOptions }; out: { report: ScoreReport; rows: readonly RowOutcome[] } };
  /** Of a row of the last file that was scored. */
  picture: { in: { rowNumber: number }; out: Picture | null };
}

export type DataCallName = keyof DataCalls;
export type DataHandlers = { [K in DataCallName]: (args: DataCalls[K]['in'], id: number) => Promise<DataCalls[K]['out']> };
export type DataCallMessage = { [K in DataCallName]: { readonly id: number; readonly name: K; readonly args: DataCalls[K]['in'] } }[DataCallName];
/** `cancel` stops the score that is running. */
export type ToDataWorker = DataCallMessage | { readonly name: 'cancel' };
export type FromDataWorker =
  | { readonly id: number; readonly value: DataCalls[DataCallName]['out'] }
  | { readonly id: number; readonly error: WireError }
  | { readonly id: number; readonly progress: Progress };
