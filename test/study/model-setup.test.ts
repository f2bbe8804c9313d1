import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import { disposeModel, makeModel, storedWeights } from '../../src/study/model-setup.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import type { StoredTensor } from '../../src/study/checkpoint.ts';
import { vocabularySizeOf } from '../../src/tasks/tokenizer.ts';
import type { TaskId } from '../../src/tasks/task.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openBackend('cpu');
});
afterAll(() => engine.close());

const specOf = (id: TaskId, seed: number): RunSpec => ({ ...DEFAULT_SPEC, task: smallTask(id), preset: 'micro', base: null, seed });

async function weightsOf(spec: RunSpec, base: Record<string, StoredTensor> | null): Promise<Record<string, StoredTensor>> {
  const model = makeModel(spec, base);
  const weights = await storedWeights(model);
  disposeModel(model);
  return weights;
}

const vectors = (weights: Record<string, StoredTensor>): number[][] => {
  const { shape, data } = weights['decoder.embedding'] ?? { shape: [0, 0], data: new Float32Array() };
  const [tokens = 0, dim = 0] = shape;
  return Array.from({ length: tokens }, (_, token) => [...data.subarray(token * dim, (token + 1) * dim)]);
};

describe('a base of another task', () => {
  const tables = vocabularySizeOf('table-readout');

  test('gives the vectors of the tokens that both know, and all other weights', async () => {
    const base = await weightsOf(specOf('table-readout', 1), null);
    const own = await weightsOf(specOf('grid-navigation', 2), null);
    const tuned = await weightsOf(specOf('grid-navigation', 2), base);
    expect(vectors(base)).toHaveLength(tables);
    expect(vectors(tuned)).toEqual([...vectors(base), ...vectors(own).slice(tables)]);
    expect(vectors(tuned).length).toBeGreaterThan(tables);
    for (const name of Object.keys(base).filter((each) => each !== 'decoder.embedding')) expect(tuned[name]).toEqual(base[name]);
  });

  test('gives as many vectors as the task has tokens', async () => {
    const base = await weightsOf(specOf('grid-navigation', 1), null);
    const tuned = await weightsOf(specOf('table-readout', 2), base);
    expect(vectors(tuned)).toEqual(vectors(base).slice(0, tables));
  });

  test('is refused where its vectors have another width', async () => {
    const base = await weightsOf(specOf('grid-navigation', 1), null);
    const narrow = { ...base, 'decoder.embedding': { shape: [5, 3], data: new Float32Array(15) } };
    expect(() => makeModel(specOf('table-readout', 2), narrow)).toThrow(/base: expected decoder\.embedding of shape .* got \[5, 3\]/);
  });
});
