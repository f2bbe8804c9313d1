/**
 * What belongs together in the forms of one example: given a line of the CoT, a piece of x(t) or a region of the picture, which parts of the other forms
 * speak of the same. Pure; the links themselves come from the task (tasks/task.ts).
 */
import type { ExampleLinks, Span } from '../../tasks/task.ts';

/** What the visitor points at: a span of a text by its index, or a region of the picture by its id. */
export type LinkSource = { readonly kind: 'cot' | 'text'; readonly index: number } | { readonly kind: 'region'; readonly id: string };

/** Everything that belongs to a source, itself included. */
export interface LinkedParts {
  readonly regions: ReadonlySet<string>;
  /** Indices of spans of x(t) and of the CoT. */
  readonly text: ReadonlySet<number>;
  readonly cot: ReadonlySet<number>;
}

export const NOTHING_LINKED: LinkedParts = { regions: new Set(), text: new Set(), cot: new Set() };
export const NO_LINKS: ExampleLinks = { regions: [], text: [], cot: [], marks: [] };

/** The spans of each region, so that pointing costs the same in a long CoT as in a short one. */
export interface LinkIndex {
  readonly links: ExampleLinks;
  readonly textOf: ReadonlyMap<string, readonly number[]>;
  readonly cotOf: ReadonlyMap<string, readonly number[]>;
  readonly labelOf: ReadonlyMap<string, string>;
}

export function indexLinks(links: ExampleLinks): LinkIndex {
  return {
    links,
    textOf: byRegion(links.text),
    cotOf: byRegion(links.cot),
    labelOf: new Map(links.regions.map(({ id, label }) => [id, label])),
  };
}

export function linkedParts({ links, textOf, cotOf }: LinkIndex, source: LinkSource | null): LinkedParts {
  if (source === null) return NOTHING_LINKED;
  const regions = new Set(regionsOf(links, source));
  const indices = (of: ReadonlyMap<string, readonly number[]>): Set<number> => new Set([...regions].flatMap((id) => of.get(id) ?? []));
  switch (source.kind) {
    case 'cot':
      return { regions, text: indices(textOf), cot: new Set([source.index]) };
    case 'text':
      return { regions, text: new Set([source.index]), cot: indices(cotOf) };
    case 'region':
      return { regions, text: indices(textOf), cot: indices(cotOf) };
    default:
      return source satisfies never;
  }
}

/** Ours: more labels than this are counted, not read out, and several together are cut to their names beyond so many characters. */
const MAX_LABELS = 3;
const MAX_CHARACTERS = 100;

/** The source in words, for the line under the picture and for screen readers: `Line 2 of 9: MegaGadget, May: 4`. */
export function describeSource(index: LinkIndex, source: LinkSource): string {
  const { links, labelOf } = index;
  const { cot, text } = linkedParts(index, source);
  const named = joined(regionsOf(links, source).map((id) => labelOf.get(id) ?? id));
  switch (source.kind) {
    case 'cot':
      return `Line ${source.index + 1} of ${links.cot.length}: ${named}`;
    case 'text':
    case 'region':
      return `${named} – ${counted(cot.size)} of the chain of thought${source.kind === 'region' && text.size === 0 ? ', not in the text' : ''}`;
    default:
      return source satisfies never;
  }
}

export function isSameSource(a: LinkSource | null, b: LinkSource | null): boolean {
  if (a === null || b === null) return a === b;
  return a.kind === 'region' ? b.kind === 'region' && a.id === b.id : a.kind === b.kind && a.index === b.index;
}

function regionsOf(links: ExampleLinks, source: LinkSource): readonly string[] {
  if (source.kind === 'region') return [source.id];
  return links[source.kind][source.index]?.regions ?? [];
}

/** `Example 1, panel 1: …; Example 1, panel 2: …`, or the names before the colons where that is long. */
function joined(labels: readonly string[]): string {
  const shown = labels.slice(0, MAX_LABELS);
  const isLong = shown.length > 1 && shown.join('').length > MAX_CHARACTERS;
  const names = isLong ? shown.map((label) => label.split(':', 1)[0] ?? label) : shown;
  return names.join('; ') + (labels.length > MAX_LABELS ? `; and ${labels.length - MAX_LABELS} more` : '');
}

function counted(lines: number): string {
  return lines === 0 ? 'in no line' : lines === 1 ? 'in 1 line' : `in ${lines} lines`;
}

function byRegion(spans: readonly Span[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [i, { regions }] of spans.entries()) {
    for (const id of regions) {
      const known = found.get(id);
      if (known === undefined) found.set(id, [i]);
      else known.push(i);
    }
  }
  return found;
}
