/** Items of our own families and of SMART-101 puzzles as one kind of set. */
import { fault } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { answerClasses, answerText } from '../../tasks/puzzles/answers.ts';
import { puzzleAt } from '../../tasks/puzzles/instance.ts';
import type { PuzzleKey } from '../../tasks/puzzles/instance.ts';
import type { PuzzleFamily } from '../../tasks/puzzles/puzzle.ts';
import { rasterise } from '../../tasks/render/raster.ts';
import type { Scene } from '../../tasks/render/scene.ts';
import type { ItemSet, PuzzleHead, PuzzleItem } from './puzzle-item.ts';
import { smartItem } from './smart-puzzle.ts';
import type { SmartPuzzle } from './smart-puzzle.ts';
import type { Ratio, SplitName, SplitRows, SplitSpec } from './splits.ts';
import { byRatio, SMARTER_SPLIT, splitRows } from './splits.ts';

export interface OwnSetOptions extends Omit<PuzzleKey, 'index'> {
  /** Instances of each family. */
  readonly count: number;
  /** By index; default that of the smarterVLM paper, 60:20:20. */
  readonly ratio?: Ratio;
}

export function ownItem(family: PuzzleFamily, key: PuzzleKey): PuzzleItem {
  const { question, options, answer, right, scene } = puzzleAt(family, key);
  const { id, skill, answer: type } = family;
  return {
    ...{ source: 'own', puzzle: id, index: key.index, skill, question, right },
    options: options.map((value) => answerText(type, value)),
    classes: answerClasses(type, answer),
    optionClasses: options.map((value) => answerClasses(type, value)),
    image: () => Promise.resolve(rasterise(scene())),
    content: () => sceneName(scene()),
  };
}

/** Title and description are not in the picture. */
function sceneName({ widthPx, heightPx, background, shapes }: Scene): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify([widthPx, heightPx, background, shapes])));
}

/** Items of a family whose contents say too how this version draws: by the pixels of the first. */
function drawnItems(family: PuzzleFamily, key: Omit<PuzzleKey, 'index'>): (index: number) => PuzzleItem {
  let drawn: Promise<string> | null = null;
  return (index) => {
    const item = ownItem(family, { ...key, index });
    drawn ??= ownItem(family, { ...key, index: 0 })
      .image()
      .then(sha256Hex);
    const style = drawn;
    return { ...item, content: async () => `${(await style).slice(0, 16)} ${await item.content()}` };
  };
}

/** Instances 0 to count - 1 of each family, made when asked for. */
export function ownItems(families: readonly PuzzleFamily[], { seed, mode, count, ratio = SMARTER_SPLIT.ratio }: OwnSetOptions): ItemSet {
  const rows = byRatio(
    Array.from({ length: count }, (_, index) => index),
    ratio,
  );
  return itemSet(families.map((family) => ({ head: headOfFamily(family), rows, at: drawnItems(family, { seed, mode }) })));
}

/** Rows of SMART-101, split by `spec`. */
export function smartItems(puzzles: readonly SmartPuzzle[], spec: SplitSpec): ItemSet {
  return itemSet(
    puzzles.map((puzzle) => {
      const { id, skill, answer, rows } = puzzle;
      const values = rows.map((row) => row.answer);
      return { head: { puzzle: id, skill, answer }, rows: splitRows(id, values, answer.classes, spec), at: (row: number) => smartItem(puzzle, row) };
    }),
  );
}

function headOfFamily({ id, skill, answer }: PuzzleFamily): PuzzleHead {
  return { puzzle: id, skill, answer };
}

interface Part {
  readonly head: PuzzleHead;
  readonly rows: SplitRows;
  readonly at: (row: number) => PuzzleItem;
}

function itemSet(parts: readonly Part[]): ItemSet {
  const listOf = (split: SplitName) => parts.flatMap(({ rows, at }) => rows[split].map((row) => ({ row, at })));
  const lists = { train: listOf('train'), val: listOf('val'), test: listOf('test') };
  return {
    heads: parts.map(({ head }) => head),
    sizes: { train: lists.train.length, val: lists.val.length, test: lists.test.length },
    at(split, item) {
      const found = lists[split][item];
      if (found === undefined) throw new RangeError(fault(`item of ${split}`, `0 to ${lists[split].length - 1}`, item));
      return found.at(found.row);
    },
  };
}
