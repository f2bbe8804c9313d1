/** Takes the lines that are drawn as streets and searches, letter by letter, outwards over their crossings. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const word = /spell(?: the word)? ([A-Z]{4,})|letters of ([A-Z]{4,})/.exec(question)?.slice(1).find(Boolean);
  if (word === undefined) throw new Error(question);
  const lines = linesOf(scene);
  const across = lines.filter(({ y1, y2 }) => y1 === y2).map(({ y1 }) => y1);
  const down = lines.filter(({ x1, x2 }) => x1 === x2).map(({ x1 }) => x1);
  const [rows, columns] = [across.toSorted((a, b) => a - b), down.toSorted((a, b) => a - b)];
  const crossingOf = (letter: string): readonly [number, number] => {
    const text = textsOf(scene).find((shape) => shape.text === letter);
    const [column, row] = [columns.indexOf(text?.x ?? -1), rows.indexOf(text?.y ?? -1)];
    if (column < 0 || row < 0) throw new Error(`${letter} is not on a crossing`);
    return [column, row];
  };
  const places = [...word].map(crossingOf);
  return places.slice(1).reduce((sum, to, i) => sum + stepsBetween(places[i] ?? to, to, columns.length, rows.length), 0);
};

function stepsBetween(from: readonly [number, number], to: readonly [number, number], columns: number, rows: number): number {
  const seen = new Map([[String(from), 0]]);
  for (const [here, steps] of seen) {
    if (here === String(to)) return steps;
    const [x = 0, y = 0] = here.split(',').map(Number);
    for (const [nextX, nextY] of [[x - 1, y] as const, [x + 1, y] as const, [x, y - 1] as const, [x, y + 1] as const]) {
      const isOn = nextX >= 0 && nextY >= 0 && nextX < columns && nextY < rows;
      if (isOn && !seen.has(`${nextX},${nextY}`)) seen.set(`${nextX},${nextY}`, steps + 1);
    }
  }
  throw new Error('no way');
}
