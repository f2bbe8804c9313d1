/** The cross of puzzle 63 with a single number that fits. */
import { numbersOfRing } from './63.ts';
import type { Solver } from './puzzle-view.ts';
import { only } from './things.ts';

export const solve: Solver = (view) => only(numbersOfRing(view), 'numbers in the middle');
