/**
 * The orders of an epoch, as seeded permutations; any position can be asked for alone.
 *
 * shuffled: all rows of the epoch together, as in the authors' Eagle runs. interleaved: each component is shuffled apart, then they take turns in fixed
 * proportion, such as text, image, image-via-text, hard, hard, hard for Mix+ (S2H Appendix F, so that every micro-batch has a picture). Ours: the turns
 * follow the shares of the mixture; the authors' script divides the real counts by their greatest common divisor, which breaks into long blocks of one
 * kind when the counts were rounded. Rows that fill no whole turn stand at the end of the epoch.
 */
import { makeRng } from '../../lib/rng.ts';
import type { PhasePlan } from './plan.ts';

/** A row of an epoch: place `slot` of the list of one component. */
export interface Place {
  readonly component: number;
  readonly slot: number;
}

/** What stands at `position` (below `rowsPerEpoch`) of an epoch. */
export function placeAt(phase: PhasePlan, seed: number, epoch: number, position: number): Place {
  return phase.order === 'shuffled' ? shuffledPlace(phase, seed, epoch, position) : interleavedPlace(phase, seed, epoch, position);
}

/** A shuffle of 0..length-1, named by a path. The newest few are kept, because the rows of a batch all ask for the same ones. */
export function permutation(path: readonly (string | number)[], length: number): Uint32Array {
  const name = JSON.stringify([path, length]);
  const known = cache.get(name);
  if (known !== undefined) return known;
  const rng = makeRng(...path);
  const order = new Uint32Array(length).map((_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  while (cache.size > 0 && (cache.size >= MOST_ORDERS || keptLength() + length > MOST_KEPT)) cache.delete(cache.keys().next().value ?? '');
  cache.set(name, order);
  return order;
}

function shuffledPlace(phase: PhasePlan, seed: number, epoch: number, position: number): Place {
  let slot = permutation(pathOf(phase, seed, epoch), phase.rowsPerEpoch)[position] ?? -1;
  for (const [component, { rows }] of phase.components.entries()) {
    if (slot >= 0 && slot < rows) return { component, slot };
    slot -= rows;
  }
  throw new Error(`internal: no row at position ${position} of an epoch`);
}

function interleavedPlace(phase: PhasePlan, seed: number, epoch: number, position: number): Place {
  const { component, turn } = turnAt(phase, position);
  const { rows = 0 } = phase.components[component] ?? {};
  const slot = permutation([...pathOf(phase, seed, epoch), 'component', component], rows)[turn];
  if (slot === undefined) throw new Error(`internal: no row at position ${position} of an epoch`);
  return { component, slot };
}

/** Whose turn it is, and its how manieth. */
function turnAt({ components }: PhasePlan, position: number): { component: number; turn: number } {
  const step = components.map(({ share }) => share).reduce(greatestCommonDivisor);
  const turns = components.map(({ share }) => share / step);
  const length = turns.reduce((total, count) => total + count, 0);
  const rounds = Math.min(...components.map(({ rows }, i) => Math.floor(rows / (turns[i] ?? 1))));
  const round = Math.floor(position / length);
  let rest = round < rounds ? position % length : position - rounds * length;
  for (const [component, { rows }] of components.entries()) {
    const inRound = turns[component] ?? 0;
    const here = round < rounds ? inRound : rows - rounds * inRound;
    if (rest < here) return { component, turn: (round < rounds ? round : rounds) * inRound + rest };
    rest -= here;
  }
  throw new Error(`internal: no turn at position ${position} of an epoch`);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Main phases have had this name since there was only one phase: rows of old runs must stay what they were. */
function pathOf({ name }: PhasePlan, seed: number, epoch: number): readonly (string | number)[] {
  const isMain = name === 'main' || name === 'before-switch';
  return isMain ? ['mixture', seed, 'epoch', epoch] : ['mixture', seed, 'phase', name, 'epoch', epoch];
}

/** An epoch of the largest interleaved mixture asks for 12 orders in turn (Mix+ on three tasks). */
const MOST_ORDERS = 16;
/** 64 MB, except for one order that is longer. */
const MOST_KEPT = 16_000_000;
/** Results of a pure function: no caller can tell that they were kept. Nobody writes into them. */
const cache = new Map<string, Uint32Array>();

function keptLength(): number {
  return [...cache.values()].reduce((total, { length }) => total + length, 0);
}
