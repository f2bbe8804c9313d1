/**
 * A panel that completes two panels to a pattern, and to no other (spec/s2h 4.7): the third panel of an example, the right option, a wrong option.
 *
 * Against accidents, every other pattern of the family loses one value that it would need (or, where a single value would do, all of them); what the panel then shows is
 * drawn from the rest. A pattern that cannot be told from another one has no such panel.
 */
import type { Rng } from '../../lib/rng.ts';
import type { Attribute, Pattern, Relation } from './attributes.ts';
import { MOST_SHAPES, PARTS } from './attributes.ts';
import { drawLine, drawShape } from './context.ts';
import type { Context, LineObject, Panel, ShapeObject } from './panels.ts';
import { isSamePanel } from './panels.ts';
import type { Requirement, Shift } from './relations.ts';
import { ALL_VALUES, FAMILY_PATTERNS, patternsOf, requirementOf, shiftedPlace, shiftedSet, SHIFTS } from './relations.ts';
import type { ValueSet } from './value-set.ts';
import { allOf, pickFrom, sizeOf, valuesOf } from './value-set.ts';

/** What a panel must differ from. */
export interface Rivals {
  /** No two options show the same objects. */
  readonly panels: readonly Panel[];
  /** The relation asked for, where the panel is a wrong option: it must not follow it on any attribute. */
  readonly relation: Relation | null;
}

export interface CompletionRules {
  /** Moves that a position progression may make; the others still count when accidents are looked for. */
  readonly shifts: readonly Shift[];
  /** `keep`: position progressions are looked for as the authors' code does, which misses some. `reject`: no panel follows a second pattern. */
  readonly secondPattern: 'reject' | 'keep';
}

/** A panel equal to an existing option is drawn again so often (authors' code). */
const REPEAT_TRIES = 10;

type Forbidden = Record<Attribute, ValueSet>;

/** Null when no panel was found: the pattern does not fit the context, or not in the tries given. */
export function completePanel(context: Context, pattern: Pattern, rivals: Rivals, rules: CompletionRules, rng: Rng): Panel | null {
  const { attribute } = PARTS[pattern.domain];
  const required = requirementOf(context, attribute, pattern.relation, rules.shifts, rng);
  if (required.set === 0) return null;
  const forbidden = forbid(context, attribute, pattern, required, rules, rng);
  if (forbidden === null) return null;
  const draw = context.family === 'line' ? drawLines : drawShapes;
  for (let i = 0; i < REPEAT_TRIES; i++) {
    const panel = draw(attribute, required, forbidden, rng);
    if (panel === null) return null;
    if (rivals.panels.some((other) => isSamePanel(other, panel))) continue;
    const followed = patternsOf(context, panel);
    if (rules.secondPattern === 'keep' ? followed.every(({ relation }) => relation !== rivals.relation) : followed.length === 1) return panel;
  }
  return null;
}

/** Values that would complete another pattern; null when another pattern asks for the very same set of the same attribute. */
function forbid(context: Context, attribute: Attribute, pattern: Pattern, required: Requirement, rules: CompletionRules, rng: Rng): Forbidden | null {
  const forbidden: Forbidden = { type: 0, color: 0, size: 0, quantity: 0, position: 0 };
  for (const other of FAMILY_PATTERNS[context.family]) {
    if (other.attribute === attribute && other.relation === pattern.relation) continue;
    const { rule, set } =
      rules.secondPattern === 'keep' && other.attribute === 'position' && other.relation === 'Progression'
        ? authorsPositionProgression(context)
        : requirementOf(context, other.attribute, other.relation, SHIFTS, rng);
    if (set === 0) continue;
    if (rule === 'one-of') forbidden[other.attribute] |= set;
    else if (other.attribute !== attribute || required.rule === 'one-of') forbidden[other.attribute] |= 1 << pickFrom(set, rng);
    else if (set === required.set) return null;
    // Two exact sets of one attribute that differ need no ban: the panel shows the required one and nothing else.
  }
  return forbidden;
}

