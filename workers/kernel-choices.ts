/**
 * Keeps which kernels are fastest on this machine's GPU from visit to visit. Results do not depend on it (webgpu/gemm-choice.ts): where the browser's storage
 * fails, they are measured again.
 */
import { createStore, get, set } from 'idb-keyval';
import * as v from 'valibot';
import type { Engine } from '../src/model/backend.ts';

const Choices = v.object({ adapter: v.string(), tiles: v.record(v.string(), v.string()) });

export interface KernelChoices {
  /** Gives a fresh engine what is kept for its adapter. */
  recall(engine: Engine): Promise<void>;
  /** Keeps what the engine has measured by now. */
  keep(engine: Engine): Promise<void>;
}

/** Choices in a database of this name in the browser's IndexedDB. */
export function openKernelChoices(database: string): KernelChoices {
  const store = createStore(database, 'by adapter');
  let kept = '';
  return {
    async recall(engine) {
      const { adapter } = engine.kernelChoices() ?? {};
      if (adapter === undefined) return;
      const found = v.safeParse(Choices, await get<unknown>(adapter, store).catch(() => undefined));
      if (found.success) engine.adoptKernelChoices(found.output);
    },
    async keep(engine) {
      const choices = engine.kernelChoices();
      const text = JSON.stringify(choices);
      if (choices === null || Object.keys(choices.tiles).length === 0 || text === kept) return;
      kept = await set(choices.adapter, choices, store).then(
        () => text,
        () => '', // tried again at the next checkpoint
      );
    },
  };
}
