/**
 * Checks Grid Navigation from its rendered forms alone: reads a grid from either text or from pixels, searches it again with a search of its own (written from spec/s2h 3.3,
 * as a loop with a stack where the generator recurses), writes the CoT that this gives, and walks the answer under the strict rules. It uses nothing of the generator but
 * the list of symbols.
 */
import { SYMBOLS } from '../../src/tasks/render/symbols.ts';

/** Squares as words, `[rows][columns]`: S, D, O or a name. */
export type Board = readonly (readonly string[])[];

export type Place = readonly [row: number, column: number];

const OBJECTS = SYMBOLS.filter(({ role }) => role === 'object').map(({ name }) => name);
const OBSTACLES = SYMBOLS.filter(({ role }) => role === 'obstacle').map(({ name }) => name);
const DIRECTIONS: readonly (readonly [string, number, number])[] = [
  ['up', -1, 0],
  ['down', 1, 0],
  ['left', 0, -1],
  ['right', 0, 1],
];

export function isObstacle(word: string): boolean {
  return OBSTACLES.includes(word);
}

export function isObject(word: string): boolean {
  return OBJECTS.includes(word);
}

/** ` & a & b` / ` a & S & O`. */
export function readPaperGrid(text: string): Board {
  if (!text.endsWith('\n')) throw new Error('x(t) ends without a line break');
  const [header = '', ...lines] = text.slice(0, -1).split('\n');
  const columns = header.split(' & ').length - 1;
  if (header !== ` & ${[...'abcdefghijkl'].slice(0, columns).join(' & ')}`) throw new Error(`header ${header}`);
  return lines.map((line, row) => {
    const [letter, ...words] = line.slice(1).split(' & ');
    if (line[0] !== ' ' || letter !== 'abcdefghijkl'[row] || words.length !== columns) throw new Error(`row ${line}`);
    return words.map(checkedWord);
  });
}

/** `grid c1 c2 \n r1 S O \n`. */
export function readCompactGrid(text: string): Board {
  const lines = text.split('\n').map((line) => line.trim().split(' '));
  if (lines.pop()?.join('') !== '') throw new Error('compact x(t) ends without a line break');
  const [header = [], ...body] = lines;
  const columns = header.length - 1;
  if (header.join(' ') !== ['grid', ...Array.from({ length: columns }, (_, i) => `c${i + 1}`)].join(' '))
    throw new Error(`header ${header.join(' ')}`);
  return body.map(([index, ...words], row) => {
    if (index !== `r${row + 1}` || words.length !== columns) throw new Error(`row ${words.join(' ')}`);
    return words.map(checkedWord);
  });
}

function checkedWord(word: string): string {
  if (word === 'S' || word === 'D' || word === 'O' || isObject(word) || isObstacle(word)) return word;
  throw new Error(`no square: ${word}`);
}

export function findWord(board: Board, word: string): Place {
  const row = board.findIndex((line) => line.includes(word));
  const column = board[row]?.indexOf(word) ?? -1;
  const others = board.reduce((count, line) => count + line.filter((found) => found === word).length, 0);
  if (others !== 1) throw new Error(`${others} squares hold ${word}`);
  return [row, column];
}

export function distance([a, b]: Place, [c, d]: Place): number {
  return Math.abs(a - c) + Math.abs(b - d);
}

interface Tried {
  readonly direction: string;
  readonly to: Place;
  /** As the paper's CoT writes it. */
  readonly why: string;
}

export interface Listed {
  readonly at: Place;
  readonly picked: string;
  readonly tried: readonly Tried[];
  /** Null: retrace. */
  readonly taken: { readonly direction: string; readonly to: Place } | null;
}

interface Frame {
  readonly at: Place;
  readonly options: (readonly [string, number, number])[];
  tried: Tried[];
  collected: number;
  seen: Set<string>;
  current: string;
}

