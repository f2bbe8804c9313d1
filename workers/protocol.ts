/**
 * Every message that may cross between the page and the trainer worker. Types only.
 * A call is answered once, by `id`; events carry `runId` and the worker's `generation`, and the page drops those of others.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { AttributionQuestion } from '../src/model/attribution.ts';
import type { BackendName, DeviceInfo } from '../src/model/device-info.ts';
import type { AnswerParts } from '../src/study/answer-parts.ts';
import type { Measurement, MeasureKind } from '../src/study/analysis/measurements.ts';
import type { RunNeeds } from '../src/study/device-fit.ts';
import type { CellQuestion } from '../src/study/evaluate.ts';
import type { Budget } from '../src/study/flops.ts';
import type { EvaluationResult, PromptMode, SessionEvent } from '../src/study/events.ts';
import type { PictureMap } from '../src/study/look.ts';
import type { RunHead } from '../src/study/run-record.ts';
import type { RunSpec, Supervision } from '../src/study/run-spec.ts';
import type { ListedFailures } from '../src/study/session-types.ts';
import type { SnapshotEntry } from '../src/study/snapshots.ts';
import type { StepProfile } from '../src/study/step-profile.ts';
import type { ExampleKey, Modality, RecordKind } from '../src/tasks/task.ts';

/** What the page lists of a run; the weights stay in the store. */
export interface RunSummary extends Omit<RunHead, 'schema'> {
  readonly name: string;
  /** Weights kept along the way, by step; absent = none. */
  readonly snapshots?: readonly SnapshotEntry[];
  /** True when another tab holds the run's lock. */
  readonly lockedElsewhere: boolean;
}

/** A token of an example as the model saw or wrote it. */
export interface ShownToken {
  readonly text: string;
  readonly kind: string;
  readonly isPrompt: boolean;
  /** Natural-log loss of this token under the run, null for prompt tokens. */
  readonly loss: number | null;
}

/**
 * Whose map is wanted: of the model that gave the answer, of its like with fresh weights, or of a stored run of the same task: its newest checkpoint, or its
 * weights at a step that is kept.
 */
export type MapOf =
  { readonly kind: 'run' } | { readonly kind: 'untrained' } | { readonly kind: 'stored'; readonly runId: string; readonly at?: number | null };

export interface Calls {
  /** Chooses and opens a backend; `prefer` null = the best that works. */
  open: { in: { prefer: BackendName | null }; out: DeviceInfo };
  /** All runs of the store, newest first. */
  runs: {
    in: Record<string, never>;
    out: { runs: RunSummary[]; persisted: boolean; usageBytes: number | null; quotaBytes: number | null; problem: string | null };
  };
  /** What a run would need of the open device, before it is started; nothing is allocated. */
  prepare: { in: { spec: RunSpec }; out: RunNeeds };
  /** The run of another supervision that is to be set beside `spec`: its N makes the two cost the same. FLOPs of both. */
  comparable: { in: { spec: RunSpec; supervision: Supervision; budget: Budget }; out: { spec: RunSpec; flops: number; beside: number } };
  start: {
    in: { spec: RunSpec; name: string | null; parentId: string | null };
    out: { runId: string; totalSteps: number; parameters: number; adapter: string };
  };
  /** Continues a stored run from its newest whole checkpoint; resolves when it is loaded. `takeOver` steals another tab's lock. */
  continue: { in: { runId: string; takeOver: boolean }; out: { step: number; note: string | null } };
  pause: { in: { runId: string }; out: { step: number } };
  resume: { in: { runId: string }; out: { step: number } };
  /** One step, then paused. */
  step: { in: { runId: string }; out: { step: number } };
  stop: { in: { runId: string }; out: { step: number } };
  /** `prompts`: how pictures are asked; directly alone when absent. */
  evaluate: { in: { runId: string; examples: number; prompts?: readonly PromptMode[]; at?: number | null }; out: EvaluationResult };
  /** Losses or gradients of SIMPLE and HARD at the next step edge, `examples` of each; kept with the run. `at`: as in `look`. */
  measure: { in: { runId: string; what: MeasureKind; examples: number; at?: number | null }; out: Measurement };
  /** How the run fails in one cell of the evaluation, answered anew; nothing is kept. `at`: as in `look`. */
  failures: { in: { runId: string; question: CellQuestion; examples: number; at?: number | null }; out: ListedFailures };
  /** Cuts off evaluations, measurements and lists of failures. */
  cancelEvaluation: { in: { runId: string }; out: { cancelled: boolean } };
  /** Tokens of one example with the run's own generation and what is said of it, or the gold response. `at`: by the weights kept at this step; else as the run is now. */
  look: {
    in: { runId: string; key: ExampleKey; record: RecordKind; response: 'gold' | 'generated'; at?: number | null };
    out: { tokens: ShownToken[]; verdict: string | null; modality: Modality; parts: AnswerParts };
  };
  /** Where in the picture the loss of some tokens comes from; positions are indices into the tokens of `look`, asked with the same `at`. */
  attribute: {
    in: Calls['look']['in'] & { asked: AttributionQuestion; of: MapOf };
    out: PictureMap;
  };
  /** Whether runs that are started or loaded from now on keep weights along the way; they do until told otherwise. */
  keepSnapshots: { in: { isKeeping: boolean }; out: { isKeeping: boolean } };
  /** `isWithTimeline`: with the weights kept along the way; without them when absent. */
  exportRun: { in: { runId: string; isWithTimeline?: boolean }; out: { fileName: string; bytes: Uint8Array } };
  /** `note`: why the file's timeline was left out; null when all of the file is here. */
  importRun: { in: { bytes: Uint8Array }; out: { runId: string; note: string | null } };
  rename: { in: { runId: string; name: string }; out: { name: string } };
  remove: { in: { runId: string }; out: { removed: boolean } };
  /** How the open run's steps are made, and with `isTimed` what each kernel of its next step costs (the weights stay as they are). */
  profile: { in: { runId: string; isTimed: boolean }; out: StepProfile };
  /** Asks for a checkpoint now (page hidden, about to close). */
  checkpoint: { in: { runId: string }; out: { generation: number | null } };
}

export type CallName = keyof Calls;
export type Handlers = { [K in CallName]: (args: Calls[K]['in']) => Promise<Calls[K]['out']> };

export type CallMessage = {
  [K in CallName]: { readonly type: 'call'; readonly id: number; readonly name: K; readonly args: Calls[K]['in'] };
}[CallName];

export type ReplyMessage =
  | { readonly type: 'reply'; readonly id: number; readonly value: Calls[CallName]['out'] }
  | { readonly type: 'failure'; readonly id: number; readonly error: WireError };

export type WorkerEvent =
  | { readonly type: 'event'; readonly runId: string; readonly event: SessionEvent }
  /** A run that was open in another tab is not any more; null: it was removed there. */
  | { readonly type: 'freed'; readonly runId: string; readonly summary: RunSummary | null }
  | { readonly type: 'device'; readonly info: DeviceInfo }
  | { readonly type: 'fatal'; readonly error: WireError };

export type FromWorker = ReplyMessage | WorkerEvent;
