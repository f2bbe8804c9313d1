/**
 * How answers fail (S2H Appendix K.2, Fig. 31; spec/s2h 3.10, 6). The first four are the paper's; the others are ours, and tell reading the grid from planning in it and
 * both from form.
 */
import { oneIf } from '../ratio.ts';
import type { FailureMetric, FailureValues, Profile, Ratio } from '../task.ts';
import type { GridReference } from './score.ts';
import { movesIn, scoreGrid, walkAlong } from './score.ts';
import type { Cell } from './truth.ts';

export const GRID_FAILURES: readonly FailureMetric[] = [
  share(
    'sourceDestination',
    'Start and destination named',
    'Responses whose CoT gives both squares rightly (Fig. 31; 98% and more after 15,000 examples).',
  ),
  share('arrival', 'Destination reached', 'Walks that end at the destination, objects and obstacles ignored (Fig. 31).'),
  {
    key: 'objectsCollected',
    label: 'Objects collected',
    help: 'Mean over examples of the share of the objects that the walk passes; none for an answer that is no list of moves (Fig. 31).',
    unit: 'share',
    isOverExamples: false,
  },
  {
    key: 'obstaclesPassed',
    label: 'Obstacles walked over',
    help: 'Mean number of steps onto obstacles, over lists of moves that differ from the gold ones (Fig. 31).',
    unit: 'obstacles',
    isOverExamples: false,
  },
  share('objectsLocated', 'Objects located', 'Ours: responses whose CoT lists the squares of all objects and no other, in any order.'),
  share('parsed', 'Answer is a list of moves', 'Ours: what stands after the last “Answer:” is moves and nothing else.'),
  share('goldPath', 'Gold path', 'Ours: answers with the moves of the search; other right paths count as right too.'),
  share(
    'authorsRule',
    'Right by the authors’ checker',
    'Exact match as the released evaluator counts it: a walk may stand one step above or left of the grid, where the last row or column is read.',
  ),
  share(
    'leftGrid',
    'Left the grid',
    'Ours: lists of moves that step outside. The authors’ scorer lets a walk stand one step above or left of the grid.',
  ),
  {
    key: 'legalMoves',
    label: 'Moves before the first illegal one',
    help: 'Ours: mean number of moves before a step onto an obstacle or out of the grid, over answers with such a step.',
    unit: 'moves',
    isOverExamples: false,
  },
  { key: 'answerMoves', label: 'Moves in the answer', help: 'Ours: mean length of the lists of moves.', unit: 'moves', isOverExamples: false },
];

export function gridFailures(reference: GridReference, response: string, profile: Profile): FailureValues {
  const moves = movesIn(response, profile);
  const isGold = moves.length > 0 && moves.join() === reference.gold.join();
  const walk = walkAlong(reference, moves);
  const read = profile === 'paper' ? readPaperCot(response) : readCompactCot(response);
  const values: Record<string, Ratio> = {
    sourceDestination: oneIf(isSameSet(read.ends, [reference.start, reference.destination], true)),
    arrival: oneIf(walk.hasArrived),
    objectsLocated: oneIf(isSameSet(read.objects, reference.objects, false)),
    parsed: oneIf(moves.length > 0),
    goldPath: oneIf(isGold),
    authorsRule: oneIf(scoreGrid(reference, response, profile, 'authors').correct),
  };
  if (reference.objects.length > 0) values['objectsCollected'] = { numerator: walk.collected / reference.objects.length, denominator: 1 };
  if (moves.length > 0) {
    values['leftGrid'] = oneIf(walk.hasLeftGrid);
    values['answerMoves'] = { numerator: moves.length, denominator: 1 };
    if (!isGold) values['obstaclesPassed'] = { numerator: walk.obstacles, denominator: 1 };
    if (walk.hasLeftGrid || walk.obstacles > 0) values['legalMoves'] = { numerator: walk.legalMoves, denominator: 1 };
  }
  return values;
}

/** Squares that a CoT names. */
interface NamedSquares {
  readonly ends: readonly Cell[];
  readonly objects: readonly Cell[];
}

/** From the last “Source:” on, as the authors' evaluator. */
function readPaperCot(response: string): NamedSquares {
  const from = response.lastIndexOf('Source:');
  const [first = '', second = ''] = from === -1 ? [] : response.slice(from).split('\n');
  const cellsIn = (line: string): Cell[] =>
    Array.from(line.matchAll(/\( ?([a-z]), ([a-z])\)/g), ([, row = '', column = '']) => ({ row: indexOf(row), column: indexOf(column) }));
  return { ends: /^Source:.*Destination:/.test(first) ? cellsIn(first) : [], objects: second.startsWith('Collect objects:') ? cellsIn(second) : [] };
}

function indexOf(letter: string): number {
  return letter.charCodeAt(0) - 'a'.charCodeAt(0);
}

/** From the last token `source` on. */
function readCompactCot(response: string): NamedSquares {
  const words = response.split(' ');
  const from = words.lastIndexOf('source');
  if (from === -1) return { ends: [], objects: [] };
  const [first = '', second = ''] = words.slice(from).join(' ').split('\n');
  const cellsIn = (line: string): Cell[] =>
    Array.from(line.matchAll(/\br(\d+) c(\d+)(?= |$)/g), ([, row, column]) => ({ row: Number(row) - 1, column: Number(column) - 1 }));
  return { ends: first.includes(' destination ') ? cellsIn(first) : [], objects: second.startsWith(' collect ') ? cellsIn(second) : [] };
}

function isSameSet(found: readonly Cell[], expected: readonly Cell[], isOrdered: boolean): boolean {
  const keys = (cells: readonly Cell[]): string[] => {
    const texts = cells.map(({ row, column }) => `${row},${column}`);
    return isOrdered ? texts : texts.sort();
  };
  return keys(found).join(';') === keys(expected).join(';');
}

function share(key: string, label: string, help: string): FailureMetric {
  return { key, label, help, unit: 'share', isOverExamples: true };
}