/** The whole search: what it lists, and the path; null where there is none. Gives up above `limit` listed states. */
export function solve(board: Board, order: readonly string[], limit = 5000): { listed: readonly Listed[]; path: readonly string[] } | null {
  const targets = [...order.map((name) => findWord(board, name)), findWord(board, 'D')];
  const listed: Listed[] = [];
  const path: string[] = [];
  let picked = '';

  const enter = (at: Place, collected: number, seen: Set<string>): Frame => {
    seen.add(at.join());
    const [row, column] = targets[collected] ?? at;
    const key = ([, dr, dc]: readonly [string, number, number]): [number, number] => {
      const [y, x] = [at[0] + dr - row, at[1] + dc - column];
      return [Math.abs(y) + Math.abs(x), y * y + x * x];
    };
    const options = [...DIRECTIONS].sort((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1]);
    return { at, options, tried: [], collected, seen, current: '' };
  };

  const stack = [enter(findWord(board, 'S'), 0, new Set())];
  while (stack.length > 0 && listed.length <= limit) {
    const frame = stack.at(-1);
    if (frame === undefined) break;
    const option = frame.options.shift();
    if (option === undefined) {
      listed.push({ at: frame.at, picked, tried: frame.tried, taken: null });
      picked = '';
      stack.pop();
      path.pop();
      const parent = stack.at(-1);
      if (parent !== undefined) parent.tried = [...parent.tried, { direction: parent.current, to: frame.at, why: 'visited' }];
      continue;
    }
    const [direction, dr, dc] = option;
    const to: Place = [frame.at[0] + dr, frame.at[1] + dc];
    const word = board[to[0]]?.[to[1]];
    const why = refusal(word, frame.seen.has(to.join()), order, frame.collected);
    if (why !== null) {
      frame.tried = [...frame.tried, { direction, to, why }];
      continue;
    }
    listed.push({ at: frame.at, picked, tried: frame.tried, taken: { direction, to } });
    picked = '';
    path.push(direction);
    frame.current = direction;
    if (word === order[frame.collected]) {
      picked = word ?? '';
      frame.collected += 1;
      frame.seen = new Set();
    }
    if (word === 'D' && frame.collected === order.length) return { listed, path };
    stack.push(enter(to, frame.collected, frame.seen));
  }
  return null;
}

function refusal(word: string | undefined, isSeen: boolean, order: readonly string[], collected: number): string | null {
  if (word === undefined) return 'outside';
  if (isSeen) return 'visited';
  if (isObstacle(word)) return `closed( ${word})`;
  if (order.indexOf(word) > collected) return `future-collect ( ${order[collected] ?? ''})`;
  return word === 'D' && collected < order.length ? 'future-collect (destination)' : null;
}

/** The paper's CoT of a grid, with the order of its objects and its palette given. */
export function paperCotOf(board: Board, order: readonly string[], palette: readonly string[], listed: readonly Listed[]): string {
  const at = (place: Place): string => place.map((i) => String.fromCharCode(97 + i)).join(', ');
  const lines = [
    'We follow a depth first search, always moving towards the destination.',
    `Source:( ${at(findWord(board, 'S'))}) Destination:( ${at(findWord(board, 'D'))})`,
    `Collect objects: ${order.map((name) => `${name}( ${at(findWord(board, name))})`).join(' ')}`,
    `Avoid ${palette.join(' ')}`,
  ];
  for (const { at: place, picked, tried, taken } of listed) {
    lines.push(picked === '' ? ` ${at(place)}:` : ` ${at(place)}: Collect ${picked}`);
    for (const { direction, to, why } of tried) lines.push(` ${direction}: ${at(to)} ${why}`);
    lines.push(taken === null ? 'No available actions. retrace 1 step' : ` ${taken.direction}: ${at(taken.to)} okay`);
  }
  return lines.join('\n');
}

/** The compact CoT of the same. */
export function compactCotOf(board: Board, order: readonly string[], palette: readonly string[], listed: readonly Listed[]): string {
  const at = ([row, column]: Place): string => `r${row + 1} c${column + 1}`;
  const lines = [
    `source ${at(findWord(board, 'S'))} destination ${at(findWord(board, 'D'))}`,
    ['collect', ...order.map((name) => `${name} ${at(findWord(board, name))}`)].join(' '),
    ['avoid', ...palette].join(' '),
    ...listed.map(({ at: place, picked, tried, taken }) => {
      const reasons = tried.map(({ direction, to, why }) => `${direction} ${at(to)} ${why.replaceAll(/[()]/g, '').replaceAll(/ +/g, ' ')}`);
      const last = taken === null ? 'retrace' : `${taken.direction} ${at(taken.to)} okay`;
      return [at(place), ...(picked === '' ? [] : [`collect ${picked}`]), ...reasons, last].join(' ');
    }),
  ];
  return lines.map((line) => `${line} \n`).join(' ');
}

/** Says what is wrong with a walk, or null: it must stay inside, enter no obstacle, pass all objects, and end on the destination for the first time. */
export function faultOfWalk(board: Board, moves: readonly string[]): string | null {
  let [row, column] = findWord(board, 'S');
  const left = new Set(board.flat().filter(isObject));
  for (const [i, move] of moves.entries()) {
    const [, dr, dc] = DIRECTIONS.find(([name]) => name === move) ?? ['', 0, 0];
    if (dr === 0 && dc === 0) return `no move: ${move}`;
    row += dr;
    column += dc;
    const word = board[row]?.[column];
    if (word === undefined) return `move ${i} leaves the grid`;
    if (isObstacle(word)) return `move ${i} enters ${word}`;
    left.delete(word);
    if (word === 'D') return i < moves.length - 1 ? 'moves after the destination' : left.size > 0 ? `not collected: ${[...left].join()}` : null;
  }
  return 'the destination is not reached';
}
