/**
 * What can be said of the two analogy tasks without making an example: settings, levels, where they come from. Light enough for the page to import.
 *
 * Visual Analogy: S2H Appendix C.5, spec/s2h 4. Pattern-Heldout Visual Analogy: Appendix G.2; the authors released no code for it.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Level, TaskField, TaskId, TaskInfo } from '../task.ts';
import { HELD_OUT_SETS } from './attributes.ts';

// An alias, not an interface: it has to be a TaskConfig, a record of numbers and strings.
export type AnalogyConfig = {
  readonly heldOut: string;
  readonly textForm: string;
  readonly positionShift: string;
  readonly secondPattern: string;
};

const FIELDS: readonly (TaskField & { readonly type: 'choice'; readonly key: keyof AnalogyConfig })[] = [
  {
    key: 'heldOut',
    label: 'Held-out patterns',
    type: 'choice',
    options: HELD_OUT_SETS,
    help:
      'Which 8 of the 25 patterns SIMPLE never asks for. The paper (captions of Figs. 36 and 37) and the generator of its authors disagree; the released data comes from ' +
      'the generator. With the paper’s set SIMPLE asks for 14 of the other 17 patterns, because seen patterns alone cannot make three wrong options for the rest.',
  },
  {
    key: 'textForm',
    label: 'Text form',
    type: 'choice',
    options: ['lossy', 'lossless'],
    help: 'Lossy: the values in each panel, without saying which belong to one object (main experiments). Lossless: a code for each object (Appendix I.5).',
  },
  {
    key: 'positionShift',
    label: 'Position progression',
    type: 'choice',
    options: ['even', 'authors'],
    help: 'Even: shapes move right, down or both, a third each. Authors: as a slip in their generator has it, where about 97 % move both ways.',
  },
  {
    key: 'secondPattern',
    label: 'Second patterns',
    type: 'choice',
    options: ['reject', 'keep'],
    // Ours: `reject` by default. The task says that each option follows one pattern; with two, a model that names the other one is marked wrong.
    help: 'Reject: no panel completes two patterns. Keep: as in the authors’ generator, where about 4 in 1000 HARD options do.',
  },
];

const DEFAULTS: AnalogyConfig = { heldOut: 'code', textForm: 'lossy', positionShift: 'even', secondPattern: 'reject' };

const NAME = 'Park, Panigrahi, Cheng, Yu, Goyal, Arora: Generalizing from SIMPLE to HARD Visual Reasoning (ICML 2025)';
const URL = 'https://arxiv.org/abs/2501.02669';
const LEVELS: readonly Level[] = ['simple', 'hard'];

export const analogyInfo: TaskInfo<AnalogyConfig> = {
  id: 'visual-analogy',
  title: 'Visual Analogy',
  summary: 'Find the relation that two rows of pictures share, and the option that continues a third row by it.',
  describeLevels: () => ({
    simple: 'Both examples and the query follow one pattern, out of 17.',
    hard: 'The examples vary in different attributes; each pattern is one of the 8 that simple examples never show.',
  }),
  citation: { name: NAME, url: URL, section: 'C.5' },
  levels: LEVELS,
  fields: FIELDS,
  defaults: DEFAULTS,
  // Four by four panels of three by three patches, in every puzzle.
  largestGrid: () => ({ rows: 12, columns: 12 }),
  checkConfig: (config) => checkConfig('visual-analogy', config),
};

export const heldoutAnalogyInfo: TaskInfo<AnalogyConfig> = {
  ...analogyInfo,
  id: 'pattern-heldout-visual-analogy',
  title: 'Pattern-Heldout Visual Analogy',
  summary: 'As Visual Analogy, but a hard puzzle only takes a pattern never seen; both examples vary in the same attribute as the query.',
  describeLevels: () => ({
    simple: 'Both examples and the query follow one pattern, out of 17.',
    hard: 'Both examples and the query follow one pattern, out of the 8 that simple examples never show.',
  }),
  citation: { name: NAME, url: URL, section: 'G.2' },
  checkConfig: (config) => checkConfig('pattern-heldout-visual-analogy', config),
};

/** All settings are choices, and all choices go together. */
function checkConfig(id: TaskId, config: AnalogyConfig): void {
  for (const { key, options } of FIELDS) {
    const value = config[key];
    if (!options.includes(value)) throw new InputError(fault(`${id}: ${key}`, options.join(' or '), value));
  }
}
