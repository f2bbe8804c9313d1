/**
 * Every message between the page and the figure worker, which times a device and makes figures. Types only. A call is answered once, by `id`; events come
 * while it is under way. The queue, results and evidence lie in the browser's database (study/figures/figure-store.ts), which both read.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { BackendName } from '../src/model/device-info.ts';
import type { FigureChoice } from '../src/study/figures/figure-choice.ts';
import type { FigureEstimate } from '../src/study/figures/figure-cost.ts';

export interface FigureCalls {
  /** Times some steps and answers of the figure's runs; nothing is kept. Null when it was stopped. */
  estimate: { in: { choice: FigureChoice; prefer: BackendName | null }; out: FigureEstimate | null };
  /** Makes what is missing of a figure. `isDone` false: it was stopped, and goes on from there the next time. */
  make: { in: { choice: FigureChoice; prefer: BackendName | null; estimate: FigureEstimate }; out: { isDone: boolean } };
  /** Stops what is under way at the next step edge, with a checkpoint; answered when it stands still. */
  stop: { in: Record<string, never>; out: { isStill: true } };
}

/** The run under way, and how far the figure is. */
export interface FigureProgress {
  /** 1-based. */
  readonly run: number;
  readonly runs: number;
  readonly series: string;
  readonly examples: number;
  readonly seed: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly isEvaluating: boolean;
  /** Of the estimated work, 0..1. */
  readonly share: number;
  /** Since this turn began. */
  readonly elapsedMs: number;
  readonly leftMs: number;
}

export type FigureEvent =
  | { readonly type: 'progress'; readonly progress: FigureProgress }
  /** A run is done: the result so far, as it is kept. */
  | { readonly type: 'result'; readonly text: string }
  /** What the visitor should know and what does not end the work. */
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'fatal'; readonly error: WireError };

export type FigureCallName = keyof FigureCalls;
export type FigureHandlers = { [K in FigureCallName]: (args: FigureCalls[K]['in']) => Promise<FigureCalls[K]['out']> };
export type FigureCallMessage = {
  [K in FigureCallName]: { readonly id: number; readonly name: K; readonly args: FigureCalls[K]['in'] };
}[FigureCallName];
export type FromFigureWorker =
  { readonly id: number; readonly value: FigureCalls[FigureCallName]['out'] } | { readonly id: number; readonly error: WireError } | FigureEvent;
