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

/** Beyond this the weaker of two maps on one scale looks empty: its strongest score has a thirtieth of full colour. Ours. */
const UNEQUAL = 30;

/** What must be said of two maps on one scale, by the tops of their own; '' when they can be compared. */
export function unequalText(names: readonly string[], tops: readonly number[]): string {
  const [strong, weak] = [Math.max(...tops), Math.min(...tops)];
  if (tops.length < 2 || strong <= UNEQUAL * weak) return '';
  const [louder = '', fainter = ''] = [strong, weak].map((top) => names[tops.indexOf(top)]);
  const times = weak <= 0 ? 'All scores of' : `The scores of ${louder} are ${Math.round(strong / weak).toLocaleString('en-US')} times those of`;
  return `${times} ${fainter}${weak <= 0 ? ' are 0' : ''}: on one scale its map looks empty, and the difference shows ${louder} alone.`;
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
