/** A row of a table of "On VLM Reasoners". Its numbers are in paper-tables.ts, which the page reads as a file. */
import type { Skill } from '../../../tasks/puzzles/puzzle.ts';

/** The order of the columns. */
export const PAPER_SKILLS = ['counting', 'math', 'logic', 'path', 'algebra', 'measure', 'spatial', 'pattern'] as const satisfies readonly Skill[];

export interface PaperRow {
  /** As the paper names it. */
  readonly label: string;
  /** One number per skill; empty where the paper's row is. */
  readonly skills: readonly number[];
  readonly overall: number | null;
}

/** A row of the paper that is not swept here. */
export interface LeftOutRow {
  readonly label: string;
  readonly reason: string;
}

/** `smarter/index.json`: what the paper has, and which sweeps of ours are recorded beside it. */
export interface TableIndex {
  readonly schema: 1;
  readonly tables: readonly TableEntry[];
}

export interface TableEntry {
  readonly id: string;
  /** Whether `<id>.json` is there. */
  readonly isRecorded: boolean;
  /** Of a recorded sweep: S_acc of the majority answer on its validation items, by skill; its curves are on these, its other numbers may be on test items. */
  readonly floors: Readonly<Record<string, number>>;
  readonly paper: readonly PaperRow[];
  readonly leftOut: readonly LeftOutRow[];
}

/** `Left out of the paper’s 28 rows: wd0 (…); …`; '' where none is. */
export function leftOutText({ paper, leftOut }: Pick<TableEntry, 'paper' | 'leftOut'>): string {
  if (leftOut.length === 0) return '';
  return `Left out of the paper’s ${paper.length} rows: ${leftOut.map(({ label, reason }) => `${label} (${reason})`).join('; ')}.`;
}
