/** Every message between the page and the smarterVLM worker. Types only. */
import type { HubProgress } from '../src/study/smarter/hub-files.ts';
import type { ItemAttention } from '../src/study/smarter/look-at-item.ts';
import type { KeptSmarter } from '../src/study/smarter/smarter-store.ts';
import type { SmarterCost } from '../src/study/smarter/smarter-cost.ts';
import type { SmarterProgress, SmarterRunState } from '../src/study/smarter/smarter-session.ts';
import type { SmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import type { SplitName } from '../src/study/smart/splits.ts';
import type { CallMessageOf, FromCallWorker, HandlersOf } from './call-protocol.ts';

/** A local copy of SMART-101: a folder handle, or the files of a directory upload. */
export type SmartSource = FileSystemDirectoryHandle | readonly File[];

/** Of one item of the test part. */
export interface AnsweredItem {
  readonly item: number;
  readonly puzzle: number;
  readonly skill: string;
  readonly question: string;
  readonly options: readonly string[];
  /** Places of the right option and of the one that the answer means; -1: none. */
  readonly right: number;
  readonly chosen: number;
  /** Answers as people write them. */
  readonly answer: string;
  readonly said: string;
  readonly isSolved: boolean;
  /** Of the right answer. */
  readonly loss: number;
  /** Probability that the model gives what it says. */
  readonly chance: number;
}

export interface SmarterCalls {
  /** Kept trainings, newest first, and what features take. */
  list: { in: null; out: { readonly runs: readonly KeptSmarter[]; readonly featureBytes: number } };
  /** What a training will cost, measured here. */
  estimate: { in: { readonly spec: unknown; readonly folder: SmartSource | null }; out: SmarterCost };
  /** Begins a training; the one before is kept as it is. Resolves when its steps begin. */
  start: { in: { readonly spec: unknown; readonly name: string; readonly folder: SmartSource | null }; out: { readonly id: string } };
  /** Loads a kept training: a finished one to look at, another to go on. */
  open: { in: { readonly id: string; readonly folder: SmartSource | null }; out: { readonly id: string } };
  pause: { in: null; out: null };
  resume: { in: null; out: null };
  step: { in: null; out: null };
  /** Ends features or steps that are under way; what is done stays. */
  stop: { in: null; out: null };
  remove: { in: { readonly id: string }; out: null };
  clearFeatures: { in: null; out: null };
  /** Answers of the loaded training to its test items, with its best weights where it has them. */
  answers: { in: null; out: readonly AnsweredItem[] };
  /** One test item: its picture, its words, the attentions (null without a QF layer), and the pixels its right answer hangs on (null where the encoders are not ours). */
  look: {
    in: { readonly item: number };
    out: {
      readonly picture: Uint8Array;
      readonly tokens: readonly string[];
      readonly attention: ItemAttention | null;
      readonly pixels: Float32Array | null;
    };
  };
}

export type SmarterEvent =
  | { readonly kind: 'features'; readonly split: SplitName; readonly done: number; readonly total: number }
  | {
      readonly kind: 'progress';
      readonly id: string;
      readonly spec: SmarterSpec;
      readonly state: SmarterRunState;
      readonly message: string | null;
      readonly progress: SmarterProgress;
    }
  /** Of encoders that come from the hub. */
  | { readonly kind: 'download'; readonly progress: HubProgress }
  | { readonly kind: 'note'; readonly message: string };

export type SmarterHandlers = HandlersOf<SmarterCalls>;
export type SmarterCallMessage = CallMessageOf<SmarterCalls>;
export type FromSmarterWorker = FromCallWorker<SmarterCalls, SmarterEvent>;
