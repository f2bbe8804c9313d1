/** SMART-101 puzzle 54: letters on the crossings of a lattice; the shortest walk that spells a word (spec/smarter-vlm 4.4). The words are ours: no letter twice. */
import type { Cell } from '../draw/cells.ts';
import { cellsOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { COLOURS, BLACK, disc, line, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const WORDS = [
  ...['TIGER', 'HORSE', 'WHALE', 'MOUSE', 'CLOUD', 'BREAD', 'STONE', 'OCEAN'],
  ...['PLANET', 'GARDEN', 'BRIDGE', 'FLOWER', 'WINTER', 'ISLAND', 'ROCKET', 'CASTLE', 'FOREST'],
  ...['DOLPHIN', 'PICTURE', 'MONSTER', 'RAINBOW', 'BLANKET', 'JOURNEY', 'COMPUTER', 'CHAMPION', 'DAUGHTER'],
] as const;

interface Facts {
  readonly word: string;
  /** Lines each way. */
  readonly side: number;
  /** Where each letter of the word stands. */
  readonly places: readonly Cell[];
}

const [LOW_PX, SPAN_PX, DISC_PX, LETTER_PX] = [28, 168, 11, 15];
/** Rasterised once. */
const [RIM, FACE] = [disc(0, 0, DISC_PX, BLACK), disc(0, 0, DISC_PX - 2, WHITE)];
const MAX_STEPS = 60;

export const spellAWord = family<Facts>({
  id: 54,
  name: 'Spell a word',
  skill: 'path',
  answer: { kind: 'integer', classes: MAX_STEPS + 1 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const [word, side] = [pick(WORDS, rng), rng.between(5, 7)];
    const facts: Facts = { word, side, places: rng.sample(cellsOf(side, side), word.length) };
    return stepsOf(facts) <= MAX_STEPS ? facts : null;
  },
  answerOf: stepsOf,
  scene({ word, side, places }) {
    const px = (place: number): number => LOW_PX + Math.round((place * SPAN_PX) / (side - 1));
    const [low, high] = [px(0), px(side - 1)];
    const lattice = Array.from({ length: side }, (_, i) => [
      line([low, px(i)], [high, px(i)], 2, COLOURS.grey),
      line([px(i), low], [px(i), high], 2, COLOURS.grey),
    ]);
    const letters = places.flatMap(([column, row], i) => {
      const [x, y]: Point = [px(column), px(row)];
      return [{ ...RIM, x, y }, { ...FACE, x, y }, words(word.charAt(i), x, y, LETTER_PX)];
    });
    return picture([...lattice.flat(), ...letters], 'letters on the crossings of a lattice');
  },
  questions: [
    ({ word }) =>
      `A ladybird sits on the letter ${word.charAt(0)} and crawls along the lines to spell ${word}, letter by letter. One step leads to a neighbouring crossing. What is the least number of steps?`,
    ({ word }) =>
      `Walk along the grey lines and visit the letters of ${word} in this order. Going from one crossing to the next is one unit. How many units long is the shortest walk from the first to the last letter?`,
    ({ word }) =>
      `Each side of a small square has length 1. You start at ${word.charAt(0)} and spell the word ${word} by moving along the lines. How long is your way at least?`,
  ],
});

/** Steps from letter to letter, across and down. */
function stepsOf({ places }: Facts): number {
  return places.slice(1).reduce((sum, [x, y], i) => {
    const [fromX, fromY] = places[i] ?? [x, y];
    return sum + Math.abs(x - fromX) + Math.abs(y - fromY);
  }, 0);
}
