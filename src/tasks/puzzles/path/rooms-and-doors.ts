/** SMART-101 puzzle 37: a floor plan with a door in each wall between two rooms; fewest doors from one room to another (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import { rectangle } from '../../render/scene.ts';
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { pickTwo } from '../draw/pick.ts';
import { BLACK, COLOURS, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** Left, top, right and bottom, in units of the plan. */
type Room = readonly [left: number, top: number, right: number, bottom: number];

interface Door {
  readonly rooms: readonly [number, number];
  /** Its middle, in units. */
  readonly at: Point;
  readonly isUpright: boolean;
}

interface Facts {
  readonly rooms: readonly Room[];
  readonly doors: readonly Door[];
  /** Rooms of the letters A and B. */
  readonly ends: readonly [number, number];
}

const PLAN: Room = [0, 0, 5, 4];
const [UNIT_PX, WALL_PX, DOOR_PX, DOOR_WIDTH_PX, LETTER_PX] = [36, 4, 16, 8, 20];
const ORIGIN_PX: Point = [22, 40];

export const roomsAndDoors = family<Facts>({
  id: 37,
  name: 'Rooms and doors',
  skill: 'path',
  answer: { kind: 'integer', classes: 8 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const wanted = rng.between(1, 4); // answers as evenly as small plans allow
    for (let tries = 0; tries < 40; tries++) {
      const rooms = split(PLAN, rng);
      if (rooms.length < 6) continue;
      const indices = rooms.map((_, i) => i);
      const facts: Facts = { rooms, doors: doorsOf(rooms), ends: pickTwo(indices, rng) };
      if (fewestDoors(facts) === wanted) return facts;
    }
    return null;
  },
  answerOf: fewestDoors,
  scene({ rooms, doors, ends }) {
    const [x0, y0] = ORIGIN_PX;
    const px = ([x, y]: Point): Point => [x0 + x * UNIT_PX, y0 + y * UNIT_PX];
    const letter = (text: string, [left, top, right, bottom]: Room = PLAN): Shape =>
      words(text, ...px([(left + right) / 2, (top + bottom) / 2]), LETTER_PX);
    return picture(
      [
        ...rooms.flatMap((room) => walls(px([room[0], room[1]]), px([room[2], room[3]]))),
        ...doors.map(({ at, isUpright }) => {
          const [x, y] = px(at);
          const [width, height] = isUpright ? [DOOR_WIDTH_PX, DOOR_PX] : [DOOR_PX, DOOR_WIDTH_PX];
          return rectangle(x - width / 2, y - height / 2, width, height, COLOURS.orange);
        }),
        ...[letter('A', rooms[ends[0]]), letter('B', rooms[ends[1]])],
      ],
      'a floor plan with doors and the rooms A and B',
    );
  },
  questions: [
    () => 'The orange bars are doors. What is the smallest number of doors you must go through from room A to room B?',
    () => 'You are in room A and want to be in room B. You pass as few doors (orange) as possible. How many is that?',
    () =>
      'This is the plan of a flat with orange doors. A cat in room A runs to room B the way that has the fewest doors. Through how many doors does it run?',
  ],
});

/** Cuts a room in two again and again, until rooms are small. */
function split(room: Room, rng: Rng): readonly Room[] {
  const [left, top, right, bottom] = room;
  const [width, height] = [right - left, bottom - top];
  if (width * height <= 2 || (width * height <= 4 && rng.chance(0.4))) return [room];
  if (width > height || (width === height && rng.chance(0.5))) {
    const x = rng.between(left + 1, right - 1);
    return [...split([left, top, x, bottom], rng), ...split([x, top, right, bottom], rng)];
  }
  const y = rng.between(top + 1, bottom - 1);
  return [...split([left, top, right, y], rng), ...split([left, y, right, bottom], rng)];
}

/** One in the middle of each wall that two rooms share. */
function doorsOf(rooms: readonly Room[]): readonly Door[] {
  return rooms.flatMap((a, i) =>
    rooms.flatMap((b, k): readonly Door[] => {
      const [top, bottom] = [Math.max(a[1], b[1]), Math.min(a[3], b[3])];
      const [left, right] = [Math.max(a[0], b[0]), Math.min(a[2], b[2])];
      if (a[2] === b[0] && top < bottom) return [{ rooms: [i, k], at: [a[2], (top + bottom) / 2], isUpright: true }];
      if (a[3] === b[1] && left < right) return [{ rooms: [i, k], at: [(left + right) / 2, a[3]], isUpright: false }];
      return [];
    }),
  );
}

function fewestDoors({ doors, ends: [from, to] }: Facts): number {
  let reached = [from];
  for (let passed = 0; passed < PLAN[2] * PLAN[3]; passed++) {
    if (reached.includes(to)) return passed;
    const around = doors.flatMap(({ rooms: [a, b] }) => (reached.includes(a) || reached.includes(b) ? [a, b] : []));
    reached = [...new Set(around)];
  }
  throw new Error('internal: a room without a door');
}

/** The four walls of a room, half of each outside it. */
function walls([left, top]: Point, [right, bottom]: Point): readonly Shape[] {
  const half = WALL_PX / 2;
  const [width, height] = [right - left + WALL_PX, bottom - top + WALL_PX];
  return [
    rectangle(left - half, top - half, width, WALL_PX, BLACK),
    rectangle(left - half, bottom - half, width, WALL_PX, BLACK),
    rectangle(left - half, top - half, WALL_PX, height, BLACK),
    rectangle(right - half, top - half, WALL_PX, height, BLACK),
  ];
}
