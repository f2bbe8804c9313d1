/** Panels as data: the objects, in the order in which they are drawn, and the sets of values that relations speak of. Attributes are indices into the tables of attributes.ts. */
import type { Attribute, Family } from './attributes.ts';
import type { ValueSet } from './value-set.ts';

export interface LineObject {
  readonly type: number;
  readonly color: number;
}

export interface ShapeObject {
  readonly type: number;
  readonly color: number;
  readonly size: number;
  readonly position: number;
}

export interface LinePanel {
  readonly family: 'line';
  /** No two of one type. */
  readonly objects: readonly LineObject[];
}

export interface ShapePanel {
  readonly family: 'shape';
  /** No two on one place. */
  readonly objects: readonly ShapeObject[];
}

export type Panel = LinePanel | ShapePanel;

/** V(p) for every attribute; empty for those the family does not have. */
export type PanelSets = Readonly<Record<Attribute, ValueSet>>;

export function setsOf(panel: Panel): PanelSets {
  let [type, color, size, position] = [0, 0, 0, 0];
  switch (panel.family) {
    case 'line':
      for (const object of panel.objects) {
        type |= 1 << object.type;
        color |= 1 << object.color;
      }
      return { type, color, size, quantity: 0, position };
    case 'shape':
      for (const object of panel.objects) {
        type |= 1 << object.type;
        color |= 1 << object.color;
        size |= 1 << object.size;
        position |= 1 << object.position;
      }
      return { type, color, size, quantity: 1 << (panel.objects.length - 1), position };
    default:
      panel satisfies never;
      throw new Error('internal: setsOf: no such family');
  }
}

/** The first two panels of an example or of the query. */
export interface Context {
  readonly family: Family;
  readonly panels: readonly [Panel, Panel];
  readonly sets: readonly [PanelSets, PanelSets];
}

export function contextOf(first: Panel, second: Panel): Context {
  if (first.family !== second.family) throw new Error(`internal: contextOf: a ${first.family} panel before a ${second.family} panel`);
  return { family: first.family, panels: [first, second], sets: [setsOf(first), setsOf(second)] };
}

/** Whether two panels show the same objects, in whatever order. */
export function isSamePanel(a: Panel, b: Panel): boolean {
  if (a.family !== b.family || a.objects.length !== b.objects.length) return false;
  const keys = new Set(a.objects.map(keyOf));
  return b.objects.every((object) => keys.has(keyOf(object)));
}

function keyOf(object: LineObject | ShapeObject): number {
  const { type, color } = object;
  const rest = 'position' in object ? object.size * 10 + object.position : 0;
  return (type * 10 + color) * 100 + rest;
}
