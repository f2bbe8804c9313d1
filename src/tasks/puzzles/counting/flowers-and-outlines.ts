/** SMART-101 puzzle 14: flowers and two outlines; how many are inside or outside each of them (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import { icon } from '../draw/icons.ts';
import type { Region } from '../draw/outlines.ts';
import { drawOutlines, drawRegion, isAskedFor, placeAmong, placeText } from '../draw/outlines.ts';
import { moved, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly region: Region;
  readonly flowers: readonly Point[];
}

const FLOWER_PX = 7;
const FLOWER = icon('flower', 0, 0, FLOWER_PX);
/** Between a flower's middle and any outline: it never touches one. */
const MARGIN_PX = FLOWER_PX + 6;

/** Ours: of the draws with no or one flower where the question asks, this share is kept; else nearly every second answer were 0. */
const FEW_SHARE = 0.25;

export const flowersAndOutlines = family<Facts>({
  id: 14,
  name: 'Flowers and outlines',
  skill: 'counting',
  answer: { kind: 'integer', classes: 17 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const region = drawRegion(rng);
    const flowers = placeAmong(region, rng.between(5, 16), FLOWER_PX, MARGIN_PX, rng);
    if (flowers === null) return null;
    const isFew = flowers.filter((at) => isAskedFor(region, at)).length < 2;
    return isFew && !rng.chance(FEW_SHARE) ? null : { region, flowers };
  },
  answerOf: ({ region, flowers }) => flowers.filter((at) => isAskedFor(region, at)).length,
  scene: ({ region, flowers }) => picture([...drawOutlines(region), ...flowers.flatMap(([x, y]) => moved(FLOWER, x, y))], 'flowers and two outlines'),
  questions: [
    ({ region }) => `How many flowers are ${placeText(region, 0)} and ${placeText(region, 1)}?`,
    ({ region }) => `Look at the picture. Count the flowers that lie ${placeText(region, 0)} and also ${placeText(region, 1)}.`,
    ({ region }) => `Some flowers are ${placeText(region, 0)} and at the same time ${placeText(region, 1)}. How many are there?`,
  ],
});
