/** A map as it is shown: what is marked, what falls on each patch. Pure. */
import type { Calls } from '../../../workers/protocol.ts';
import type { AnswerParts } from '../../study/answer-parts.ts';
import { keptPixels, patchScores, shareOf, topMask } from '../../study/attribution-map.ts';
import type { PatchScore, Share } from '../../study/attribution-map.ts';
import type { LookView, TokenSpan } from '../../study/notebook-state.ts';

export interface NamedMap {
  /** Of the run, or of what it is compared with. */
  readonly name: string;
  readonly map: Calls['attribute']['out'];
}

export interface MapView extends NamedMap {
  readonly mask: Uint8Array;
  /** Pixels of the mask. */
  readonly kept: number;
  readonly patches: readonly PatchScore[];
}

export function mapView({ name, map }: NamedMap, { topPercent, sign, threshold }: LookView, patchPx: number): MapView {
  const kept = keptPixels(map.map, threshold, topPercent, sign);
  const mask = topMask(map.map, kept, sign);
  return { name, map, mask, kept, patches: patchScores(map.map, mask, map.widthPx, patchPx, sign) };
}

/** A part of the picture that the words of a span can be held against. */
export interface Area {
  readonly label: string;
  readonly patches: readonly number[];
}

/** The places that the words speak of, their names; the whole path, its names; and what is none of these two. Without those that have no patch. */
export function areasOf({ spokenOf, places, path }: AnswerParts, span: TokenSpan, patchCount: number): Area[] {
  const current = [...new Set(spokenOf.slice(span.from, span.to).flat())];
  const patchesOf = (ids: readonly string[]): number[] => [...new Set(ids.flatMap((id) => places[id]?.patches ?? []))];
  const headersOf = (ids: readonly string[]): number[] => [...new Set(ids.flatMap((id) => places[id]?.headers ?? []))];
  const whole = new Set([...patchesOf(path), ...headersOf(path)]);
  const [only] = current;
  const label = current.length === 1 && only !== undefined ? (places[only]?.label ?? only) : `the ${current.length} places of these words`;
  return [
    { label, patches: patchesOf(current) },
    { label: current.length === 1 ? 'the names of its row and column' : 'the names of their rows and columns', patches: headersOf(current) },
    { label: path.length === 1 ? 'the one place of the path' : `all ${path.length} places of the path`, patches: patchesOf(path) },
    { label: 'the names of its rows and columns', patches: headersOf(path) },
    { label: 'elsewhere', patches: Array.from({ length: patchCount }, (_, i) => i).filter((i) => !whole.has(i)) },
  ].filter(({ patches }) => patches.length > 0);
}

export function sharesOf({ patches }: Pick<MapView, 'patches'>, areas: readonly Area[]): Share[] {
  return areas.map((area) => shareOf(patches, area.patches));
}
