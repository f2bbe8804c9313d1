/** SMART-101 puzzle 100: a table of letters with a key letter per row and per column; decode a word (spec/smarter-vlm 4.4). Words are made up, so that no option looks more like a word. */
import type { Rng } from '../../../lib/rng.ts';
import type { Rgb, Shape } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import { cellMiddle, cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import { picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly rowKeys: readonly string[];
  readonly columnKeys: readonly string[];
  /** Letters row by row. */
  readonly table: readonly string[];
  readonly example: string;
  readonly word: string;
}

const LETTERS = Array.from({ length: 26 }, (_, i) => letterOf(i));
const VOWELS: readonly string[] = ['A', 'E', 'I', 'O', 'U'];
const CONSONANTS = LETTERS.filter((letter) => !VOWELS.includes(letter));
const KEY_FILL: Rgb = [250, 205, 50];

export const letterTable = family<Facts>({
  id: 100,
  name: 'Letter table',
  skill: 'logic',
  answer: { kind: 'sequence', classes: 27, pad: 26, symbols: 'letters' },
  options: { kind: 'own' },
  draw(rng) {
    const [columns, rows] = [rng.between(3, 5), rng.between(3, 5)];
    const vowels = rng.sample(VOWELS, rng.between(Math.max(2, columns * rows - CONSONANTS.length), 4));
    const others = rng.sample(CONSONANTS, columns * rows - vowels.length);
    const keys = rng.sample(LETTERS, columns + rows);
    const table = rng.shuffle([...vowels, ...others]);
    return {
      rowKeys: keys.slice(0, rows),
      columnKeys: keys.slice(rows),
      table,
      example: inventWord(table, 3, rng),
      word: inventWord(table, rng.between(3, 6), rng),
    };
  },
  answerOf: ({ word }) => classesOf(word),
  scene({ rowKeys, columnKeys, table }) {
    const [columns, rows] = [columnKeys.length, rowKeys.length];
    const lattice = centredLattice(columns + 1, rows + 1, 34);
    const cells = cellsOf(columns + 1, rows + 1).filter((cell) => String(cell) !== '0,0');
    return picture(
      cells.flatMap(([column, row]): readonly Shape[] => {
        const isKey = column === 0 || row === 0;
        const letter = column === 0 ? rowKeys[row - 1] : row === 0 ? columnKeys[column - 1] : table[(row - 1) * columns + column - 1];
        const [x, y] = cellMiddle(lattice, [column, row]);
        return [...cellSquare(lattice, [column, row], isKey ? KEY_FILL : WHITE), words(letter ?? '', x, y, 18)];
      }),
      'a table of letters with a key letter for each row and column',
    );
  },
  questions: [
    (facts) =>
      `Each letter is written as the key of its row and then the key of its column: ${facts.example} becomes ${coded(facts, facts.example)}. Which word becomes ${coded(facts, facts.word)}?`,
    (facts) =>
      `The yellow letters are keys. In this code ${coded(facts, facts.example)} means ${facts.example}: the first letter of a pair names a row, the second a column. What does ${coded(facts, facts.word)} mean?`,
    (facts) =>
      `Two robots talk in code. A pair of letters gives a row and a column of the table, so ${coded(facts, facts.example)} stands for ${facts.example}. One robot says ${coded(facts, facts.word)}. Which word is that?`,
  ],
  wrong: ({ table, word }, rng) => rng.sample(besides(table, word, rng), 4).map(classesOf),
});

function classesOf(word: string): readonly number[] {
  return Array.from(word, (letter) => LETTERS.indexOf(letter));
}

/** Consonants, all different, and vowels in turn. */
function inventWord(table: readonly string[], length: number, rng: Rng): string {
  const consonants = rng.shuffle(table.filter((letter) => CONSONANTS.includes(letter)));
  const vowels = table.filter((letter) => VOWELS.includes(letter));
  return Array.from({ length }, (_, i) => (i % 2 === 0 ? consonants[i / 2] : pick(vowels, rng))).join('');
}

function coded({ rowKeys, columnKeys, table }: Facts, word: string): string {
  const pairs = Array.from(word, (letter) => {
    const place = table.indexOf(letter);
    return `${rowKeys[Math.floor(place / columnKeys.length)]}${columnKeys[place % columnKeys.length]}`;
  });
  return pairs.join(' ');
}

/**
 * The five words that differ from the right one in one letter or two: one consonant is among three and one vowel among two. With any four of them the right one is not to be
 * told from the others, since each of the six words has the same relatives.
 */
function besides(table: readonly string[], word: string, rng: Rng): readonly string[] {
  const letters = [...word];
  const places = letters.map((_, i) => i);
  const [consonantAt, vowelAt] = [
    pick(
      places.filter((i) => i % 2 === 0),
      rng,
    ),
    pick(
      places.filter((i) => i % 2 === 1),
      rng,
    ),
  ];
  const consonants = rng.sample(
    table.filter((letter) => CONSONANTS.includes(letter) && !letters.includes(letter)),
    2,
  );
  const vowel = pick(
    table.filter((letter) => VOWELS.includes(letter) && letter !== letters[vowelAt]),
    rng,
  );
  const swapped = [word, ...consonants.map((consonant) => letters.with(consonantAt, consonant).join(''))];
  const all = swapped.flatMap((some) => [some, [...some].with(vowelAt, vowel).join('')]);
  return all.filter((other) => other !== word);
}
