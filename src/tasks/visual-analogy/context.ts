/**
 * The first two panels of an example or a query (spec/s2h 4.6): drawn so that the asked relation can be completed, with everything else at random.
 *
 * XOR, OR, AND on attribute a: the first panel has objects C and D that differ in a; the second has C's value and not D's. Lines: up to one more line per panel. Shapes:
 * two per panel. Progression: the first steps of it, with the third left possible.
 *
 * "Filler" shapes of a panel avoid one type, color, size and place drawn for that panel, so that panels are less alike than chance would make them (authors' code).
 */
import type { Rng } from '../../lib/rng.ts';
import type { Attribute, Domain } from './attributes.ts';
import { MOST_SHAPES, PARTS } from './attributes.ts';
import type { Context, LineObject, ShapeObject } from './panels.ts';
import { contextOf } from './panels.ts';
import type { Shift } from './relations.ts';
import { ALL_VALUES, shiftedPlace, SHIFTS } from './relations.ts';
import type { ValueSet } from './value-set.ts';
import { allOf, pickFrom, sizeOf } from './value-set.ts';

const LINES = ALL_VALUES.line;
const SHAPES = ALL_VALUES.shape;

/** Values that a new shape may take. */
export type ShapeChoice = Readonly<Record<'type' | 'color' | 'size' | 'position', ValueSet>>;

const ANY_SHAPE: ShapeChoice = SHAPES;

/** A context for a pattern. Some cannot be completed: the caller finds out and draws again. */
export function drawContext(domain: Domain, isProgression: boolean, rng: Rng): Context {
  const { family, attribute } = PARTS[domain];
  switch (family) {
    case 'line':
      return isProgression ? lineProgression(attribute, rng) : lineSets(attribute, rng);
    case 'shape':
      return isProgression ? shapeProgression(attribute, rng) : shapeSets(attribute, rng);
    default:
      return family satisfies never;
  }
}

/** Lines for XOR, OR or AND. */
function lineSets(attribute: Attribute, rng: Rng): Context {
  const a = attribute === 'type' ? 'type' : 'color';
  const c = drawLine(LINES.type, LINES.color, rng);
  const others = { type: LINES.type, color: LINES.color, [a]: LINES[a] & ~bit(c[a]) };
  const d = drawLine(others.type & ~bit(c.type), others.color, rng);
  const first = [c, d];
  if (rng.chance(0.5)) first.push(drawLine(LINES.type & ~typesOf(first), LINES.color, rng));

  const shared = { type: LINES.type, color: LINES.color, [a]: bit(c[a]) };
  const second = [drawLine(shared.type, shared.color, rng)];
  const notD = { type: LINES.type, color: LINES.color, [a]: LINES[a] & ~bit(d[a]) };
  if (rng.chance(0.5)) second.push(drawLine(notD.type & ~typesOf(second), notD.color, rng));
  return contextOf({ family: 'line', objects: first }, { family: 'line', objects: second });
}

function lineProgression(attribute: Attribute, rng: Rng): Context {
  return attribute === 'type' ? lineTypeProgression(rng) : lineColorProgression(rng);
}

/** One or two lines; then their types and one more. */
function lineTypeProgression(rng: Rng): Context {
  const first = [drawLine(LINES.type, LINES.color, rng)];
  if (rng.chance(0.5)) first.push(drawLine(LINES.type & ~typesOf(first), LINES.color, rng));
  const second = first.map(({ type }) => drawLine(bit(type), LINES.color, rng));
  second.push(drawLine(LINES.type & ~typesOf(first), LINES.color, rng));
  return contextOf({ family: 'line', objects: first }, { family: 'line', objects: second });
}

/** Two or three lines of one grey; then two or three of the next, one type shared. */
function lineColorProgression(rng: Rng): Context {
  const [color1, color2] = drawSteps(LINES.color, 2, rng);
  const first = [drawLine(LINES.type, bit(color1), rng)];
  for (let more = rng.chance(0.5) ? 2 : 1; more > 0; more--) first.push(drawLine(LINES.type & ~typesOf(first), bit(color1), rng));
  const second = [drawLine(bit(first[0]?.type ?? 0), bit(color2), rng)];
  for (let more = rng.chance(0.5) ? 2 : 1; more > 0; more--) second.push(drawLine(LINES.type & ~typesOf(second), bit(color2), rng));
  return contextOf({ family: 'line', objects: first }, { family: 'line', objects: second });
}

