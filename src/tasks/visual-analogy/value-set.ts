/**
 * Sets of values as bits: bit i stands for value i of a domain (at most 10 values). Relations then are one machine instruction, and a generator that rejects much stays
 * fast.
 */
import type { Rng } from '../../lib/rng.ts';

export type ValueSet = number;

/** The set of the values 0..count-1. */
export function allOf(count: number): ValueSet {
  return (1 << count) - 1;
}

export function sizeOf(set: ValueSet): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}

export function isSingle(set: ValueSet): boolean {
  return set !== 0 && (set & (set - 1)) === 0;
}

/** Members, rising. */
export function valuesOf(set: ValueSet): number[] {
  const values: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) values.push(lowestOf(rest));
  return values;
}

/** A uniform member of a set that has one. */
export function pickFrom(set: ValueSet, rng: Rng): number {
  let rest = set;
  for (let skip = rng.below(sizeOf(set)); skip > 0; skip--) rest &= rest - 1;
  return lowestOf(rest);
}

function lowestOf(set: ValueSet): number {
  return 31 - Math.clz32(set & -set);
}
