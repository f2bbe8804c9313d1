/** SMART-101 puzzle 81: boards of different widths lie on each other; how many are seen from above (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import { rectangle } from '../../render/scene.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, PICTURE_PX, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** From the top down: a board is seen when it is wider than all above. Px, even. */
  readonly widths: readonly number[];
  readonly colours: readonly ColourName[];
  readonly heightPx: number;
}

const WIDEST_PX = 190;
const NARROWEST_PX = 40;

export const boardsFromAbove = family<Facts>({
  id: 81,
  name: 'Boards from above',
  skill: 'logic',
  answer: { kind: 'integer', classes: 9 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const count = rng.between(4, 8);
    const ranks = ranksWithSeen(count, rng.between(1, Math.min(count, 6)), rng);
    const stepPx = Math.floor((WIDEST_PX - NARROWEST_PX) / count);
    const widths = ranks.map((rank) => NARROWEST_PX + rank * stepPx + rng.below(Math.floor(stepPx / 2)));
    return { widths: widths.map((width) => width - (width % 2)), colours: rng.sample(COLOUR_NAMES, count), heightPx: rng.between(14, 22) };
  },
  answerOf: ({ widths }) => widths.filter((width, i) => widths.slice(0, i).every((above) => above < width)).length,
  scene({ widths, colours, heightPx }) {
    const top = Math.floor((PICTURE_PX - widths.length * heightPx) / 2);
    return picture(
      widths.map((width, i) => rectangle((PICTURE_PX - width) / 2, top + i * heightPx, width, heightPx, COLOURS[colours[i] ?? 'blue'])),
      'a stack of boards',
    );
  },
  questions: [
    () => 'The picture shows a stack of boards from the side. How many boards can be seen from straight above?',
    () => 'A bird flies over this stack and looks straight down. Of how many boards does it see at least a part?',
    () =>
      'Boards of different widths lie on each other. A wide board hides all narrower ones below it. How many are not hidden when you look down from above?',
  ],
});

/** An order of 0 to count - 1, from the top, in which `seen` are larger than all before: each board is put among those above it, and the seen ones come last there. */
function ranksWithSeen(count: number, seen: number, rng: Rng): readonly number[] {
  const places = Array.from({ length: count - 1 }, (_, i) => i + 1);
  const isSeen = new Set([0, ...rng.sample(places, seen - 1)]);
  const byWidth: number[] = [];
  for (let place = 0; place < count; place++) byWidth.splice(isSeen.has(place) ? place : rng.below(place), 0, place);
  return Array.from({ length: count }, (_, place) => byWidth.indexOf(place));
}
