/** A backbone without a network, and a small set of puzzles: what the tests of smarterVLM train on. */
import type { PuzzleItem } from '../../src/study/smart/puzzle-item.ts';
import type { Backbone } from '../../src/study/smarter/backbone.ts';
import { imageFeatures } from '../../src/study/smarter/backbone.ts';
import { extractFeatures } from '../../src/study/smarter/features.ts';
import { itemsOf } from '../../src/study/smarter/smarter-items.ts';
import { DEFAULT_SMARTER } from '../../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../src/study/smarter/smarter-spec.ts';
import type { SmarterData } from '../../src/study/smarter/smarter-session.ts';
import type { FeaturedItems } from '../../src/study/smarter/features.ts';

const DIM = 6;
const LENGTH = 64;

/** Pictures as mean colours of an 8 x 8 grid, words as their lengths. */
export const plainBackbone: Backbone = {
  ...{ id: 'plain', title: 'mean colours', imageDim: DIM, tokenDim: DIM, textDim: 4, textLength: LENGTH },
  images(pictures) {
    const values = new Float32Array(pictures.length * 64 * DIM);
    pictures.forEach((pixels, b) => {
      for (let y = 0; y < 224; y++)
        for (let x = 0; x < 224; x++)
          for (let c = 0; c < 3; c++) {
            const at = (b * 64 + Math.floor(y / 28) * 8 + Math.floor(x / 28)) * DIM + c;
            values[at] = (values[at] ?? 0) + (255 - (pixels[(y * 224 + x) * 3 + c] ?? 0)) / 255 / 196;
          }
    });
    return Promise.resolve(imageFeatures(pictures.length, [{ grid: 8, dim: DIM, before: 0, values }], false));
  },
  texts(questions) {
    const states = new Float32Array(questions.length * LENGTH * 4).fill(0.5);
    const mask = new Uint8Array(questions.length * LENGTH);
    questions.forEach((question, b) => {
      question.split(' ').forEach((word, i) => {
        mask[b * LENGTH + i] = 1;
        states.set(
          [word.length / 8, (word.codePointAt(0) ?? 0) / 128, /\d/.test(word) ? Number.parseInt(word, 10) / 10 : 0, 1],
          (b * LENGTH + i) * 4,
        );
      });
    });
    return Promise.resolve({ states, mask });
  },
  dispose: () => undefined,
};

export const SMALL_SMARTER: SmarterSpec = {
  ...DEFAULT_SMARTER,
  data: { ...DEFAULT_SMARTER.data, puzzles: [14, 50, 100], instances: 20, split: '60:20:20', seed: 5, options: 'uniform-rank' },
  model: { ...DEFAULT_SMARTER.model, reprSize: 8, hiddenSize: 8, qfWidth: 8, heads: 2 },
  training: { ...DEFAULT_SMARTER.training, epochs: 2, batchSize: 9, learningRate: 0.01, warmupSteps: 2 },
};

export async function smallData(spec: SmarterSpec = SMALL_SMARTER): Promise<SmarterData> {
  const set = itemsOf(spec);
  const part = async (split: 'train' | 'val' | 'test'): Promise<FeaturedItems> => {
    const at = (item: number): PuzzleItem => set.at(split, item);
    const made = await extractFeatures(plainBackbone, set.sizes[split], at, { signal: new AbortController().signal, onProgress: () => undefined });
    if (made === null) throw new Error('stopped');
    return made;
  };
  return { heads: set.heads, train: await part('train'), val: await part('val'), test: await part('test') };
}
