import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import { PATCH_PX, TEXT, VISION } from '../../src/model/encoders/encoder.ts';
import type { DifferentiableBackbone } from '../../src/study/smarter/embedded-backbone.ts';
import { embeddedBackbone } from '../../src/study/smarter/embedded-backbone.ts';
import { decodeEncoder, encodeEncoder } from '../../src/study/encoders/encoder-file.ts';
import { openEncoderTraining } from '../../src/study/encoders/encoder-training.ts';
import { collectWords, makeWordPieces } from '../../src/study/encoders/word-pieces.ts';
import { openDatabase } from '../../src/study/database.ts';
import { openFeatureCache } from '../../src/study/smarter/feature-cache.ts';
import { StoreError } from '../../src/study/store-error.ts';
import { memoryFolder, numberRows, puzzleFiles } from '../support/smart-folder.ts';
import { openSmarterStore } from '../../src/study/smarter/smarter-store.ts';
import type { SmarterEvent, SmarterHandlers } from '../../workers/smarter-protocol.ts';
import { makeSmarterService } from '../../workers/smarter-service.ts';
import type { SmarterServiceOptions } from '../../workers/smarter-service.ts';
import { SMALL_SMARTER } from '../support/small-smarter.ts';

let engine: Engine;
let backbone: DifferentiableBackbone;
const spec = { ...SMALL_SMARTER, data: { ...SMALL_SMARTER.data, puzzles: [50, 100], instances: 10 } };

/** Encoders as their first weights are: features of nothing, but through all the code. */
async function untrained(kind: 'self-distilled' | 'contrastive'): Promise<ReturnType<typeof decodeEncoder>> {
  const pieces = makeWordPieces(collectWords(['how many are there in the picture?'], 1));
  const training = openEncoderTraining({ kind, steps: 1, batchSize: 2, learningRate: 1e-3, seed: 1, puzzles: [50] }, pieces, null);
  const { weights } = await training.state();
  training.dispose();
  return decodeEncoder(encodeEncoder(kind, pieces.words, weights));
}

beforeAll(async () => {
  engine = await openBackend('wasm');
  backbone = embeddedBackbone(await untrained('self-distilled'), await untrained('contrastive'), 'untrained');
}, 60_000);
afterAll(() => engine.close());

