/** The trainings of puzzles whose worker runs, for parts of the page that must not go behind its back; null before it is wanted. Set by the puzzle cell. */
import { signal } from '@preact/signals-core';
import type { SmarterRuns } from './smarter-runs.ts';

export const openTrainings = signal<Pick<SmarterRuns, 'remove' | 'openId' | 'isTraining' | 'problem'> | null>(null);
