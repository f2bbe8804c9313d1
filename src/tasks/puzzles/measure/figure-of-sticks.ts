/** SMART-101 puzzle 92: equal sticks, upright and flat, side by side; the width or height of the whole (spec/smarter-vlm 4.4). Drawn to scale; layout is ours. */
import type { Rgb, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Of one stick, cm. */
  readonly long: number;
  readonly short: number;
  /** Along the side asked for: 0 is one stick across it, a number is a pile of so many sticks along it. */
  readonly piles: readonly number[];
  readonly side: 'wide' | 'high';
  readonly wood: keyof typeof WOODS;
}

const WOODS = { light: [240, 205, 140], reddish: [230, 160, 110], green: [165, 210, 140] } as const satisfies Record<string, Rgb>;
const [ROOM_PX, BORDER_PX, THINNEST_PX] = [190, 2, 8];

export const figureOfSticks = family<Facts>({
  id: 92,
  name: 'Figure of sticks',
  skill: 'measure',
  answer: { kind: 'integer', classes: 60 },
  options: { kind: 'wide', minimum: 1 },
  draw(rng) {
    const short = rng.between(1, 4);
    const long = short * 2 + rng.between(1, 6);
    const piles = Array.from({ length: rng.between(3, 7) }, () => (rng.chance(0.5) ? 0 : rng.between(1, Math.floor(long / short))));
    const facts: Facts = { long, short, piles, side: pick(['wide', 'high'], rng), wood: pick(['light', 'reddish', 'green'], rng) };
    const isMixed = piles.includes(0) && piles.some((pile) => pile > 0);
    return isMixed && lengthOf(facts) < 60 && scaleOf(facts) * short >= THINNEST_PX ? facts : null;
  },
  answerOf: (facts) => lengthOf(facts),
  scene: (facts) => picture(drawSticks(facts), 'sticks, upright and flat'),
  questions: [
    (facts) => `All sticks are ${facts.long} cm long and ${facts.short} cm thick. How many centimetres ${facts.side} is the whole figure?`,
    (facts) => `Tom has laid equal sticks of ${facts.short} cm by ${facts.long} cm without gaps. What is the ${sideName(facts)} of his figure in cm?`,
    (facts) => `A stick measures ${facts.long} cm by ${facts.short} cm. Find the ${sideName(facts)}, in cm, of the figure made of such sticks.`,
  ],
});

function sideName({ side }: Facts): string {
  return side === 'wide' ? 'width' : 'height';
}

/** Of the side asked for, cm. */
function lengthOf({ long, short, piles }: Facts): number {
  return piles.reduce((sum, pile) => sum + (pile === 0 ? short : long), 0);
}

/** Px of one cm: the figure fills the picture, and a stick is 90 px long at most. */
function scaleOf(facts: Facts): number {
  return Math.min(ROOM_PX / lengthOf(facts), 90 / facts.long);
}

function drawSticks(facts: Facts): readonly Shape[] {
  const { long, short, piles, side, wood } = facts;
  const px = scaleOf(facts);
  const isWide = side === 'wide';
  // Along the side asked for, and across it; in a wide figure all stand on the ground, in a high one all begin at the left.
  const [along0, across0] = [112 - (px * lengthOf(facts)) / 2, 112 - (px * long) / 2];
  const stick = (along: number, across: number, alongCm: number, acrossCm: number): readonly Shape[] => {
    const [from, size] = [along0 + px * along, px * alongCm];
    const [low, height] = [across0 + px * (isWide ? long - across - acrossCm : across), px * acrossCm];
    const [x, y, width, tall] = isWide ? [from, low, size, height] : [low, from, height, size];
    const half = BORDER_PX / 2;
    return [
      rectangle(x - half, y - half, width + BORDER_PX, tall + BORDER_PX, BLACK),
      rectangle(x + half, y + half, width - BORDER_PX, tall - BORDER_PX, WOODS[wood]),
    ];
  };
  return piles.flatMap((pile, i) => {
    const begin = lengthOf({ ...facts, piles: piles.slice(0, i) });
    if (pile === 0) return stick(begin, 0, short, long);
    return Array.from({ length: pile }, (_, layer) => stick(begin, layer * short, long, short)).flat();
  });
}
