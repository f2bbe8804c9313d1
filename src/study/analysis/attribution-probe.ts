/**
 * Where in the picture the loss of the right answer comes from, as numbers (S2H Appendix J, Figs. 28 and 29). The paper shows the 1 % of pixels with the highest
 * scores for some groups of tokens of one example each, and measures nothing. Here (ours) the same is done for several held-out HARD examples, and the marked
 * pixels are counted by place: in the cells or panels that the tokens speak of, in the names of their rows and columns, in what was spoken of before, and on
 * the whole path. Beside them stand the parts of the picture that these places are, and the same of fresh weights, which have learned nothing.
 */
import type { Engine } from '../../model/backend.ts';
import type { AnswerParts } from '../answer-parts.ts';
import { inkShare, keptPixels, patchScores, shareOf, topMask } from '../attribution-map.ts';
import type { PatchScore, Share } from '../attribution-map.ts';
import { EVALUATION_SEED, evaluationExample } from '../evaluate.ts';
import { attributionOf, lookAt, untrainedModel } from '../look.ts';
import type { Look } from '../look.ts';
import { disposeModel } from '../model-setup.ts';
import type { Model } from '../model-setup.ts';
import type { RunSpec } from '../run-spec.ts';
import { meanEstimate } from './mean-estimate.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/**
 * `own`: what the tokens speak of. `names`: of its rows and columns. `earlier`: what was spoken of before, while the second part is written (Example 2 of a
 * puzzle, of which the paper says that Example 1 is looked at again); later parts have to look back. `path`: all that the answer speaks of.
 */
export const ATTRIBUTION_PLACES = ['own', 'names', 'earlier', 'path'] as const;
export type AttributionPlace = (typeof ATTRIBUTION_PLACES)[number];

/** Shares of the picture, 0..1, over examples. */
export interface PlaceShares {
  /** Of the marked pixels. */
  readonly kept: MeanEstimate;
  /** Of the summed size of all scores. */
  readonly mass: MeanEstimate;
  readonly area: MeanEstimate;
  /** Of what is drawn: the pixels that are not white. Absent in probes of before it was counted. */
  readonly ink?: MeanEstimate;
}

/** A task without such a place, as puzzles have no names, has no entry. */
export type AttributionShares = Readonly<Partial<Record<AttributionPlace, PlaceShares>>>;

export interface AttributionProbe {
  /** Steps the model was trained for. */
  readonly step: number;
  readonly split: 'eval';
  readonly seed: number;
  readonly level: 'hard';
  readonly method: 'gradient-input';
  readonly topPercent: number;
  readonly trained: AttributionShares;
  /** Of fresh weights; null where not asked for. */
  readonly untrained: AttributionShares | null;
  /** Of the trained weights on the first example, one per segment. */
  readonly maps: readonly AttributionMap[];
}

/** A picture patch by patch: small enough to be kept. */
export interface AttributionMap {
  /** Places that the tokens speak of: `r1c1 to r1c7`. */
  readonly title: string;
  /** Patches in a row. */
  readonly columns: number;
  /** Share of the marked pixels on each patch, 0..1, row-major. */
  readonly kept: readonly number[];
  /** Patches of the places that the tokens speak of. */
  readonly own: readonly number[];
}

/** Tokens `from`..`to` (end excluded) of an answer, and places of the picture by id. */
export interface ReadingSegment {
  readonly from: number;
  readonly to: number;
  readonly own: readonly string[];
  readonly earlier: readonly string[];
}

/** The paper's 1 %. */
const TOP_PERCENT = 1;
/** Segments of an example that count. Ours: as many as a puzzle has, two examples, the query and the options; the paper shows three. */
const MOST_SEGMENTS = 4;

export interface AttributionProbeOptions {
  readonly model: Model;
  readonly spec: RunSpec;
  readonly step: number;
  readonly engine: Engine;
  /** At least 1. */
  readonly examples: number;
  /** Also on fresh weights. */
  readonly isControlled: boolean;
  readonly signal?: AbortSignal;
}

/** Null when it was cancelled. The model must not change meanwhile. */
export async function probeAttributions(options: AttributionProbeOptions): Promise<AttributionProbe | null> {
  const { model, spec, step, signal } = options;
  const control = options.isControlled ? untrainedModel(spec) : null;
  try {
    const maps: AttributionMap[] = [];
    const trained = await sharesOver(model, options, (map) => maps.push(map));
    const untrained = control === null ? null : await sharesOver(control, options, () => undefined);
    const made = { step, split: 'eval', seed: EVALUATION_SEED, level: 'hard', method: 'gradient-input', topPercent: TOP_PERCENT } as const;
    return { ...made, trained, untrained, maps };
  } catch (error) {
    if (signal?.aborted === true) return null;
    throw error;
  } finally {
    if (control !== null) disposeModel(control);
  }
}

