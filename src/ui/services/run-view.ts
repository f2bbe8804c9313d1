/**
 * What the page knows of one run, and how each message of the worker changes it. Pure: a view and an event in, a new view out.
 */
import type { RunSummary } from '../../../workers/protocol.ts';
import type { MeasureKind } from '../../study/analysis/measurements.ts';
import type { EvaluationResult, LossPoint, RunState, SessionEvent } from '../../study/events.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { Level, Modality, TaskId } from '../../tasks/task.ts';

export interface LiveNumbers {
  readonly tokensPerSecond: number;
  readonly etaMs: number | null;
  readonly deviceBytes: number;
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
  /** Of a joint run: one of its other tasks. */
  readonly task?: TaskId;
  readonly level: Level;
  readonly modality: Modality;
}

export interface MeasureProgress {
  readonly what: MeasureKind;
  readonly done: number;
  readonly total: number;
}

export interface RunView {
  readonly summary: RunSummary;
  readonly live: LiveNumbers | null;
  readonly progress: EvaluationProgress | null;
  readonly measuring: MeasureProgress | null;
  /** The last thing the worker said about its state, for people. */
  readonly message: string | null;
  /** Loaded in this page's worker, so that it can be driven and looked at. */
  readonly isLoaded: boolean;
  /** Colour and dash, 0..RUN_STYLES-1; given once and kept. */
  readonly style: number;
  readonly isVisible: boolean;
}

/** Number of colour and dash pairs (styles/tokens.css, `--run-1` and on). */
export const RUN_STYLES = 6;

export const isBusy = (state: RunState): boolean => state === 'running' || state === 'preparing' || state === 'evaluating';
/** A run that failed (device lost, numbers not finite, storage) and has a checkpoint to go on from. */
export const canRecover = ({ state, bytes }: RunSummary): boolean => state === 'failed' && bytes > 0;
/** A stored run with steps left, that a reload can take up again. */
export const isResumable = ({ summary, isLoaded }: RunView): boolean => {
  if (isLoaded) return false;
  if (summary.state === 'failed') return canRecover(summary);
  return summary.state !== 'finished' && summary.state !== 'stopped' && summary.step < summary.totalSteps;
};

export function viewOf(summary: RunSummary, style: number): RunView {
  return { summary, live: null, progress: null, measuring: null, message: null, isLoaded: false, style, isVisible: true };
}

/** The view after one event of its run. */
export function applyEvent(view: RunView, event: SessionEvent): RunView {
  const { summary } = view;
  switch (event.kind) {
    case 'state': {
      const isEvaluating = event.state === 'evaluating';
      return {
        ...view,
        summary: { ...summary, state: event.state, step: event.step },
        message: event.message,
        progress: isEvaluating ? view.progress : null,
        measuring: isEvaluating ? view.measuring : null,
        isLoaded: true,
      };
    }
    case 'metrics': {
      const points = appendPoints(summary.points, event.points);
      const step = points.at(-1)?.step ?? summary.step;
      return {
        ...view,
        summary: { ...summary, points, totalSteps: event.totalSteps, step: Math.max(step, summary.step) },
        live: { tokensPerSecond: event.tokensPerSecond, etaMs: event.etaMs, deviceBytes: event.deviceBytes },
        isLoaded: true,
      };
    }
    case 'evaluation-progress':
      return { ...view, progress: event };
    case 'evaluation':
      return { ...view, progress: null, summary: { ...summary, evaluations: appendEvaluation(summary.evaluations, event.result) } };
    case 'measure-progress':
      return { ...view, measuring: event };
    case 'measured':
      return { ...view, measuring: null, summary: { ...summary, measured: event.measured } };
    case 'checkpoint':
      return { ...view, summary: { ...summary, bytes: event.bytes } };
    case 'snapshots':
      return { ...view, summary: { ...summary, snapshots: event.snapshots } };
    default:
      return event satisfies never;
  }
}

/** `hard image, 50 of 100`; another task of a joint run by its name before that. */
export function evaluatingText({ task, level, modality, done, total }: EvaluationProgress): string {
  return `${task === undefined ? '' : `${taskInfo(task).title}, `}${level} ${modality}, ${done} of ${total}`;
}

/** Points in step order; a step that comes again (after a resume from an earlier checkpoint) replaces what followed it. */
export function appendPoints(old: readonly LossPoint[], more: readonly LossPoint[]): readonly LossPoint[] {
  const first = more[0];
  if (first === undefined) return old;
  let keep = old.length;
  while (keep > 0 && (old[keep - 1]?.step ?? -1) >= first.step) keep -= 1;
  return [...(keep === old.length ? old : old.slice(0, keep)), ...more];
}

/** One evaluation per step, the newest wins. */
function appendEvaluation(old: readonly EvaluationResult[], result: EvaluationResult): readonly EvaluationResult[] {
  return [...old.filter(({ step }) => step !== result.step), result].sort((a, b) => a.step - b.step);
}
