/**
 * Features of a set of puzzles: made once by the frozen backbones, kept in half precision, read batch by batch. A question that many puzzles ask is kept once, without its
 * padding; beside it the mean over all places, padding too, which is all that the `as-coded` model sees.
 *
 * Letters: M items, N image vectors of T channels, I channels of the pooled vector, Q different questions, L text positions, D text channels.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { fromHalf, toHalf } from '../../lib/half.ts';
import { macrotask } from '../../lib/macrotask.ts';
import { SEQUENCE_STEPS } from '../../model/smarter/config.ts';
import type { SmarterBatch } from '../../model/smarter/batch.ts';
import type { PuzzleItem } from '../smart/puzzle-item.ts';
import { IMAGE_TOKENS } from './backbone.ts';
import type { Backbone, BackboneShape } from './backbone.ts';
import { pictureKey, questionKey, throughCache } from './feature-cache.ts';
import type { FeatureKeeper } from './feature-cache.ts';

/** Halves as 16 bits each. */
export interface Features {
  readonly shape: BackboneShape;
  /** `[M, I]`. */
  readonly pooled: Uint16Array;
  /** `[M, N, T]`. */
  readonly tokens: Uint16Array;
  /** Which question each item asks, `[M]`. */
  readonly textOf: Int32Array;
  /** Where the states of a question begin, in places: `[Q + 1]`. */
  readonly textFrom: Int32Array;
  /** `[sum of lengths, D]`. */
  readonly states: Uint16Array;
  /** Mean over all L places, `[Q, D]`. */
  readonly meanStates: Uint16Array;
}

/** What is asked of an item besides its features. */
export type ItemFacts = Omit<PuzzleItem, 'image' | 'content'>;

const IMAGES_AT_ONCE = 32;
const TEXTS_AT_ONCE = 64;

/** Items with their features. */
export interface FeaturedItems {
  readonly features: Features;
  readonly items: readonly ItemFacts[];
  /** Which item of the set each is: those whose picture cannot be read are left out. */
  readonly places: readonly number[];
  /** Why, one text for each that is left out. */
  readonly problems: readonly string[];
}

/**
 * Features of items 0 to count - 1; null when the signal stopped it. An item whose picture is missing or damaged is left out.
 *
 * @param onProgress - called with the number of items done.
 */
export async function extractFeatures(
  backbone: Backbone,
  count: number,
  at: (item: number) => PuzzleItem,
  {
    signal,
    onProgress,
    cache = null,
  }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void; readonly cache?: FeatureKeeper | null },
): Promise<FeaturedItems | null> {
  const { id, title, imageDim, tokenDim, textDim, textLength } = backbone;
  const pooled = new Uint16Array(count * imageDim);
  const tokens = new Uint16Array(count * IMAGE_TOKENS * tokenDim);
  const items: ItemFacts[] = [];
  const places: number[] = [];
  const problems: string[] = [];
  for (let from = 0; from < count; from += IMAGES_AT_ONCE) {
    await macrotask(); // on wasm the encoders never give way: a stop would be heard at the end of the part
    if (signal.aborted) return null;
    const wanted = Array.from({ length: Math.min(IMAGES_AT_ONCE, count - from) }, (_, i) => ({ place: from + i, item: at(from + i) }));
    const found = await pictureHalves(backbone, wanted, cache, problems);
    for (const { place, item, halves } of found) {
      pooled.set(halves.subarray(0, imageDim), items.length * imageDim);
      tokens.set(halves.subarray(imageDim), items.length * IMAGE_TOKENS * tokenDim);
      const { image: _image, content: _content, ...facts } = item;
      items.push(facts);
      places.push(place);
    }
    onProgress(from + wanted.length);
  }
  const questions = [...new Set(items.map(({ question }) => question))];
  const texts = await textFeatures(backbone, questions, signal, cache);
  if (texts === null) return null;
  const placeOf = new Map(questions.map((question, i) => [question, i]));
  const textOf = Int32Array.from(items, ({ question }) => placeOf.get(question) ?? 0);
  const shape = { id, title, imageDim, tokenDim, textDim, textLength };
  const made = { pooled: pooled.subarray(0, items.length * imageDim), tokens: tokens.subarray(0, items.length * IMAGE_TOKENS * tokenDim) };
  return { features: { shape, ...made, textOf, ...texts }, items, places, problems };
}

interface Placed {
  readonly place: number;
  readonly item: PuzzleItem;
}

/** What `read` gives of an item; nothing where its picture is missing or damaged. */
async function unlessDamaged<T>({ puzzle, index }: PuzzleItem, problems: string[], read: () => Promise<T>): Promise<readonly T[]> {
  try {
    return [await read()];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(`puzzle ${puzzle}, row ${index + 1}: ${error.message}`);
    return [];
  }
}

