/**
 * Every message between the page and the figure worker, which times a device and makes figures. Types only. The queue, results and evidence lie in the browser's database (study/figures/figure-store.ts), which both read.
 */
import type { BackendName } from '../src/model/device-info.ts';
import type { FigureChoice } from '../src/study/figures/figure-choice.ts';
import type { FigureEstimate } from '../src/study/figures/figure-cost.ts';
import type { CallMessageOf, FromCallWorker, HandlersOf } from './call-protocol.ts';

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
  | { readonly type: 'note'; readonly message: string };

export type FigureHandlers = HandlersOf<FigureCalls>;
export type FigureCallMessage = CallMessageOf<FigureCalls>;
export type FromFigureWorker = FromCallWorker<FigureCalls, FigureEvent>;