/** @param onMap - takes the maps of the first example. */
async function sharesOver(
  model: Model,
  { spec, engine, examples, signal }: AttributionProbeOptions,
  onMap: (map: AttributionMap) => void,
): Promise<AttributionShares> {
  const found: Record<AttributionPlace, InkedShare[]> = { own: [], names: [], earlier: [], path: [] };
  for (let index = 0; index < examples; index++) {
    const example = evaluationExample(spec, 'hard', index);
    if (example.key === null) throw new Error('internal: probeAttributions: an example of no task');
    const look = await lookAt(model, spec, { key: example.key, record: 'image', response: 'gold' }, signal);
    const shares: Record<AttributionPlace, InkedShare[]> = { own: [], names: [], earlier: [], path: [] };
    for (const [i, segment] of readingSegments(look.parts, look.tokens.length).slice(0, MOST_SEGMENTS).entries()) {
      signal?.throwIfAborted();
      engine.check();
      const patches = await markedPatches(model, look, segment, example.patchPx);
      const wantedPatches = patchesOf(look.parts, segment);
      if (index === 0) onMap(mapOf(segment, patches, wantedPatches.own));
      for (const [place, wanted] of Object.entries(wantedPatches) as [AttributionPlace, number[]][])
        if (wanted.length > 0 && (place !== 'earlier' || i === 1)) shares[place].push({ ...shareOf(patches, wanted), ink: inkOn(look, wanted) });
    }
    for (const place of ATTRIBUTION_PLACES) if (shares[place].length > 0) found[place].push(meanShare(shares[place]));
  }
  const places = ATTRIBUTION_PLACES.filter((place) => found[place].length > 0);
  return Object.fromEntries(places.map((place) => [place, estimateOf(found[place])]));
}

/** Parts of an answer that speak only of places that no part before it spoke of: straight parts of a path, or the parts of a puzzle when they are first read. */
export function readingSegments({ starts, spokenOf }: Pick<AnswerParts, 'starts' | 'spokenOf'>, tokens: number): readonly ReadingSegment[] {
  const seen = new Set<string>();
  return starts.segment.flatMap((from, i): ReadingSegment[] => {
    const to = starts.segment[i + 1] ?? tokens;
    const [own, earlier] = [[...new Set(spokenOf.slice(from, to).flat())], [...seen]];
    const isNew = own.length > 0 && own.every((place) => !seen.has(place));
    for (const place of own) seen.add(place);
    return isNew ? [{ from, to, own, earlier }] : [];
  });
}

interface InkedShare extends Share {
  readonly ink: number | null;
}

function inkOn({ micro: { image } }: Look, wanted: readonly number[]): number | null {
  if (image === null) throw new Error('internal: probeAttributions: no picture');
  return inkShare(image.pixels, image.gridColumns * image.patchPx, image.patchPx, wanted);
}

async function markedPatches(model: Model, look: Look, { from, to }: ReadingSegment, patchPx: number): Promise<PatchScore[]> {
  const positions = Array.from({ length: to - from }, (_, i) => from + i);
  const { map, widthPx } = await attributionOf(model, look, { positions, method: 'gradient-input', aggregate: 'mean' });
  const mask = topMask(map, keptPixels(map, 'pixels', TOP_PERCENT, 'signed'), 'signed');
  return patchScores(map, mask, widthPx, patchPx, 'signed');
}

function patchesOf({ places, path }: AnswerParts, { own, earlier }: ReadingSegment): Record<AttributionPlace, number[]> {
  const patches = (ids: readonly string[]): number[] => ids.flatMap((id) => places[id]?.patches ?? []);
  return { own: patches(own), names: own.flatMap((id) => places[id]?.headers ?? []), earlier: patches(earlier), path: patches(path) };
}

function mapOf({ own: places }: ReadingSegment, patches: readonly PatchScore[], own: readonly number[]): AttributionMap {
  const marked = patches.reduce((sum, { kept }) => sum + kept, 0);
  const [first = '', last = ''] = [places[0], places.at(-1)];
  return {
    title: first === last ? first : `${first} to ${last}`,
    columns: 1 + Math.max(...patches.map(({ column }) => column)),
    kept: patches.map(({ kept }) => Number((kept / marked).toFixed(4))), // a pixel of 10,000 is the least that counts
    own,
  };
}

/** Over the segments of one example; what has nothing to share counts as 0. */
function meanShare(shares: readonly InkedShare[]): InkedShare {
  const mean = (of: (share: InkedShare) => number | null): number => shares.reduce((sum, share) => sum + (of(share) ?? 0), 0) / shares.length;
  return { kept: mean(({ kept }) => kept), mass: mean(({ mass }) => mass), area: mean(({ area }) => area), ink: mean(({ ink }) => ink) };
}

function estimateOf(shares: readonly InkedShare[]): PlaceShares {
  const estimate = (of: (share: InkedShare) => number | null): MeanEstimate => meanEstimate(shares.map((share) => of(share) ?? 0));
  return {
    ...{ kept: estimate(({ kept }) => kept), mass: estimate(({ mass }) => mass) },
    ...{ area: estimate(({ area }) => area), ink: estimate(({ ink }) => ink) },
  };
}