async function textFeatures(
  backbone: Backbone,
  questions: readonly string[],
  signal: AbortSignal,
  cache: FeatureKeeper | null,
): Promise<Pick<Features, 'textFrom' | 'states' | 'meanStates'> | null> {
  const { textDim: D } = backbone;
  const textFrom = new Int32Array(questions.length + 1);
  const meanStates = new Uint16Array(questions.length * D);
  const parts: Uint16Array[] = [];
  for (let from = 0; from < questions.length; from += TEXTS_AT_ONCE) {
    await macrotask();
    if (signal.aborted) return null;
    const some = questions.slice(from, from + TEXTS_AT_ONCE);
    const found = await questionHalves(backbone, some, cache);
    found.forEach((halves, i) => {
      if (halves === null) throw new Error('internal: a question without features');
      meanStates.set(halves.subarray(0, D), (from + i) * D);
      parts.push(halves.subarray(D));
      textFrom[from + i + 1] = (textFrom[from + i] ?? 0) + halves.length / D - 1;
    });
  }
  const states = new Uint16Array((textFrom.at(-1) ?? 0) * D);
  parts.forEach((part, i) => states.set(part, (textFrom[i] ?? 0) * D));
  return { textFrom, states, meanStates };
}

/** Of each picture that can be read the pooled vector and after it the N vectors, `[I + N * T]`. Pictures whose features are kept are not made. */
async function pictureHalves(
  backbone: Backbone,
  wanted: readonly Placed[],
  cache: FeatureKeeper | null,
  problems: string[],
): Promise<readonly (Placed & { readonly halves: Uint16Array })[]> {
  const { id, imageDim: I, tokenDim: T } = backbone;
  const keyOf = async (each: Placed) => ({ ...each, key: cache === null ? '' : pictureKey(id, await each.item.content()) });
  const named = (await Promise.all(wanted.map((each) => unlessDamaged(each.item, problems, () => keyOf(each))))).flat();
  const keys = named.map(({ key }) => key);
  const all = await throughCache(cache, keys, async (missing) => {
    const asked = missing.flatMap((i) => named[i] ?? []);
    const drawn = await Promise.all(asked.map(({ item }) => unlessDamaged(item, problems, item.image)));
    const pictures = drawn.flat();
    if (pictures.length === 0) return drawn.map(() => null);
    const { pooled, tokens } = await backbone.images(pictures);
    let row = 0;
    return drawn.map(([picture]) => {
      if (picture === undefined) return null;
      const halves = new Uint16Array(I + IMAGE_TOKENS * T);
      halves.set(Uint16Array.from(pooled.subarray(row * I, (row + 1) * I), toHalf));
      halves.set(Uint16Array.from(tokens.subarray(row * IMAGE_TOKENS * T, (row + 1) * IMAGE_TOKENS * T), toHalf), I);
      row += 1;
      return halves;
    });
  });
  return named.flatMap((each, i) => {
    const halves = all[i] ?? null;
    return halves === null ? [] : [{ ...each, halves }];
  });
}

/** Of each question the mean over all places and after it the states of its own, `[D + length * D]`. */
function questionHalves(backbone: Backbone, questions: readonly string[], cache: FeatureKeeper | null): Promise<readonly (Uint16Array | null)[]> {
  const { id, textDim: D, textLength: L } = backbone;
  return throughCache(
    cache,
    questions.map((question) => questionKey(id, question)),
    async (missing) => {
      const { states, mask } = await backbone.texts(missing.flatMap((i) => questions[i] ?? []));
      return missing.map((_, i) => {
        const length = mask.subarray(i * L, (i + 1) * L).lastIndexOf(1) + 1;
        const own = states.subarray(i * L * D, (i + 1) * L * D);
        const halves = new Uint16Array(D + length * D);
        for (let c = 0; c < D; c++) {
          let sum = 0;
          for (let place = 0; place < L; place++) sum += own[place * D + c] ?? 0;
          halves[c] = toHalf(sum / L);
        }
        halves.set(Uint16Array.from(own.subarray(0, length * D), toHalf), D);
        return halves;
      });
    },
  );
}

/** Mean and 1 / standard deviation of every channel of the pooled vectors, `[I]` each. */
export interface ChannelScale {
  readonly mean: Float32Array;
  readonly inverse: Float32Array;
}

/** Below this a channel says nothing and stays as it is. */
const LEAST_DEVIATION = 1e-4;

