/**
 * What the relations mean (spec/s2h 4.3): every relation speaks of the sets V1, V2, V3 of values that an attribute takes in the three panels.
 *
 *   OR  V3 = V1 ∪ V2      AND  V3 = V1 ∩ V2, not empty      XOR  V3 = V1 △ V2, not empty
 *   Progression  color, size, quantity: one value each, strictly rising or strictly falling
 *                type: V1 ⊊ V2, and V3 is V2 with exactly one more type
 *                position: V2 is V1, and V3 is V2, moved by one place (right, down, or both) with wrap-around
 */
import type { Rng } from '../../lib/rng.ts';
import type { Attribute, Family, Pattern, Relation } from './attributes.ts';
import { ATTRIBUTES, LINE_GREYS, LINE_TYPES, MOST_SHAPES, PARTS, PATTERNS, PLACES, SHAPE_GREYS, SHAPE_SIZES_PX, SHAPE_TYPES } from './attributes.ts';
import type { Context, Panel, PanelSets } from './panels.ts';
import { setsOf } from './panels.ts';
import type { ValueSet } from './value-set.ts';
import { allOf, isSingle, pickFrom } from './value-set.ts';

/** One place to the right, one down, both. */
export const SHIFTS = ['horizontal', 'vertical', 'diagonal'] as const;
export type Shift = (typeof SHIFTS)[number];

const STEP: Readonly<Record<Shift, readonly [rows: number, columns: number]>> = { horizontal: [0, 1], vertical: [1, 0], diagonal: [1, 1] };

/** The place after a shift; row and column wrap around. */
export function shiftedPlace(place: number, shift: Shift): number {
  const [rows, columns] = STEP[shift];
  return ((Math.floor(place / 3) + rows) % 3) * 3 + (((place % 3) + columns) % 3);
}

const SHIFTED: Readonly<Record<Shift, Uint16Array>> = {
  horizontal: shiftTable('horizontal'),
  vertical: shiftTable('vertical'),
  diagonal: shiftTable('diagonal'),
};

function shiftTable(shift: Shift): Uint16Array {
  return Uint16Array.from({ length: 1 << PLACES }, (_, set) => {
    let moved = 0;
    for (let place = 0; place < PLACES; place++) if ((set & (1 << place)) !== 0) moved |= 1 << shiftedPlace(place, shift);
    return moved;
  });
}

/** A set of places, moved. */
export function shiftedSet(places: ValueSet, shift: Shift): ValueSet {
  return SHIFTED[shift][places] ?? 0;
}

/** All values of an attribute in a family. */
export const ALL_VALUES: Readonly<Record<Family, PanelSets>> = {
  line: { type: allOf(LINE_TYPES.length), color: allOf(LINE_GREYS.length), size: 0, quantity: 0, position: 0 },
  shape: {
    type: allOf(SHAPE_TYPES.length),
    color: allOf(SHAPE_GREYS.length),
    size: allOf(SHAPE_SIZES_PX.length),
    quantity: allOf(MOST_SHAPES),
    position: allOf(PLACES),
  },
};

/** Whether three panels follow a relation on an attribute for which it is defined. */
function holds(attribute: Attribute, relation: Relation, v1: ValueSet, v2: ValueSet, v3: ValueSet): boolean {
  switch (relation) {
    case 'OR':
      return v3 === (v1 | v2);
    case 'AND':
      return v3 !== 0 && v3 === (v1 & v2);
    case 'XOR':
      return v3 !== 0 && v3 === (v1 ^ v2);
    case 'Progression':
      return progresses(attribute, v1, v2, v3);
    default:
      relation satisfies never;
      throw new Error(`internal: holds: no relation ${String(relation)}`);
  }
}

