/** Letters on yellow squares are keys: those of one x name rows, those of one y columns. Checks the example, then decodes the other code. */
import { colourNameOf } from './colours.ts';
import { rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const keys = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) === 'yellow');
  const letters = textsOf(scene);
  const isKey = ({ x, y }: { x: number; y: number }): boolean =>
    keys.some((key) => x > key.x && x < key.x + key.width && y > key.y && y < key.y + key.height);
  const left = Math.min(...letters.map(({ x }) => x));
  const decode = (pair: string): string => {
    const row = letters.find((letter) => isKey(letter) && letter.x === left && letter.text === pair[0]);
    const column = letters.find((letter) => isKey(letter) && letter.x !== left && letter.text === pair[1]);
    const found = letters.find((letter) => !isKey(letter) && letter.y === row?.y && letter.x === column?.x);
    if (found === undefined) throw new Error(`no place for ${pair}`);
    return found.text;
  };
  const read = (code: string): string => code.split(' ').map(decode).join('');
  const codes = question.match(/\b[A-Z]{2}(?: [A-Z]{2})+\b/g) ?? [];
  const example = /\b[A-Z]{3,}\b/.exec(question)?.[0];
  const [, word] = codes;
  if (codes.length !== 2 || word === undefined || example !== read(codes[0] ?? '')) throw new Error(`example does not hold: ${question}`);
  return Array.from(read(word), (letter) => letter.charCodeAt(0) - 65);
};
