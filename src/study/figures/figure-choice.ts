/**
 * Which figure, at which scale, with which seeds: all that says what is trained, since the code of a figure says the rest. Ours. Written as text it is the
 * figure's part of a link and the key of what is kept of it: `fig-3-nano-s1-2-3`.
 */
import type { FigureResult } from './figure-result.ts';
import { SCALES } from './scale.ts';
import type { Scale } from './scale.ts';

export interface FigureChoice {
  readonly id: string;
  readonly scale: Scale;
  /** Ascending, at least one. */
  readonly seeds: readonly number[];
}

/** Ours: more are hours of anyone's time. */
export const MOST_SEEDS = 10;

const TEXT = new RegExp(`^([a-z0-9-]{1,40}?)(?:-(${SCALES.join('|')})-s(\\d{1,9}(?:-\\d{1,9})*))?$`);

export function choiceText({ id, scale, seeds }: FigureChoice): string {
  return `${id}-${scale}-s${seeds.join('-')}`;
}

/** What a link names: a figure, and perhaps its choice; a text that is neither is taken as the name of a figure that is not there. */
export function parseChoice(text: string): { readonly id: string; readonly choice: FigureChoice | null } {
  const [, id = text, name, numbers = ''] = TEXT.exec(text) ?? [];
  const scale = SCALES.find((each) => each === name);
  const seeds = [...new Set(numbers.split('-').map(Number))].sort((a, b) => a - b);
  return { id, choice: scale === undefined || seeds.length > MOST_SEEDS ? null : { id, scale, seeds } };
}

/** The choice that a result is of; null for one that is of no scale or has no run yet. */
export function choiceOf({ id, scale, runs }: Pick<FigureResult, 'id' | 'scale' | 'runs'>): FigureChoice | null {
  const known = SCALES.find((each) => each === scale);
  const seeds = [...new Set(runs.map(({ spec }) => spec.seed))].sort((a, b) => a - b);
  return known === undefined || seeds.length === 0 ? null : { id, scale: known, seeds };
}