/**
 * The authors' test for a position progression, which decides what their generator rules out: the move is read from the first shapes, and whatever it is, all places of
 * the first panel moved diagonally must be in the second (a slip: the branches of the other moves fall through).
 */
function authorsPositionProgression({ panels: [first, second], sets }: Context): Requirement {
  const [from, to] = [firstPlace(first), firstPlace(second)];
  const shift = SHIFTS.find((candidate) => shiftedPlace(from, candidate) === to);
  const isIn = (candidate: Shift): boolean => (shiftedSet(sets[0].position, candidate) & ~sets[1].position) === 0;
  if (shift === undefined || !isIn(shift) || !isIn('diagonal')) return { rule: 'exact', set: 0 };
  return { rule: 'exact', set: shiftedSet(sets[1].position, 'diagonal') };
}

function firstPlace(panel: Panel): number {
  const first = panel.family === 'shape' ? panel.objects[0] : undefined;
  if (first === undefined) throw new Error('internal: firstPlace: no shape');
  return first.position;
}

/** One line for each required value; for a color progression a single line. */
function drawLines(attribute: Attribute, required: Requirement, forbidden: Forbidden, rng: Rng): Panel | null {
  const types = ALL_VALUES.line.type & ~forbidden.type;
  const colors = ALL_VALUES.line.color & ~forbidden.color;
  const objects: LineObject[] = [];
  // Shuffled, because the order of lines is the order of drawing.
  const values = required.rule === 'exact' ? rng.shuffle(valuesOf(required.set)) : [pickFrom(required.set, rng)];
  let unused = types;
  for (const value of values) {
    const [ofType, ofColor] = attribute === 'type' ? [1 << value, colors] : [unused, 1 << value];
    if (ofType === 0 || ofColor === 0) return null;
    const line = drawLine(ofType, ofColor, rng);
    unused &= ~(1 << line.type);
    objects.push(line);
  }
  return { family: 'line', objects };
}

/** One shape for each required value, more that repeat them; for a progression every shape has the one value. */
function drawShapes(attribute: Attribute, required: Requirement, forbidden: Forbidden, rng: Rng): Panel | null {
  const all = ALL_VALUES.shape;
  const choice = {
    type: all.type & ~forbidden.type,
    color: all.color & ~forbidden.color,
    size: all.size & ~forbidden.size,
    position: all.position & ~forbidden.position,
  };
  const quantity = drawQuantity(attribute, required, forbidden, rng);
  if (quantity === null) return null;
  const values = valuesOf(required.set);
  const common = required.rule === 'one-of' ? pickFrom(required.set, rng) : 0;
  let free = choice.position;
  const objects: ShapeObject[] = [];
  for (let i = 0; i < quantity; i++) {
    const value = required.rule === 'one-of' ? common : (values[i] ?? values[rng.below(values.length)] ?? 0);
    const own = attribute === 'quantity' ? {} : { [attribute]: 1 << value };
    const now = { ...choice, position: free, ...own };
    if (now.type === 0 || now.color === 0 || now.size === 0 || now.position === 0) return null;
    const shape = drawShape(now, rng);
    free &= ~(1 << shape.position);
    objects.push(shape);
  }
  return { family: 'shape', objects };
}

/** Number of shapes (spec/s2h 4.7, step 3); null when none is left. */
function drawQuantity(attribute: Attribute, required: Requirement, forbidden: Forbidden, rng: Rng): number | null {
  const allowed = (): ValueSet => {
    if (attribute === 'quantity') return required.set;
    const needed = sizeOf(required.set);
    // A place holds one shape, so places fix the number. All others get at least one shape more than values (authors' code), at most 5.
    return attribute === 'position' ? 1 << (needed - 1) : allOf(MOST_SHAPES) & ~allOf(needed);
  };
  const quantities =
    allowed() & ~forbidden.quantity & (attribute === 'position' ? -1 : allOf(sizeOf(ALL_VALUES.shape.position & ~forbidden.position)));
  return quantities === 0 ? null : pickFrom(quantities, rng) + 1;
}
