/**
 * Splits of SMART-101 (spec/smarter-vlm 2, 4.1) as positions in a puzzle's rows. The arithmetic is that of the reference code: a part ends at floor(n * share) and the
 * next begins at ceil, so that a row between two parts is in neither. Of 2,000 and 1,000 rows none is lost.
 */
import type { AnswerValue } from '../../tasks/puzzles/puzzle.ts';
import { OPERATION_PUZZLE, PUZZLE_SPLIT_TEST, PUZZLE_SPLIT_VAL, SEQUENCES } from './catalogue.ts';

export const SPLIT_NAMES = ['train', 'val', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];
export type SplitRows = Readonly<Record<SplitName, readonly number[]>>;

/** Percent for training, validation, testing; together 100. */
export type Ratio = readonly [train: number, val: number, test: number];

/**
 * - `instance` (IS): by order of the rows.
 * - `puzzle` (PS): whole puzzles are for one part; of their rows that part's share is taken, as the reference code does.
 * - `few-shot` (FS): as PS, and the first `shots` rows of the puzzles for validation and testing are for training too; these are measured on the share of the rows
 *   after them. (The reference code trains on the first 80 % of the `shots` only.)
 * - `answer` (AS): one answer per puzzle is held out for testing, see `heldOutAnswer`; the others by order, the share for testing going to training.
 */
export type SplitSpec = {
  readonly ratio: Ratio;
  /** Only so many rows, from the first; null: all. */
  readonly rows: number | null;
} & ({ readonly kind: 'instance' | 'puzzle' | 'answer' } | { readonly kind: 'few-shot'; readonly shots: number });

/** Of the SMART paper. */
export const SMART_INSTANCE_SPLIT: SplitSpec = { kind: 'instance', ratio: [80, 5, 15], rows: null };
/** Of the smarterVLM paper: 600, 200 and 200 rows of each puzzle. */
export const SMARTER_SPLIT: SplitSpec = { kind: 'instance', ratio: [60, 20, 20], rows: 1000 };
/** Of its small runs (Table 4): 8, 4 and 8. */
export const SMARTER_SMALL_SPLIT: SplitSpec = { kind: 'instance', ratio: [40, 20, 40], rows: 20 };

/**
 * Positions of a puzzle's rows in each part.
 *
 * @param answers - Of all its rows, in order.
 * @param classes - Of the puzzle; the answer split needs it.
 */
export function splitRows(puzzle: number, answers: readonly AnswerValue[], classes: number, spec: SplitSpec): SplitRows {
  const all = positions(answers.length).slice(0, spec.rows ?? answers.length);
  switch (spec.kind) {
    case 'instance':
      return byRatio(all, spec.ratio);
    case 'puzzle':
      return only(byRatio(all, spec.ratio), partOf(puzzle));
    case 'few-shot': {
      const part = partOf(puzzle);
      if (part === 'train') return only(byRatio(all, spec.ratio), part);
      return { ...only(byRatio(all.slice(spec.shots), spec.ratio), part), train: all.slice(0, spec.shots) };
    }
    case 'answer':
      return byAnswer(puzzle, answers, classes, all, spec.ratio);
    default:
      return spec satisfies never;
  }
}

/** Which part a root puzzle is for under PS and FS. */
export function partOf(puzzle: number): SplitName {
  return PUZZLE_SPLIT_VAL.includes(puzzle) ? 'val' : PUZZLE_SPLIT_TEST.includes(puzzle) ? 'test' : 'train';
}

/** Items in order, cut by a ratio. */
export function byRatio<T>(items: readonly T[], [train, val]: Ratio): Readonly<Record<SplitName, readonly T[]>> {
  const [first, second] = [(items.length * train) / 100, (items.length * (train + val)) / 100];
  return {
    train: items.slice(0, Math.floor(first)),
    val: items.slice(Math.ceil(first), Math.floor(second)),
    test: items.slice(Math.ceil(second)),
  };
}

/**
 * The answer that AS holds out: of those that more than one row in a hundred has, the largest whose share is not above the median share. As in the reference code,
 * whose histogram counts the last class with the one before it. Null when no answer is frequent enough.
 */
export function heldOutAnswer(answers: readonly number[], classes: number): number | null {
  const counts = new Map<number, number>();
  for (const answer of answers) {
    const bin = Math.min(answer, classes - 2);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const frequent = [...counts].filter(([bin, count]) => bin >= 0 && count / answers.length > 0.01);
  const middle = median(frequent.map(([, count]) => count));
  const held = frequent.filter(([, count]) => count <= middle).map(([bin]) => bin);
  return held.length === 0 ? null : Math.max(...held);
}

/** Sequences and puzzle 58, whose answers hardly repeat, are split as IS. */
function byAnswer(puzzle: number, answers: readonly AnswerValue[], classes: number, all: readonly number[], ratio: Ratio): SplitRows {
  if (SEQUENCES[puzzle] !== undefined || puzzle === OPERATION_PUZZLE) return byRatio(all, ratio);
  const valueAt = (row: number): number => {
    const value = answers[row];
    if (typeof value !== 'number') throw new Error(`internal: puzzle ${puzzle} has no single answer in row ${row}`);
    return value;
  };
  const held = heldOutAnswer(all.map(valueAt), classes);
  const kept = byRatio(
    all.filter((row) => valueAt(row) !== held),
    [ratio[0] + ratio[2], ratio[1], 0],
  );
  return { ...kept, test: all.filter((row) => valueAt(row) === held) };
}

function only(parts: SplitRows, name: SplitName): SplitRows {
  return { train: [], val: [], test: [], [name]: parts[name] };
}

function positions(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? 0) + upper) / 2 : upper;
}