function service(
  name: string,
  options: Partial<SmarterServiceOptions> = {},
): { handlers: SmarterHandlers; events: SmarterEvent[]; finished: (state?: string) => Promise<void> } {
  const events: SmarterEvent[] = [];
  let now = 0;
  const handlers = makeSmarterService({
    emit: (event) => void events.push(event),
    openEngine: () => Promise.resolve(engine),
    openBackbone: () => Promise.resolve(backbone),
    store: openSmarterStore(name),
    openCache: () => openFeatureCache(openDatabase(`${name}-features`)),
    folder: () => ({ name: 'none', list: () => Promise.resolve(null), file: () => Promise.resolve(null) }),
    clock: () => (now += 300),
    now: () => '2026-01-01T00:00:00Z',
    makeId: () => 'one',
    yieldToOthers: () => new Promise((resolve) => setTimeout(resolve)),
    ...options,
  });
  const finished = async (state = 'finished'): Promise<void> => {
    for (let i = 0; i < 600; i++) {
      if (events.some((event) => event.kind === 'progress' && event.state === state)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never ${state}: ${JSON.stringify(events.at(-1)).slice(0, 200)}`);
  };
  return { handlers, events, finished };
}

describe('the smarterVLM worker', () => {
  test('trains, keeps what it made, answers, and shows what an answer hangs on', async () => {
    const { handlers, events, finished } = service('smarter-whole');
    expect((await handlers.list(null)).runs).toEqual([]);
    expect(await handlers.start({ spec, name: 'first', folder: null })).toEqual({ id: 'one' });
    await finished();
    expect(events.filter(({ kind }) => kind === 'features').length).toBeGreaterThanOrEqual(3);
    const { runs, featureBytes } = await handlers.list(null);
    expect(runs).toMatchObject([{ id: 'one', name: 'first', backbone: 'untrained', progress: { step: 4, totalSteps: 4 } }]);
    expect(featureBytes).toBeGreaterThan(10 * 2 * 17 * 256);
    const answers = await handlers.answers(null);
    expect(answers).toHaveLength(4);
    expect(answers.every(({ right, answer, options }) => options[right] === answer)).toBe(true);
    const looked = await handlers.look({ item: 3 });
    expect(looked.picture).toHaveLength(224 * 224 * 3);
    expect(looked.pixels).toHaveLength(224 * 224);
    expect(looked.pixels?.some((value) => value !== 0)).toBe(true);
    const { attention } = looked;
    expect(attention).toMatchObject({ heads: 2, tokens: looked.tokens.length, places: 17 });
    const row = attention?.cross.subarray(0, 17) ?? new Float32Array();
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  }, 60_000);

  test('a kept training of other encoders is refused in words, and what is loaded stays', async () => {
    const { handlers } = service('smarter-whole', { openBackbone: () => Promise.resolve({ ...backbone, id: 'newer', dispose: () => undefined }) });
    await expect(handlers.open({ id: 'one', folder: null })).rejects.toThrow('first was trained on other encoders than this version of the page has');
  });

  test('opens a kept training after a reload, with features that are kept too', async () => {
    let encoded = 0;
    const counting: DifferentiableBackbone = {
      ...backbone,
      images(pictures) {
        encoded += pictures.length;
        return backbone.images(pictures);
      },
    };
    const { handlers, finished } = service('smarter-whole', { openBackbone: () => Promise.resolve(counting) });
    await handlers.open({ id: 'one', folder: null });
    await finished();
    expect(encoded).toBe(0);
    expect(await handlers.answers(null)).toHaveLength(4);
    await handlers.remove({ id: 'one' });
    expect((await handlers.list(null)).runs).toEqual([]);
    await handlers.clearFeatures(null);
    expect((await handlers.list(null)).featureBytes).toBe(0);
  }, 60_000);

  test('pauses, steps, resumes and says what it will cost', async () => {
    const { handlers, finished } = service('smarter-pause');
    const cost = await handlers.estimate({ spec, folder: null });
    expect(cost).toMatchObject({ items: 20, steps: 4 });
    expect(cost.featureSeconds).toBeGreaterThan(0);
    expect(cost.trainingSeconds).toBeGreaterThan(0);
    await handlers.start({ spec, name: 'second', folder: null });
    await handlers.pause(null);
    await finished('paused');
    await handlers.resume(null);
    await finished();
  }, 60_000);

  test('lists what is kept without opening a device', async () => {
    const { handlers } = service('smarter-list', { openEngine: () => Promise.reject(new Error('no device')) });
    expect(await handlers.list(null)).toEqual({ runs: [], featureBytes: 0 });
  });

  test('a download that is stopped rejects as such, and the next one is not stopped', async () => {
    let isSilent = true;
    const waiting = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const { handlers } = service('smarter-stop', {
      openBackbone(_, signal) {
        signal.throwIfAborted();
        return isSilent ? waiting(signal) : Promise.resolve(backbone);
      },
    });
    for (const begin of [() => handlers.estimate({ spec, folder: null }), () => handlers.start({ spec, name: 'x', folder: null })]) {
      const work: Promise<unknown> = begin();
      await new Promise((resolve) => setTimeout(resolve));
      await handlers.stop(null);
      await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    }
    isSilent = false;
    expect(await handlers.estimate({ spec, folder: null })).toMatchObject({ items: 20 });
  }, 60_000);

  test('a full storage is a note, and the training goes on', async () => {
    const database = openDatabase('smarter-full');
    const full = { ...database, write: () => Promise.reject(new StoreError('full', "the browser's storage is full")) };
    const { handlers, events, finished } = service('smarter-full-runs', { openCache: () => openFeatureCache(full) });
    await handlers.start({ spec, name: 'fourth', folder: null });
    await finished();
    expect(events).toContainEqual({
      kind: 'note',
      message: "Features are not kept in this browser: the browser's storage is full. The training goes on, and they are made again next time.",
    });
  }, 60_000);

  test('SMART-101 with a damaged puzzle and a damaged picture trains on the rest, and both are named', async () => {
    const rows = numberRows(Array.from({ length: 10 }, (_, i) => i % 5));
    const files = { ...puzzleFiles(2, rows), ...puzzleFiles(4, rows), '4/puzzle_4.csv': 'id\n1\n', '2/img/puzzle_2_9.png': 'no picture' };
    const { handlers, events, finished } = service('smarter-damaged', { folder: () => memoryFolder(files) });
    const own = { ...spec, data: { ...spec.data, source: 'smart-101', puzzles: [2, 4] } };
    await handlers.start({ spec: own, name: 'fifth', folder: [] });
    await finished();
    const notes = events.flatMap((event) => (event.kind === 'note' ? [event.message] : []));
    expect(notes).toEqual([
      expect.stringMatching(/\n4\/puzzle_4\.csv, line 1: expected the columns/),
      expect.stringMatching(/\npuzzle 2, row 9: 2\/img\/puzzle_2_9\.png/),
    ]);
    expect(await handlers.answers(null)).toHaveLength(1);
    // The one that is left is the tenth row, beside the damaged ninth.
    expect((await handlers.look({ item: 0 })).picture[0]).toBe(19);
  }, 60_000);

  test('a training that was stopped is opened again and goes on', async () => {
    const { handlers, events, finished } = service('smarter-again');
    await handlers.start({ spec, name: 'third', folder: null });
    await handlers.stop(null);
    await finished('stopped');
    expect(events.some((event) => event.kind === 'progress' && event.state === 'finished')).toBe(false);
    await handlers.open({ id: 'one', folder: null });
    await finished();
  }, 60_000);

  test('as coded, an answer is looked at over the 110 places of the code, all alike', async () => {
    const { handlers, finished } = service('smarter-coded');
    await handlers.start({ spec: { ...spec, model: { ...spec.model, variant: 'qf-as-coded' } }, name: 'coded', folder: null });
    await finished();
    const { attention, tokens } = await handlers.look({ item: 0 });
    expect(attention).toMatchObject({ heads: 2, tokens: 110, places: 110, isCoded: true });
    expect(tokens).toHaveLength(110);
    const weights = [...(attention?.self ?? []), ...(attention?.cross ?? [])];
    expect(weights).toHaveLength(2 * 2 * 110 * 110);
    for (const weight of [Math.min(...weights), Math.max(...weights)]) expect(weight).toBeCloseTo(1 / 110, 6);
  }, 60_000);

  test('what is refused leaves the loaded training as it is; three heads run', async () => {
    const { handlers, finished, events } = service('smarter-refused');
    await handlers.start({ spec: { ...spec, model: { ...spec.model, heads: 3 } }, name: 'fourth', folder: null });
    await finished();
    expect((await handlers.look({ item: 0 })).attention).toMatchObject({ heads: 3 });
    const before = events.length;
    const blind = { ...spec, model: { ...spec.model, variant: 'no-qf', hasR1: false, hasR3: false } };
    for (const bad of [blind, { ...spec, data: { ...spec.data, puzzles: [1] } }])
      await expect(Promise.resolve().then(() => handlers.start({ spec: bad, name: 'x', folder: null }))).rejects.toThrow(
        /model\.hasR1|puzzle: expected one of/,
      );
    expect(events.slice(before)).toEqual([]);
    expect(await handlers.answers(null)).toHaveLength(4);
  }, 60_000);

  test.each([
    ['a spec that is none', { spec: { schema: 1 }, name: 'x', folder: null }, /smarter spec, data: expected/],
    ['a family that is not there', { spec: { ...spec, data: { ...spec.data, puzzles: [1] } }, name: 'x', folder: null }, /puzzle: expected one of/],
    ['SMART-101 without a folder', { spec: { ...spec, data: { ...spec.data, source: 'smart-101' } }, name: 'x', folder: null }, /choose it first/],
  ])('refuses %s', async (_, args, message) => {
    const { handlers } = service('smarter-bad');
    await expect(Promise.resolve().then(() => handlers.start(args))).rejects.toThrow(message);
  });
});

test('small pictures and the whole have places that fit', () => {
  expect(224 % PATCH_PX).toBe(0);
  expect(VISION.dim % VISION.heads).toBe(0);
  expect(TEXT.dim % TEXT.heads).toBe(0);
});
