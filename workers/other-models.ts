/** Models that stand in for a run's own: the run as it was at a step whose weights are kept, other runs to compare with, one that has learnt nothing. */
import { fault, InputError } from '../src/lib/errors.ts';
import { untrainedModel } from '../src/study/look.ts';
import { configOf, modelFromWeights } from '../src/study/model-setup.ts';
import type { Model } from '../src/study/model-setup.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { RunStore } from '../src/study/run-store-types.ts';
import type { MapOf } from './protocol.ts';

/** A model that is read and made when it is needed. */
export interface OtherModel {
  /** Tells models apart that may be used again; null = made anew each time. */
  readonly key: string | null;
  /** The caller owns the result. */
  make(): Promise<Model>;
}

/** A run as it was. */
export interface RunThen extends OtherModel {
  readonly key: string;
  readonly step: number;
}

type Source = Pick<RunStore, 'load' | 'find' | 'loadSnapshot'>;

/** The run `runId` as it was at `step`; null when `step` is, which means as it is now. Adam's state is not kept: nothing can be trained on from there. */
export function pastModel(store: Source, { runId, spec }: { readonly runId: string; readonly spec: RunSpec }, step: number | null): RunThen | null {
  if (step === null) return null;
  if (!Number.isSafeInteger(step) || step < 0) throw new InputError(fault('step', 'a step of the run', step));
  return { step, key: `${runId}@${step}`, make: async () => modelFromWeights(configOf(spec), await store.loadSnapshot(runId, step)) };
}

/** The model that is asked for; null when it is the one that answered. */
export async function otherModel(store: Source, spec: RunSpec, of: MapOf): Promise<OtherModel | null> {
  switch (of.kind) {
    case 'run':
      return null;
    case 'untrained':
      return { key: null, make: () => Promise.resolve(untrainedModel(spec)) };
    case 'stored': {
      const { runId, at = null } = of;
      const { head } = await store.find(runId);
      const { id } = head.spec.task;
      if (id !== spec.task.id) throw new InputError(fault('attribute', `a run of ${spec.task.id}`, id, 'choose another run'));
      const newest = async () => modelFromWeights(configOf(head.spec), (await store.load(runId)).checkpoint.weights);
      return pastModel(store, head, at) ?? { key: null, make: newest };
    }
    default:
      return of satisfies never;
  }
}
