/** SMART-101 puzzle 90: two boxes with coins, every day some are added to each; when they hold the same (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import { BLACK, COLOURS, disc, INNER_PX, picture, polyline, ring, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Coins now and coins that are added each day, in the left and the right box. */
  readonly coins: readonly [number, number];
  readonly daily: readonly [number, number];
}

const CLASSES = 20;
const [COLUMNS, ROWS] = [4, 6];
const COIN_PX = 9;
const PITCH_PX = 20;
const BOX_PX = COLUMNS * PITCH_PX + 6;

export const coinsInTwoBoxes = family<Facts>({
  id: 90,
  name: 'Coins in two boxes',
  skill: 'math',
  answer: { kind: 'integer', classes: CLASSES },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const days = rng.between(1, 12);
    const [slow, faster] = [rng.between(1, 6), rng.between(1, 5)];
    const fewer = rng.between(0, 8);
    const more = fewer + faster * days;
    if (more > COLUMNS * ROWS) return null;
    return rng.chance(0.5) ? { coins: [more, fewer], daily: [slow, slow + faster] } : { coins: [fewer, more], daily: [slow + faster, slow] };
  },
  answerOf: ({ coins, daily }) => (coins[0] - coins[1]) / (daily[1] - daily[0]),
  scene: ({ coins }) =>
    picture([...boxShapes(INNER_PX.low, coins[0], 'left'), ...boxShapes(INNER_PX.high - BOX_PX, coins[1], 'right')], 'two boxes with coins'),
  questions: [
    ({ daily: [left, right] }) =>
      `Every day ${coinsText(left)} added to the left box and ${coinsText(right)} added to the right box. After how many days do both boxes hold the same number?`,
    ({ daily: [left, right] }) =>
      `Zoe saves coins in two boxes. From now on she puts ${left} into the left one and ${right} into the right one each day. In how many days will they be equal?`,
    ({ daily: [left, right] }) =>
      `The right box gains ${right} a day, the left box ${left} a day. How many days does it take until there are as many coins on the left as on the right?`,
  ],
});

function coinsText(count: number): string {
  return count === 1 ? '1 coin is' : `${count} coins are`;
}

/** A box that is open at the top, filled from the floor. */
function boxShapes(x: number, coins: number, name: string): readonly Shape[] {
  const floor = INNER_PX.high - 24;
  const top = floor - ROWS * PITCH_PX - 14;
  return [
    ...polyline(
      [
        [x + 2, top],
        [x + 2, floor],
        [x + BOX_PX - 2, floor],
        [x + BOX_PX - 2, top],
      ],
      4,
      COLOURS.brown,
    ),
    ...Array.from({ length: coins }, (_, i): readonly Shape[] => {
      const [coinX, coinY] = [x + 13 + (i % COLUMNS) * PITCH_PX, floor - 12 - Math.floor(i / COLUMNS) * PITCH_PX];
      return [disc(coinX, coinY, COIN_PX, COLOURS.yellow), ring(coinX, coinY, COIN_PX - 1, 2, BLACK)];
    }).flat(),
    words(name, x + BOX_PX / 2, floor + 14, 16),
  ];
}
