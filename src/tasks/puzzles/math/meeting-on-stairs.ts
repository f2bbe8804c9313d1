/** SMART-101 puzzle 67: a numbered staircase with an animal at each end; on which step they meet (spec/smarter-vlm 4.4). */
import type { Rgb } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon } from '../draw/icons.ts';
import { BLACK, filled, INNER_PX, picture, polyline, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly steps: number;
  /** Steps per minute. */
  readonly up: number;
  readonly down: number;
  readonly climber: IconName;
  readonly comer: IconName;
  /** Whether the question names the one that comes down first. */
  readonly namesDownFirst: boolean;
}

/** Ours: more steps have no room for their numbers. */
const MOST_STEPS = 12;
const ANIMAL_PX = 13;
const LANDING_PX = 10;
const STONE: Rgb = [215, 215, 215];

export const meetingOnStairs = family<Facts>({
  id: 67,
  name: 'Meeting on stairs',
  skill: 'math',
  answer: { kind: 'integer', classes: 31 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const [up, down, minutes] = [rng.between(1, 6), rng.between(1, 6), rng.between(1, 6)];
    const steps = (up + down) * minutes;
    const [climber = 'snail', comer = 'bird'] = rng.sample(ANIMAL_NAMES, 2);
    return steps >= 5 && steps <= MOST_STEPS ? { steps, up, down, climber, comer, namesDownFirst: rng.chance(0.5) } : null;
  },
  answerOf: ({ steps, up, down }) => (steps * up) / (up + down),
  scene({ steps, climber, comer }) {
    // The climber stands left of the first step, the other one on the last, which is broader.
    const [left, floor, right] = [INNER_PX.low + 2 * ANIMAL_PX + 4, INNER_PX.high - 4, INNER_PX.high - 1];
    const runPx = (right - left - LANDING_PX) / steps;
    const risePx = Math.min(20, (floor - INNER_PX.low - 2 * ANIMAL_PX - 3) / steps);
    const corner = (step: number, height: number): Point => [left + step * runPx, floor - height * risePx];
    const edge = [...Array.from({ length: steps }, (_, i) => [corner(i, i), corner(i, i + 1)]).flat(), [right, corner(0, steps)[1]] as const];
    const numbers = Array.from({ length: steps }, (_, i) => {
      const [x, y] = corner(i, i + 1);
      return words(String(i + 1), x + (i < 9 ? 7 : 12), y + 7, 14);
    });
    return picture(
      [
        filled([...edge, [right, floor]], STONE),
        ...polyline(edge, 2, BLACK),
        rectangle(INNER_PX.low, floor, INNER_PX.high - INNER_PX.low, 3, BLACK),
        ...numbers,
        ...icon(climber, INNER_PX.low + ANIMAL_PX + 1, floor - ANIMAL_PX, ANIMAL_PX),
        ...icon(comer, INNER_PX.high - ANIMAL_PX - 1, corner(0, steps)[1] - ANIMAL_PX - 1, ANIMAL_PX, true),
      ],
      'a staircase with numbered steps and two animals',
    );
  },
  questions: [
    (facts) => `The animals set off at the same time. ${movesOf(facts, 'each minute')} On the step with which number do they meet?`,
    (facts) => `${movesOf(facts, 'in every minute')} They start together, one from the floor and one from the top step. Which step do they meet on?`,
    (facts) =>
      `Two friends want to meet on the stairs. They leave at the same moment. ${movesOf(facts, 'per minute')} What is the number of the step where both arrive together?`,
  ],
});

function movesOf({ up, down, climber, comer, namesDownFirst }: Facts, howOften: string): string {
  const climbs = `The ${climber} climbs ${stepsText(up)} ${howOften}.`;
  const comes = `The ${comer} comes down ${stepsText(down)} ${howOften}.`;
  return namesDownFirst ? `${comes} ${climbs}` : `${climbs} ${comes}`;
}

function stepsText(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
