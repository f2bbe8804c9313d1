/** Every task goes through the same machinery: batches of Mix+, training steps, evaluation. Tiny sizes; what the tasks say is tested elsewhere. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { checkFits } from '../../src/study/device-fit.ts';
import { evaluateModel } from '../../src/study/evaluate.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { phaseOfRun } from '../../src/study/mixture.ts';
import { disposeModel, makeModel } from '../../src/study/model-setup.ts';
import { DEFAULT_SPEC, parseRunSpec, totalSteps } from '../../src/study/run-spec-schema.ts';
import { runSizes } from '../../src/study/run-sizes.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { makeSession } from '../../src/study/session.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { TaskSpec } from '../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';

const SMALL: readonly TaskSpec[] = [
  { ...defaultTaskSpec('consecutive-table-readout'), rows: 3, columns: 3 },
  { ...defaultTaskSpec('table-readout') },
  { ...defaultTaskSpec('grid-navigation'), minSide: 5, maxSide: 6, stepScale: 'by-size' },
  defaultTaskSpec('visual-analogy'),
  defaultTaskSpec('pattern-heldout-visual-analogy'),
];

function specOf(task: TaskSpec): RunSpec {
  return parseRunSpec({ ...DEFAULT_SPEC, task, supervision: 'mix+', examples: 12, batchSize: 6, evaluation: { examples: 1, everySteps: 0 } });
}

test('there is one for each task', () => {
  expect(SMALL.map(({ id }) => id)).toEqual([...TASK_IDS]);
});

describe.each(SMALL.map((task) => [task.id, specOf(task)] as const))('%s', (_, spec) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('wasm');
  });

  test('batches hold every row once, in one size of picture, and weights that average', () => {
    const batches = Array.from({ length: totalSteps(spec) }, (__, step) => batchAt(spec, step));
    const micro = batches.flatMap((batch) => batch.micro);
    expect(micro.reduce((sum, { batchSize }) => sum + batchSize, 0)).toBe(12);
    const { rows, columns } = taskInfo(spec.task.id).largestGrid(spec.task as never); // settings of the same id
    for (const { image } of micro) if (image !== null) expect([image.gridRows, image.gridColumns]).toEqual([rows, columns]);
    for (const batch of batches) {
      const weight = batch.micro.reduce((sum, { lossWeights }) => sum + lossWeights.reduce((total, value) => total + value, 0), 0);
      expect(weight).toBeCloseTo(1, 4);
    }
    expect(phaseOfRun(spec).components.map(({ level }) => level)).toContain('hard');
  });

  test('fits a common device, and longer rows than were sampled are foreseen', () => {
    expect(() => checkFits(spec, { maxStorageBufferBindingSize: 128 * 1024 * 1024, maxBufferSize: 1024 * 1024 * 1024 })).not.toThrow();
    for (const { batchSize, textLength, image } of batchAt(spec, 0).micro) {
      const patches = image === null ? 0 : image.gridRows * image.gridColumns;
      const isInside = runSizes(spec).training.some((size) => batchSize <= size.rows && textLength <= size.textLength && patches === size.patches);
      expect(isInside, `${batchSize} x (${patches} + ${textLength})`).toBe(true);
    }
  });

  test('trains, and gives the same numbers again', async () => {
    const train = async (): Promise<number[]> => {
      const model = makeModel(spec, null);
      const events: SessionEvent[] = [];
      const session = makeSession({
        spec: { ...spec, evaluation: { examples: 1, everySteps: 0 } },
        model,
        engine,
        batches: { next: (step) => Promise.resolve(batchAt(spec, step)) },
        restored: null,
        clock: () => 0,
        emit: (event) => {
          events.push(event);
          if (event.kind === 'state' && event.state === 'evaluating') session.stop();
        },
        onCheckpoint: () => Promise.resolve({ generation: 1, bytes: 1 }),
      });
      session.start();
      await session.done;
      disposeModel(model);
      const failed = events.find((event) => event.kind === 'state' && event.state === 'failed');
      expect(failed).toBeUndefined();
      return events.flatMap((event) => (event.kind === 'metrics' ? event.points.map(({ loss }) => loss) : []));
    };
    const losses = await train();
    expect(losses).toHaveLength(2);
    expect(losses.every((loss) => loss > 1 && loss < 12)).toBe(true);
    expect(await train()).toEqual(losses);
  }, 60_000);

  test('is evaluated on the levels that it has', async () => {
    const model = makeModel(spec, null);
    const tensors = tf.memory().numTensors;
    const options = { model, spec, step: 0, examples: 1, engine, modalities: ['image'] as const, levels: ['simple'] as const };
    const result = await evaluateModel(options);
    expect(result?.cells).toHaveLength(1);
    expect(result?.cells[0]?.cotExactMatch === null).toBe(!spec.task.id.endsWith('table-readout'));
    expect(tf.memory().numTensors).toBe(tensors);
    disposeModel(model);
  }, 60_000);
});