/**
 * Of the training items. Ours: all pictures of a small encoder share most of their vector, and a head that has a few hundred steps spends them on that. The paper's
 * features go in as they are.
 */
export function channelScale({ pooled, shape: { imageDim: I } }: Features): ChannelScale {
  const items = pooled.length / I;
  const mean = new Float32Array(I);
  const square = new Float32Array(I);
  for (let i = 0; i < pooled.length; i++) mean[i % I] = (mean[i % I] ?? 0) + fromHalf(pooled[i] ?? 0) / items;
  for (let i = 0; i < pooled.length; i++) square[i % I] = (square[i % I] ?? 0) + (fromHalf(pooled[i] ?? 0) - (mean[i % I] ?? 0)) ** 2 / items;
  return { mean, inverse: square.map((variance) => (Math.sqrt(variance) < LEAST_DEVIATION ? 1 : 1 / Math.sqrt(variance))) };
}

export interface BatchChoice {
  /** Null: features as they are. */
  readonly scale: ChannelScale | null;
  /** `as-coded`: every question is its mean alone. */
  readonly isMeanText: boolean;
  readonly hasImageTokens: boolean;
  /** Controls: features of pictures, or of texts, set to nothing. */
  readonly blind: 'pictures' | 'texts' | null;
}

/** The batch of some items. Throws InputError for a puzzle that the model has no head for. */
export function batchOf(
  features: Features,
  items: readonly ItemFacts[],
  rows: readonly number[],
  heads: readonly { readonly puzzle: number }[],
  choice: BatchChoice,
): SmarterBatch {
  const { shape, textFrom, textOf } = features;
  const { imageDim: I, tokenDim: T, textDim: D } = shape;
  const B = rows.length;
  const lengthOf = (row: number): number => (textFrom[(textOf[row] ?? 0) + 1] ?? 0) - (textFrom[textOf[row] ?? 0] ?? 0);
  const L = choice.isMeanText ? 1 : Math.max(...rows.map(lengthOf));
  const image = new Float32Array(B * I);
  const tokens = new Float32Array(choice.hasImageTokens ? B * IMAGE_TOKENS * T : 0);
  const text = new Float32Array(B * L * D);
  const textMask = new Uint8Array(B * L);
  const puzzles = new Int32Array(B);
  const targets = new Int32Array(B * SEQUENCE_STEPS);
  rows.forEach((row, b) => {
    const item = items[row];
    if (item === undefined) throw new RangeError(fault('batchOf', `items 0 to ${items.length - 1}`, row));
    const puzzle = heads.findIndex((head) => head.puzzle === item.puzzle);
    if (puzzle < 0) throw new InputError(fault('batchOf', `a head for puzzle ${item.puzzle}`, `${heads.length} others`));
    puzzles[b] = puzzle;
    targets.set(item.classes, b * SEQUENCE_STEPS);
    if (choice.blind !== 'pictures') {
      widen(features.pooled, row * I, I, image, b * I);
      if (choice.hasImageTokens) widen(features.tokens, row * IMAGE_TOKENS * T, IMAGE_TOKENS * T, tokens, b * IMAGE_TOKENS * T);
    }
    const which = textOf[row] ?? 0;
    const places = choice.isMeanText ? 1 : lengthOf(row);
    textMask.fill(1, b * L, b * L + places);
    if (choice.blind === 'texts') return;
    if (choice.isMeanText) widen(features.meanStates, which * D, D, text, b * D);
    else widen(features.states, (textFrom[which] ?? 0) * D, places * D, text, b * L * D);
  });
  if (choice.scale !== null && choice.blind !== 'pictures') {
    standardise(image, choice.scale, I);
    standardise(tokens, choice.scale, T);
  }
  const imageTokens = choice.hasImageTokens ? { count: IMAGE_TOKENS, values: tokens } : null;
  return { samples: B, textLength: L, puzzles, image, imageTokens, text, textMask, targets };
}

/** In place, `[…, width]`; image vectors by the scale of the means, which stand first. */
function standardise(values: Float32Array, { mean, inverse }: ChannelScale, width: number): void {
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) - (mean[i % width] ?? 0)) * (inverse[i % width] ?? 1);
}

function widen(halves: Uint16Array, from: number, count: number, to: Float32Array, at: number): void {
  for (let i = 0; i < count; i++) to[at + i] = fromHalf(halves[from + i] ?? 0);
}

/** Bytes that the features take. */
export function featureBytes({ pooled, tokens, textOf, textFrom, states, meanStates }: Features): number {
  return [pooled, tokens, textOf, textFrom, states, meanStates].reduce((sum, array) => sum + array.byteLength, 0);
}
