/** The solver of every family, by its number. */
import { solve as solve14 } from './14.ts';
import type { Solver } from './puzzle-view.ts';

export const SOLVERS: Readonly<Record<number, Solver>> = { 14: solve14 };
