/**
 * Every message between whoever needs frozen features and the backbone worker, which holds one backbone. Types only. A call is answered once, by `id`; `load` tells its
 * progress before that. There is no message to cancel: the worker is ended (backbone-client.ts), which also ends its downloads.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { BackboneShape, ImageFeatures, TextFeatures } from '../src/study/smarter/backbone.ts';
import type { HubDevice } from '../src/study/smarter/hub-backbone.ts';
import type { HubProgress } from '../src/study/smarter/hub-files.ts';
import type { HubDtype, HubVision } from '../src/study/smarter/hub-models.ts';

export type BackboneChoice =
  | { readonly kind: 'embedded' }
  /** `device` null: WebGPU when it is there, else WebAssembly. */
  | { readonly kind: 'hub'; readonly vision: HubVision; readonly dtype: HubDtype; readonly device: HubDevice | null };

export interface LoadedBackbone {
  readonly shape: BackboneShape;
  readonly device: string;
  /** For people, such as that the models could not be kept. */
  readonly warnings: readonly string[];
}

export interface BackboneCalls {
  load: { in: { readonly choice: BackboneChoice }; out: LoadedBackbone };
  /** 8-bit RGB, `[224, 224, 3]` each. */
  images: { in: { readonly pictures: readonly Uint8Array[] }; out: ImageFeatures };
  texts: { in: { readonly questions: readonly string[] }; out: TextFeatures };
  dispose: { in: Record<string, never>; out: null };
}

export type BackboneCallName = keyof BackboneCalls;
export type BackboneHandlers = { [K in BackboneCallName]: (args: BackboneCalls[K]['in']) => Promise<BackboneCalls[K]['out']> };
export type BackboneCallMessage = {
  [K in BackboneCallName]: { readonly id: number; readonly name: K; readonly args: BackboneCalls[K]['in'] };
}[BackboneCallName];
export type FromBackboneWorker =
  | { readonly id: number; readonly value: BackboneCalls[BackboneCallName]['out'] }
  | { readonly id: number; readonly error: WireError }
  | { readonly progress: HubProgress };
