/** SMART-101 puzzle 68: a clear card with dots is flipped over some of its edges; how does it look then (spec/smarter-vlm 4.4). Sizes and palette are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, disc, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const COLUMNS = 4;
const DOTS = ['red', 'blue', 'green', 'yellow'] as const;
const EDGES = ['left', 'right', 'top', 'bottom'] as const;

/** Rows from the top; null where there is no dot. */
type Card = readonly (readonly ((typeof DOTS)[number] | null)[])[];

interface Facts {
  readonly card: Card;
  readonly flips: readonly (typeof EDGES)[number][];
  readonly candidates: Candidates<Card>;
}

const [CELL_PX, CANDIDATE_CELL_PX, PITCH_PX] = [22, 8.5, 38.5];

export const flippedCard = family<Facts>({
  id: 68,
  name: 'Flipped card',
  skill: 'spatial',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const rows = rng.between(2, 4);
    const card: Card = Array.from({ length: rows }, () => Array.from({ length: COLUMNS }, () => (rng.chance(0.7) ? pick(DOTS, rng) : null)));
    const flips = Array.from({ length: rng.between(1, 3) }, () => pick(EDGES, rng));
    const right = flips.reduce(flipped, card);
    const mirrors = [right, sideways(right), upsideDown(right), sideways(upsideDown(right))];
    if (new Set(mirrors.map((mirror) => JSON.stringify(mirror))).size < mirrors.length) return null;
    const wrong = [...mirrors.slice(1), ...mirrors.map((mirror) => changed(mirror, rng))];
    const candidates = amongWrong(right, rng.shuffle(wrong), rng);
    return candidates === null ? null : { card, flips, candidates };
  },
  answerOf: ({ candidates }) => candidates.right,
  scene: ({ card, candidates }) =>
    picture(
      [
        ...drawCard(card, 112, 68, CELL_PX),
        ...candidates.shown.flatMap((candidate, i) => {
          const x = 112 + PITCH_PX * (i - 2);
          return [...drawCard(candidate, x, 156, CANDIDATE_CELL_PX), words(letterOf(i), x, 193, 18)];
        }),
      ],
      'a card with coloured dots and five candidates',
    ),
  questions: [
    ({ flips }) => `The upper card is clear, so its dots show on both sides. It is flipped over its ${inWords(flips)}. How does it look then?`,
    ({ flips }) => `Eva turns the big see-through card over, around its ${inWords(flips)}. Which of A to E does she get?`,
    ({ flips }) => `Imagine the large card as clear plastic and flip it across its ${inWords(flips)}. Which small picture shows the result?`,
  ],
});

function inWords(flips: Facts['flips']): string {
  return flips.map((edge) => `${edge} edge`).join(', then over its ');
}

function flipped(card: Card, edge: (typeof EDGES)[number]): Card {
  return edge === 'left' || edge === 'right' ? sideways(card) : upsideDown(card);
}

function sideways(card: Card): Card {
  return card.map((row) => [...row].reverse());
}

function upsideDown(card: Card): Card {
  return [...card].reverse();
}

/** One place with another dot, or none. */
function changed(card: Card, rng: Rng): Card {
  const [y, x] = [rng.below(card.length), rng.below(COLUMNS)];
  const other = pick([...DOTS, null].filter((dot) => dot !== card[y]?.[x]), rng); // prettier-ignore
  return card.map((row, j) => row.map((dot, i) => (i === x && j === y ? other : dot)));
}

/** A card around (x, y). */
function drawCard(card: Card, x: number, y: number, cellPx: number): readonly Shape[] {
  const [width, height] = [COLUMNS * cellPx, card.length * cellPx];
  const [left, top] = [x - width / 2, y - height / 2];
  return [
    rectangle(left - 2, top - 2, width + 4, height + 4, BLACK),
    rectangle(left, top, width, height, WHITE),
    ...card.flatMap((row, j) =>
      row.flatMap((dot, i) => (dot === null ? [] : [disc(left + (i + 0.5) * cellPx, top + (j + 0.5) * cellPx, 0.4 * cellPx, COLOURS[dot])])),
    ),
  ];
}
