import { beforeAll, describe, expect, test } from 'vitest';
import type { PuzzleItem } from '../../../src/study/smart/puzzle-item.ts';
import type { Backbone } from '../../../src/study/smarter/backbone.ts';
import { batchOf, channelScale, extractFeatures, featureBytes } from '../../../src/study/smarter/features.ts';
import type { BatchChoice } from '../../../src/study/smarter/features.ts';
import type { SmarterData } from '../../../src/study/smarter/smarter-session.ts';
import { itemsOf } from '../../../src/study/smarter/smarter-items.ts';
import { plainBackbone, SMALL_SMARTER, smallData } from '../../support/small-smarter.ts';
import { InputError } from '../../../src/lib/errors.ts';

let data: SmarterData;
beforeAll(async () => {
  data = await smallData();
});

const CHOICE: BatchChoice = { isMeanText: false, hasImageTokens: true, blind: null, scale: null };
const rows = [0, 5, 20, 35];
const batch = (choice: Partial<BatchChoice>) => batchOf(data.train.features, data.train.items, rows, data.heads, { ...CHOICE, ...choice });

/** As wasm is: busy, and never waiting for anything. */
function busy<T>(value: T): Promise<T> {
  const end = performance.now() + 5;
  while (performance.now() < end);
  return Promise.resolve(value);
}

describe('a stop while features are made', () => {
  const backbone: Backbone = {
    ...{ id: 'busy', title: 'busy', imageDim: 1, tokenDim: 1, textDim: 1, textLength: 1 },
    images: (pictures) => busy({ pooled: new Float32Array(pictures.length), tokens: new Float32Array(16 * pictures.length) }),
    texts: (questions) => busy({ states: new Float32Array(questions.length), mask: new Uint8Array(questions.length).fill(1) }),
    dispose: () => undefined,
  };
  const at = (item: number): PuzzleItem => ({
    ...{ source: 'own', puzzle: 1, index: item, skill: 'counting', question: String(item), options: [], right: 0, classes: [0], optionClasses: [] },
    image: () => Promise.resolve(Uint8Array.of(item)),
    content: () => Promise.resolve(String(item)),
  });

  test.each(['pictures', 'questions'])('is heard between two batches of %s', async (kind) => {
    const abort = new AbortController();
    const calls: string[] = [];
    const counted: Backbone = {
      ...backbone,
      images(pictures) {
        calls.push('pictures');
        return backbone.images(pictures);
      },
      texts(questions) {
        calls.push('questions');
        return backbone.texts(questions);
      },
    };
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => abort.abort();
    // As the worker gets it: a message that waits for its turn while the first batches are made.
    const made = extractFeatures(counted, 640, at, {
      signal: abort.signal,
      onProgress: (done) => ((done === 32 && kind === 'pictures') || (done === 640 && kind === 'questions') ? port2.postMessage('stop') : undefined),
    });
    expect(await made).toBeNull();
    expect(calls.filter((call) => call === kind).length).toBeLessThan(3);
    port1.close();
  });
});

test('an item whose picture is damaged is left out and named, and the others keep their features', async () => {
  const set = itemsOf(SMALL_SMARTER);
  const damaged = (item: number): PuzzleItem => {
    const good = set.at('train', item);
    return item === 3 ? { ...good, image: () => Promise.reject(new InputError('2/img/4.png: expected a PNG, got other bytes')) } : good;
  };
  const made = await extractFeatures(plainBackbone, 36, damaged, { signal: new AbortController().signal, onProgress: () => undefined });
  expect(made?.places).toEqual([...Array(36).keys()].filter((place) => place !== 3));
  expect(made?.problems).toEqual([`puzzle 14, row 4: 2/img/4.png: expected a PNG, got other bytes`]);
  expect(made?.items).toEqual(data.train.items.filter((_, i) => i !== 3));
  expect(made?.features.pooled).toEqual(
    Uint16Array.from([...data.train.features.pooled.subarray(0, 18), ...data.train.features.pooled.subarray(24)]),
  );
});

