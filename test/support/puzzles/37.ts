/** Colours the rooms of the plan by flooding between black walls, joins them by the orange doors, and steps outwards from A. */
import { isFill, rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const SIDE = 224;

export const solve: Solver = ({ scene }) => {
  const room = new Int16Array(SIDE * SIDE).fill(-1);
  const shapes = rectanglesOf(scene);
  for (const { x, y, width, height } of shapes.filter((shape) => isFill(shape, [0, 0, 0]))) {
    for (let row = y; row < y + height; row++) room.fill(-2, row * SIDE + x, row * SIDE + x + width);
  }
  let rooms = 0;
  for (let i = 0; i < room.length; i++) if (room[i] === -1) flood(room, i, rooms++);
  const joined = shapes
    .filter((shape) => isFill(shape, [245, 130, 32]))
    .map(({ x, y, width, height }) => {
      const [middleX, middleY] = [Math.round(x + width / 2), Math.round(y + height / 2)];
      const [dx, dy] = width < height ? [width, 0] : [0, height];
      return [room[(middleY - dy) * SIDE + middleX - dx] ?? -1, room[(middleY + dy) * SIDE + middleX + dx] ?? -1];
    });
  const roomOf = (letter: string): number => {
    const text = textsOf(scene).find((shape) => shape.text === letter);
    return room[Math.round(text?.y ?? 0) * SIDE + Math.round(text?.x ?? 0)] ?? -1;
  };
  const distances = new Map([[roomOf('A'), 0]]);
  for (const [here, far] of distances) {
    for (const door of joined) {
      if (!door.includes(here)) continue;
      for (const next of door) if (!distances.has(next)) distances.set(next, far + 1);
    }
  }
  return distances.get(roomOf('B')) ?? -1;
};

function flood(room: Int16Array, start: number, name: number): void {
  const stack = [start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (room[at] !== -1) continue;
    room[at] = name;
    stack.push(at - 1, at + 1, at - SIDE, at + SIDE);
  }
}