function progresses(attribute: Attribute, v1: ValueSet, v2: ValueSet, v3: ValueSet): boolean {
  switch (attribute) {
    case 'type':
      return isProperSubset(v1, v2) && isProperSubset(v2, v3) && isSingle(v3 & ~v2);
    case 'position':
      return SHIFTS.some((shift) => shiftedSet(v1, shift) === v2 && shiftedSet(v2, shift) === v3);
    case 'color':
    case 'size':
    case 'quantity':
      return isSingle(v1) && isSingle(v2) && isSingle(v3) && ((v1 < v2 && v2 < v3) || (v1 > v2 && v2 > v3));
    default:
      return attribute satisfies never;
  }
}

/** Every pattern that a third panel completes. */
export function patternsOf(context: Context, third: Panel): Pattern[] {
  if (third.family !== context.family) return [];
  const sets = setsOf(third);
  return FAMILY_PATTERNS[context.family]
    .filter(({ attribute, relation }) => holds(attribute, relation, context.sets[0][attribute], context.sets[1][attribute], sets[attribute]))
    .map(({ pattern }) => pattern);
}

/** What a third panel must show: `exact` all of `set` and nothing else, `one-of` one value out of it. An empty set: nothing can follow. */
export interface Requirement {
  readonly rule: 'exact' | 'one-of';
  readonly set: ValueSet;
}

const IMPOSSIBLE: Requirement = { rule: 'exact', set: 0 };

/**
 * The set that completes a pattern (spec/s2h 4.7, step 1). A type progression draws its new type.
 *
 * @param shifts - Moves that count as a position progression.
 */
export function requirementOf(context: Context, attribute: Attribute, relation: Relation, shifts: readonly Shift[], rng: Rng): Requirement {
  const v1 = context.sets[0][attribute];
  const v2 = context.sets[1][attribute];
  switch (relation) {
    case 'OR':
      return { rule: 'exact', set: v1 | v2 };
    case 'AND':
      return { rule: 'exact', set: v1 & v2 };
    case 'XOR':
      return { rule: 'exact', set: v1 ^ v2 };
    case 'Progression':
      break;
    default:
      relation satisfies never;
  }
  switch (attribute) {
    case 'type': {
      const unused = ALL_VALUES[context.family].type & ~v2;
      return isProperSubset(v1, v2) && unused !== 0 ? { rule: 'exact', set: v2 | (1 << pickFrom(unused, rng)) } : IMPOSSIBLE;
    }
    case 'position': {
      // Where two moves lead from V1 to V2 they lead on to the same V3: they differ by a move that V1 does not notice.
      const shift = shifts.find((candidate) => shiftedSet(v1, candidate) === v2);
      return shift === undefined ? IMPOSSIBLE : { rule: 'exact', set: shiftedSet(v2, shift) };
    }
    case 'color':
    case 'size':
    case 'quantity': {
      if (!isSingle(v1) || !isSingle(v2) || v1 === v2) return IMPOSSIBLE;
      const below = v2 - 1;
      return { rule: 'one-of', set: ALL_VALUES[context.family][attribute] & (v1 < v2 ? ~(v2 | below) : below) };
    }
    default:
      return attribute satisfies never;
  }
}

/** A pattern with its domain taken apart. */
interface FamilyPattern {
  readonly pattern: Pattern;
  readonly attribute: Attribute;
  readonly relation: Relation;
}

/** The patterns of each family, in the order of PATTERNS: what a panel could follow by accident. */
export const FAMILY_PATTERNS: Readonly<Record<Family, readonly FamilyPattern[]>> = { line: familyPatterns('line'), shape: familyPatterns('shape') };

function familyPatterns(family: Family): readonly FamilyPattern[] {
  const attributes: readonly Attribute[] = ATTRIBUTES[family];
  return PATTERNS.filter(({ domain }) => PARTS[domain].family === family && attributes.includes(PARTS[domain].attribute)).map((pattern) => ({
    pattern,
    attribute: PARTS[pattern.domain].attribute,
    relation: pattern.relation,
  }));
}

function isProperSubset(a: ValueSet, b: ValueSet): boolean {
  return (a & ~b) === 0 && a !== b && a !== 0;
}
