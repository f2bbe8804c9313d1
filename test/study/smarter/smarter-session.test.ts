import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { startSmarterSession } from '../../../src/study/smarter/smarter-session.ts';
import type { SmarterCheckpoint, SmarterData, SmarterSession } from '../../../src/study/smarter/smarter-session.ts';
import { VARIANTS } from '../../../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../../src/study/smarter/smarter-spec.ts';
import { openSmarterTraining } from '../../../src/study/smarter/smarter-training.ts';
import { withEmphasis } from '../../../src/ui/elements/smarter-fields.ts';
import { SMALL_SMARTER, smallData } from '../../support/small-smarter.ts';

let engine: Engine;
let data: SmarterData;
beforeAll(async () => {
  engine = await openBackend('wasm');
  data = await smallData();
});
afterAll(() => engine.close());

interface Started {
  readonly session: SmarterSession;
  readonly saved: SmarterCheckpoint[];
  readonly messages: (string | null)[];
}

function start(restored: SmarterCheckpoint | null = null, spec: SmarterSpec = SMALL_SMARTER, stopAt = Number.POSITIVE_INFINITY, tickMs = 1): Started {
  const saved: SmarterCheckpoint[] = [];
  const messages: (string | null)[] = [];
  let now = 0;
  const session = startSmarterSession({
    ...{ spec, data, restored, clock: () => (now += tickMs) },
    onProgress({ step }, _, message) {
      messages.push(message);
      if (step >= stopAt) session.stop();
    },
    onCheckpoint: (checkpoint) => Promise.resolve(void saved.push(checkpoint)),
    yieldToOthers: () => Promise.resolve(),
  });
  return { session, saved, messages };
}

const bitsOf = ({ state, bestWeights, progress }: SmarterCheckpoint): unknown => {
  const hash = (array: Float32Array): string =>
    createHash('sha1')
      .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      .digest('hex');
  const weights = Object.entries({ ...state.weights }).map(([name, { data: values }]) => [name, hash(values)]);
  const best = Object.entries(bestWeights ?? {}).map(([name, { data: values }]) => [name, hash(values)]);
  return { weights, best, moments: Object.values(state.optimizer.m).map(hash), ...progress, trainedMs: 0 };
};

describe('a smarterVLM training', () => {
  test('ends with a tested best epoch, and lowers its loss', async () => {
    const { session, saved } = start();
    expect(await session.done).toBe('finished');
    const { losses, epochs, bestEpoch, test: tested, step, totalSteps } = session.progress();
    expect([step, totalSteps, losses.length, epochs.length]).toEqual([8, 8, 8, 2]); // 36 items, 9 at a time, twice
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    const best = Math.max(...epochs.map(({ val }) => val.overall.solved));
    expect(epochs.find(({ epoch }) => epoch === bestEpoch)?.val.overall.solved).toBe(best);
    expect(tested?.overall.items).toBe(12);
    expect(tested?.skills.map(({ skill }) => skill)).toEqual(['counting', 'logic']);
    expect(saved.at(-1)?.progress.test).toEqual(tested);
    session.training.dispose();
  });

  test('is the same to the bit when it was stopped and gone on with', async () => {
    const whole = start();
    await whole.session.done;
    const first = start(null, SMALL_SMARTER, 5);
    expect(await first.session.done).toBe('stopped');
    const [kept] = first.saved.slice(-1);
    if (kept === undefined) throw new Error('nothing saved');
    expect(kept.progress).toMatchObject({ step: 5, bestEpoch: 1, test: null });
    const rest = start(structuredClone(kept));
    expect(await rest.session.done).toBe('finished');
    const [a, b] = [whole.saved.at(-1), rest.saved.at(-1)];
    if (a === undefined || b === undefined) throw new Error('nothing saved');
    expect(bitsOf(b)).toEqual(bitsOf(a));
    for (const { session } of [whole, first, rest]) session.training.dispose();
  });

  test('is kept within an epoch too, when its steps are slow, and goes on from there to the same bits', async () => {
    const steps = (saved: readonly SmarterCheckpoint[]): number[] => saved.map(({ progress }) => progress.step);
    const quick = start();
    const slow = start(null, SMALL_SMARTER, Number.POSITIVE_INFINITY, 20_000);
    expect([await quick.session.done, await slow.session.done]).toEqual(['finished', 'finished']);
    expect(steps(quick.saved)).toEqual([4, 8, 8]); // two epochs, the test
    const within = slow.saved.find(({ progress }) => progress.step % 4 !== 0);
    if (within === undefined) throw new Error('nothing saved within an epoch');
    const rest = start(structuredClone(within));
    await rest.session.done;
    const [a, b] = [quick.saved.at(-1), rest.saved.at(-1)];
    if (a === undefined || b === undefined) throw new Error('nothing saved');
    expect(bitsOf(b)).toEqual(bitsOf(a));
    for (const { session } of [quick, slow, rest]) session.training.dispose();
  });

  test('pauses, takes single steps, and goes on', async () => {
    const { session } = start();
    session.pause();
    const settled = async (): Promise<void> => {
      for (let i = 0; i < 100 && session.state() !== 'paused'; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await settled();
    const at = session.progress().step;
    session.step();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settled();
    expect(session.progress().step).toBe(at + 1);
    session.resume();
    expect(await session.done).toBe('finished');
    session.training.dispose();
  });

  test('trains with the weights that the form writes: of one skill, the others being 1', async () => {
    const lossWith = async (skillWeights: SmarterSpec['skillWeights']): Promise<number> => {
      const training = openSmarterTraining({ ...SMALL_SMARTER, skillWeights }, data.heads, data.train, null);
      const { loss } = await training.train();
      training.dispose();
      return loss;
    };
    const written = withEmphasis({}, 'logic');
    expect(written).toEqual({ logic: 2 });
    expect(withEmphasis({ logic: 2, path: 1 }, 'logic')).toBeNull();
    expect(await lossWith(written)).toBe(await lossWith({ counting: 1, logic: 2 }));
    expect(await lossWith(written)).not.toBe(await lossWith(null));
  });

  test('fails with words when numbers run away', async () => {
    const { session, messages } = start(null, { ...SMALL_SMARTER, training: { ...SMALL_SMARTER.training, learningRate: 1e30, clipNorm: null } });
    expect(await session.done).toBe('failed');
    expect(messages.at(-1)).toMatch(/step \d+: expected finite numbers, got loss .*: lower the learning rate/);
    session.training.dispose();
  });

  test.each(VARIANTS)('runs as %s, leaves no tensor behind, and is blind when told to be', async (variant) => {
    const spec = { ...SMALL_SMARTER, model: { ...SMALL_SMARTER.model, variant } };
    const before = tf.memory().numTensors;
    const answersOf = async (blind: SmarterSpec['blind']): Promise<string> => {
      const training = openSmarterTraining({ ...spec, blind }, data.heads, data.train, null);
      await training.train();
      const answers = await training.answers(data.test, new AbortController().signal);
      training.dispose();
      return JSON.stringify(answers?.map(({ loss }) => loss));
    };
    const [seeing, noPictures, noTexts] = [await answersOf(null), await answersOf('pictures'), await answersOf('texts')];
    expect(new Set([seeing, noPictures, noTexts]).size).toBe(3);
    expect(tf.memory().numTensors).toBe(before);
  });
});