describe('features of puzzles', () => {
  test('keep a question once, however many ask it', () => {
    const { features, items } = data.train;
    const questions = new Set(items.map(({ question }) => question));
    expect(features.textFrom).toHaveLength(questions.size + 1);
    expect(questions.size).toBeLessThan(items.length);
    items.forEach(({ question }, i) => {
      const first = items.findIndex((item) => item.question === question);
      expect(features.textOf[i]).toBe(features.textOf[first]);
    });
    expect(featureBytes(features)).toBeGreaterThan(items.length * 17 * 6 * 2);
  });

  test('become a batch: targets padded to ten steps, texts to the longest, masks of words', () => {
    const { samples, textLength, puzzles, targets, text, textMask, image, imageTokens } = batch({});
    expect([samples, [...puzzles]]).toEqual([4, rows.map((row) => data.heads.findIndex(({ puzzle }) => puzzle === data.train.items[row]?.puzzle))]);
    rows.forEach((row, b) => {
      const classes = data.train.items[row]?.classes ?? [];
      expect([...targets.subarray(b * 10, b * 10 + classes.length)]).toEqual(classes);
      const words = data.train.items[row]?.question.split(' ').length ?? 0;
      expect(textMask.subarray(b * textLength, (b + 1) * textLength).reduce((sum, one) => sum + one, 0)).toBe(words);
      // After its words a text is nothing.
      expect(text.subarray((b * textLength + words) * 4, (b + 1) * textLength * 4).every((value) => value === 0)).toBe(true);
    });
    expect(image).toHaveLength(4 * 6);
    expect(imageTokens).toMatchObject({ count: 16 });
  });

  test('as coded, a question is the mean over all places, padding too', () => {
    const { textLength, text, textMask } = batch({ isMeanText: true });
    expect([textLength, [...textMask]]).toEqual([1, [1, 1, 1, 1]]);
    const question = data.train.items[0]?.question.split(' ') ?? [];
    const expected = (question.reduce((sum, word) => sum + word.length / 8, 0) + 0.5 * (64 - question.length)) / 64;
    expect(text[0]).toBeCloseTo(expected, 3);
  });

  test('are nothing where a control is blind, and the rest stays', () => {
    const [seeing, noPictures, noTexts] = [batch({}), batch({ blind: 'pictures' }), batch({ blind: 'texts' })];
    expect(noPictures.image.every((value) => value === 0)).toBe(true);
    expect(noPictures.imageTokens?.values.every((value) => value === 0)).toBe(true);
    expect(noPictures.text).toEqual(seeing.text);
    expect(noTexts.text.every((value) => value === 0)).toBe(true);
    expect(noTexts.image).toEqual(seeing.image);
  });

  test('have mean 0 and variance 1 over the training items when they are standardised', () => {
    const scale = channelScale(data.train.features);
    const all = data.train.items.map((_, i) => i);
    const { image } = batchOf(data.train.features, data.train.items, all, data.heads, { ...CHOICE, scale });
    for (let c = 0; c < 3; c++) {
      const channel = all.map((i) => image[i * 6 + c] ?? 0);
      const mean = channel.reduce((sum, value) => sum + value, 0) / all.length;
      expect(mean).toBeCloseTo(0, 3);
      expect(channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length).toBeCloseTo(1, 2);
    }
    // Channels 3 to 5 are always 0: they are left as they are.
    expect([...image].filter((_, i) => i % 6 >= 3).every((value) => value === 0)).toBe(true);
    const tokens = batch({ scale }).imageTokens?.values ?? new Float32Array();
    const plain = batch({}).imageTokens?.values ?? new Float32Array();
    expect(tokens[7]).toBeCloseTo(((plain[7] ?? 0) - (scale.mean[1] ?? 0)) * (scale.inverse[1] ?? 0), 4);
  });
});
