/**
 * Every message between the page and the example worker, which makes examples and draws them, so that the glyph outlines and the task code stay off
 * the page's thread. Types only. A call is answered once, by `id`.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { ExampleForms, ExamplePixels, ExampleThumbnail } from '../src/study/example-forms.ts';
import type { TaskSpec } from '../src/tasks/task-spec.ts';
import type { ExampleKey, Profile } from '../src/tasks/task.ts';

export interface ExampleCalls {
  forms: { in: { key: ExampleKey; spec: TaskSpec; profile: Profile }; out: ExampleForms };
  gallery: { in: { key: ExampleKey; spec: TaskSpec; count: number }; out: readonly ExampleThumbnail[] };
  pixels: { in: { key: ExampleKey; spec: TaskSpec }; out: ExamplePixels };
}

export type ExampleCallName = keyof ExampleCalls;
export type ExampleHandlers = { [K in ExampleCallName]: (args: ExampleCalls[K]['in']) => ExampleCalls[K]['out'] };
export type ExampleCallMessage = {
  [K in ExampleCallName]: { readonly id: number; readonly name: K; readonly args: ExampleCalls[K]['in'] };
}[ExampleCallName];
export type ExampleReply =
  { readonly id: number; readonly value: ExampleCalls[ExampleCallName]['out'] } | { readonly id: number; readonly error: WireError };