/** Shapes for XOR, OR or AND: two in each panel. */
function shapeSets(attribute: Attribute, rng: Rng): Context {
  const a = shapeAttribute(attribute);
  const c = drawShape(ANY_SHAPE, rng);
  const other = { ...ANY_SHAPE, [a]: SHAPES[a] & ~bit(c[a]) };
  const d = drawShape({ ...other, position: other.position & ~bit(c.position) }, rng);

  const filler = drawFiller(rng);
  const shared = drawShape({ ...ANY_SHAPE, [a]: bit(c[a]) }, rng);
  const choice = { ...filler, [a]: SHAPES[a] & ~bit(d[a]) };
  const last = drawShape({ ...choice, position: choice.position & ~bit(shared.position) }, rng);
  return contextOf({ family: 'shape', objects: [c, d] }, { family: 'shape', objects: [shared, last] });
}

function shapeProgression(attribute: Attribute, rng: Rng): Context {
  const [filler1, filler2] = [drawFiller(rng), drawFiller(rng)];
  const build = (first: readonly ShapeObject[], second: readonly ShapeObject[]): Context =>
    contextOf({ family: 'shape', objects: first }, { family: 'shape', objects: second });
  switch (attribute) {
    case 'type': {
      const first = drawShapes([], rng.between(1, 3), filler1, rng);
      const types = first.reduce((set, { type }) => set | bit(type), 0);
      const second: ShapeObject[] = [];
      for (let type = 0; bit(type) <= types; type++) {
        if ((types & bit(type)) !== 0) drawShapes(second, 1, { ...filler2, type: bit(type) }, rng);
      }
      return build(first, drawShapes(second, rng.between(sizeOf(types), MOST_SHAPES - 1) - second.length, filler2, rng));
    }
    case 'position': {
      const first = drawShapes([], rng.between(1, 3), filler1, rng);
      const shift = pickShift(rng);
      return build(
        first,
        first.map(({ position }) => drawShape({ ...filler2, position: bit(shiftedPlace(position, shift)) }, rng)),
      );
    }
    case 'quantity': {
      const [quantity1, quantity2] = drawSteps(allOf(MOST_SHAPES), 3, rng);
      return build(drawShapes([], quantity1 + 1, filler1, rng), drawShapes([], quantity2 + 1, filler2, rng));
    }
    case 'color':
    case 'size': {
      const [value1, value2] = drawSteps(SHAPES[attribute], attribute === 'color' ? 3 : 2, rng);
      const first = drawShapes([], rng.between(1, MOST_SHAPES), { ...filler1, [attribute]: bit(value1) }, rng);
      return build(first, drawShapes([], rng.between(1, MOST_SHAPES - 1), { ...filler2, [attribute]: bit(value2) }, rng));
    }
    default:
      return attribute satisfies never;
  }
}

/**
 * First two values of a progression up or down: the first from the `starts` lowest or highest values, the second beyond it and never an extreme value, so that a third
 * is left.
 */
function drawSteps(all: ValueSet, starts: number, rng: Rng): [first: number, second: number] {
  const last = sizeOf(all) - 1;
  if (rng.chance(0.5)) {
    const first = rng.below(starts);
    return [first, rng.between(first + 1, last - 1)];
  }
  const first = last - rng.below(starts);
  return [first, rng.between(1, first - 1)];
}

/** Adds `count` shapes on free places to `shapes`, and returns it. */
function drawShapes(shapes: ShapeObject[], count: number, choice: ShapeChoice, rng: Rng): ShapeObject[] {
  for (let i = 0; i < count; i++) {
    const taken = shapes.reduce((set, { position }) => set | bit(position), 0);
    shapes.push(drawShape({ ...choice, position: choice.position & ~taken }, rng));
  }
  return shapes;
}

/** What filler shapes of a panel may be: all but one type, one color, one size and one place. */
function drawFiller(rng: Rng): ShapeChoice {
  const without = (all: ValueSet): ValueSet => all & ~bit(pickFrom(all, rng));
  return { type: without(SHAPES.type), color: without(SHAPES.color), size: without(SHAPES.size), position: without(SHAPES.position) };
}

export function drawShape({ type, color, size, position }: ShapeChoice, rng: Rng): ShapeObject {
  return { type: pickFrom(type, rng), color: pickFrom(color, rng), size: pickFrom(size, rng), position: pickFrom(position, rng) };
}

export function drawLine(types: ValueSet, colors: ValueSet, rng: Rng): LineObject {
  return { type: pickFrom(types, rng), color: pickFrom(colors, rng) };
}

function typesOf(lines: readonly LineObject[]): ValueSet {
  return lines.reduce((set, { type }) => set | bit(type), 0);
}

function pickShift(rng: Rng): Shift {
  return SHIFTS[rng.below(SHIFTS.length)] ?? 'diagonal';
}

function shapeAttribute(attribute: Attribute): keyof ShapeChoice {
  if (attribute === 'quantity') throw new Error('internal: shapeSets: quantities have no XOR, OR or AND');
  return attribute;
}

function bit(value: number): ValueSet {
  return 1 << value;
}
