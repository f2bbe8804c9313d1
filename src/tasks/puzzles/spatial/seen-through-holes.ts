/** SMART-101 puzzle 69: a card with holes is laid on a card with coloured dots; what shows (spec/smarter-vlm 4.4). Sizes and kinds of wrong candidates are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Rgb, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, dot as discAt, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const [COLUMNS, ROWS] = [3, 5];
const PLACES = Array.from({ length: COLUMNS * ROWS }, (_, i) => i);
const DOTS = ['red', 'blue', 'green', 'yellow'] as const;
const CARD: Rgb = [178, 138, 96];

/** By place, row by row: a colour, 'empty' (nothing, or a hole above nothing) or 'card' (no hole). */
type Card = readonly ('empty' | 'card' | (typeof DOTS)[number])[];

interface Facts {
  readonly holes: Card;
  readonly dots: Card;
  readonly candidates: Candidates<Card>;
}

export const seenThroughHoles = family<Facts>({
  id: 69,
  name: 'Seen through holes',
  skill: 'spatial',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const open = rng.sample(PLACES, rng.between(3, 4));
    const dotted = rng.sample(PLACES, rng.between(6, 12));
    const holes: Card = PLACES.map((place) => (open.includes(place) ? 'empty' : 'card'));
    const dots: Card = PLACES.map((place) => (dotted.includes(place) ? pick(DOTS, rng) : 'empty'));
    const seen = through(holes, dots);
    if (seen.filter(isDot).length < 2) return null;
    const candidates = amongWrong(seen, rng.shuffle(wrongViews(holes, dots, rng)), rng);
    return candidates === null ? null : { holes, dots, candidates };
  },
  answerOf: ({ candidates }) => candidates.right,
  scene: ({ holes, dots, candidates }) =>
    picture(
      [
        ...drawCard(holes, 38, 18, 18, 7),
        ...drawCard(dots, 132, 18, 18, 7),
        ...candidates.shown.flatMap((card, i) => [...drawCard(card, 16 + 39 * i, 121, 12, 4.5), words(letterOf(i), 34 + 39 * i, 198, 17)]),
      ],
      'two cards and five candidates',
    ),
  questions: [
    () => 'The card with holes is laid on the card with dots so that their edges meet; neither is turned. Which of A to E is then seen?',
    () => 'Put the left card exactly on top of the right card, without turning either. What do you see?',
    () => 'Mia covers the dotted card with the card that has holes, as both lie here. Which picture shows what she sees?',
  ],
});

function isDot(place: Card[number]): boolean {
  return place !== 'empty' && place !== 'card';
}

function through(holes: Card, dots: Card): Card {
  return holes.map((hole, place) => (hole === 'card' ? 'card' : (dots[place] ?? 'empty')));
}

/** Holes mirrored, moved or turned upside down; the right view mirrored; one dot or one hole changed. */
function wrongViews(holes: Card, dots: Card, rng: Rng): readonly Card[] {
  const seen = through(holes, dots);
  const [one = 0, other = 0] = rng.sample(PLACES.filter((place) => seen[place] !== 'card'), 2); // prettier-ignore
  const closed = pick(PLACES.filter((place) => seen[place] === 'card'), rng); // prettier-ignore
  const changed = pick((['empty', ...DOTS] as const).filter((dot) => dot !== seen[one]), rng); // prettier-ignore
  const swapped: Card = seen.map((dot, place) => (place === one ? (seen[other] ?? dot) : place === other ? (seen[one] ?? dot) : dot));
  const moved = through(holes.map((hole, place) => (place === one ? 'card' : place === closed ? 'empty' : hole)), dots); // prettier-ignore
  return [
    seen.map((dot, place) => (place === one ? changed : dot)),
    ...[swapped, moved, mirrored(seen), [...seen].reverse()],
    ...[through(mirrored(holes), dots), through([...holes].reverse(), dots), through(holes, mirrored(dots))],
  ];
}

function mirrored(card: Card): Card {
  return PLACES.map((place) => card[place - (place % COLUMNS) + COLUMNS - 1 - (place % COLUMNS)] ?? 'empty');
}

function drawCard(card: Card, x: number, y: number, cellPx: number, dotPx: number): readonly Shape[] {
  const isHoled = card.includes('card');
  const [width, height] = [COLUMNS * cellPx, ROWS * cellPx];
  const ground = isHoled ? CARD : WHITE;
  return [
    ...(isHoled ? [] : [rectangle(x - 2, y - 2, width + 4, height + 4, BLACK)]),
    rectangle(x, y, width, height, ground),
    ...card.flatMap((dot, place) => {
      if (dot === 'card' || (dot === 'empty' && !isHoled)) return [];
      const [cx, cy] = [x + ((place % COLUMNS) + 0.5) * cellPx, y + (Math.floor(place / COLUMNS) + 0.5) * cellPx];
      return [discAt(cx, cy, dotPx, dot === 'empty' ? WHITE : COLOURS[dot])];
    }),
  ];
}
