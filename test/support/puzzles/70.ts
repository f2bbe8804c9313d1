/** Reads cards as the discs near a place, and tries all ways of filling the board row by row. */
import { colourNameOf } from './colours.ts';
import { discsOf, far, letterBeside, only } from './placed.ts';
import type { Place } from './placed.ts';
import { rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const PLACES = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

export const solve: Solver = ({ scene }) => {
  const squares = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) === 'white');
  const size = Math.max(...squares.map(({ width }) => width));
  const middles = (isLarge: boolean): Place[] =>
    squares
      .filter(({ width }) => (width === size) === isLarge)
      .map(({ x, y, width, height }) => [x + width / 2, y + height / 2] as const)
      .toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  const cardAt = (at: Place): string => {
    const dots = discsOf(scene).filter((disc) => far(disc.at, at) < size / 2);
    return dots.length === 0 ? '' : `${colourNameOf(dots[0]?.fill ?? [0, 0, 0])} ${dots.length}`;
  };
  const [board, candidates] = [middles(true), middles(false)];
  const given = board.map(cardAt);
  const mark = textsOf(scene).find(({ text }) => text === '?');
  const asked = board.findIndex((at) => mark !== undefined && far(at, [mark.x, mark.y]) < 2);
  const all = [...given, ...candidates.map(cardAt)].filter((card) => card !== '').map((card) => card.split(' '));
  const colours = threeOf(all.map(([colour = '']) => colour));
  const counts = threeOf(all.map(([, count = '']) => count));
  const answers = new Set(completions(given, [], colours, counts).map((filled) => filled[asked] ?? ''));
  const right = only([...answers]);
  return letterBeside(scene, only(candidates.filter((at) => cardAt(at) === right)));
};

/** Three different names; one that is never shown is called "other". */
function threeOf(names: readonly string[]): string[] {
  return [...new Set(names), 'other', 'another'].slice(0, 3);
}

function completions(
  given: readonly string[],
  filled: readonly string[],
  colours: readonly string[],
  counts: readonly string[],
): (readonly string[])[] {
  const place = filled.length;
  if (place === PLACES.length) return [filled];
  const cards = given[place] === '' ? colours.flatMap((colour) => counts.map((count) => `${colour} ${count}`)) : [given[place] ?? ''];
  return cards.filter((card) => fits(card, place, filled)).flatMap((card) => completions(given, [...filled, card], colours, counts));
}

function fits(card: string, place: number, filled: readonly string[]): boolean {
  const [colour, count] = card.split(' ');
  return filled.every((other, i) => {
    if (other === card) return false;
    if (i % 3 !== place % 3 && Math.floor(i / 3) !== Math.floor(place / 3)) return true;
    const [otherColour, otherCount] = other.split(' ');
    return colour !== otherColour && count !== otherCount;
  });
}
