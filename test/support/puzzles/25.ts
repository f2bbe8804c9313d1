/** Reads the hands as the two lines from the middle, the shorter one being the hour hand. */
import { linesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const [x, y] = [scene.widthPx / 2, scene.heightPx / 2];
  const hands = linesOf(scene)
    .filter(({ x1, y1 }) => Math.hypot(x1 - x, y1 - y) < 1)
    .map(({ x2, y2 }) => ({ length: Math.hypot(x2 - x, y2 - y), turn: Math.atan2(x2 - x, y - y2) / (2 * Math.PI) }))
    .toSorted((a, b) => a.length - b.length);
  const [hour, minute] = hands;
  if (hands.length !== 2 || hour === undefined || minute === undefined || Math.abs(minute.turn) > 0.001) throw new Error('hands of a full hour');
  const shown = Math.round(hour.turn * 12 + 12) % 12; // 12 reads as 0
  const hours = Number(/(\d+) hours?/.exec(question)?.[1]);
  const half = /(before|exactly at|after) noon/.exec(question)?.[1];
  if ((half === 'exactly at') !== (shown === 0)) throw new Error(`${shown} o'clock in: ${question}`);
  return shown + (half === 'before' ? 0 : 12) - hours;
};
