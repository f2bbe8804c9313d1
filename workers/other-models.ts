/** Models that a run's maps are compared with. */
import { fault, InputError } from '../src/lib/errors.ts';
import { untrainedModel } from '../src/study/look.ts';
import { configOf, modelFromWeights } from '../src/study/model-setup.ts';
import type { Model } from '../src/study/model-setup.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { RunStore } from '../src/study/run-store.ts';
import type { MapOf } from './protocol.ts';

/** Makes the model that is asked for, to be freed by whoever calls it; null when it is the run's own. Weights of a stored run are read now. */
export async function otherModel(store: Pick<RunStore, 'load'>, spec: RunSpec, of: MapOf): Promise<(() => Model) | null> {
  switch (of.kind) {
    case 'run':
      return null;
    case 'untrained':
      return () => untrainedModel(spec);
    case 'stored': {
      const { checkpoint } = await store.load(of.runId);
      const other = checkpoint.spec;
      if (other.task.id !== spec.task.id) throw new InputError(fault('attribute', `a run of ${spec.task.id}`, other.task.id, 'choose another run'));
      return () => modelFromWeights(configOf(other), checkpoint.weights);
    }
    default:
      return of satisfies never;
  }
}
