/** The twelve panels of a puzzle in reading order, with the names that links and the compact profile call them by (ours). */
import type { Panel } from './panels.ts';
import type { AnalogyTruth } from './truth.ts';

export interface Slot {
  readonly id: string;
  /** For people. */
  readonly label: string;
}

export const EXAMPLE_SLOTS: readonly (readonly [Slot, Slot, Slot])[] = [exampleSlots(1), exampleSlots(2)];
export const QUERY_SLOTS: readonly [Slot, Slot] = [
  { id: 'Qa', label: 'Query, panel 1' },
  { id: 'Qb', label: 'Query, panel 2' },
];
export const OPTION_SLOTS: readonly Slot[] = [1, 2, 3, 4].map((k) => ({ id: `O${k}`, label: `Option ${k}` }));

/** All twelve. */
export const SLOTS: readonly Slot[] = [...EXAMPLE_SLOTS.flat(), ...QUERY_SLOTS, ...OPTION_SLOTS];

/** The panels, in the order of SLOTS. */
export function allPanels({ examples, query, options }: AnalogyTruth): readonly Panel[] {
  return [...examples[0].panels, ...examples[1].panels, ...query.panels, ...options.map(({ panel }) => panel)];
}

function exampleSlots(example: number): readonly [Slot, Slot, Slot] {
  const slot = (letter: string, panel: number): Slot => ({ id: `E${example}${letter}`, label: `Example ${example}, panel ${panel}` });
  return [slot('a', 1), slot('b', 2), slot('c', 3)];
}
