/** Numbers of smarterVLM as rows, curves and CSV. Pure. Shares come in as 0 to 1 and are shown in percent. */
import type { AnsweredItem } from '../../../workers/smarter-protocol.ts';
import type { ReportRow, ReportTable } from '../../study/data/read/report-tables.ts';
import { PAPER_SKILLS } from '../../study/smarter/figures/paper-row.ts';
import { overall, percentOf } from '../../study/smarter/figures/table-result.ts';
import type { RowResult, TableResult } from '../../study/smarter/figures/table-result.ts';
import { overSeeds } from '../../study/smarter/scores.ts';
import type { Score, SmarterScores } from '../../study/smarter/scores.ts';
import type { EpochScores, SmarterProgress } from '../../study/smarter/smarter-session.ts';
import type { Curve } from './curves.ts';

/** O_acc of guessing among five options. */
export const OPTION_FLOOR = 0.2;
const NONE = '–';

export const shown = (share: number): string => (100 * share).toFixed(1);

/** `22.1 % (majority 11.7 %)`: a score never stands without its floor. */
export const solvedText = ({ solved, majority }: Score): string => `${shown(solved)} % (majority ${shown(majority)} %)`;

const COLUMNS = ['S_acc', '95 % interval', 'O_acc', 'majority S_acc', 'guessing S_acc', 'majority O_acc', 'guessing O_acc'];

function cellsOf({ solved, low, high, optionRight, majority, uniform, majorityOption, items }: Score): readonly string[] {
  return [
    ...[shown(solved), `${shown(low)} – ${shown(high)}`, shown(optionRight)],
    ...[shown(majority), shown(uniform), shown(majorityOption), shown(OPTION_FLOOR), String(items)],
  ];
}

/** Overall and by skill. */
export function skillTable(scores: SmarterScores, part: string): ReportTable {
  const all: ReportRow = { head: 'all puzzles', help: 'over all items', cells: cellsOf(scores.overall) };
  const rows = scores.skills.map((score): ReportRow => ({
    head: score.skill,
    help: `mean over ${score.puzzles} ${score.puzzles === 1 ? 'puzzle' : 'puzzles'}`,
    cells: cellsOf(score),
  }));
  return { key: 'skills', caption: `In percent, on ${part} items`, columns: ['Skill', ...COLUMNS, 'Items'], rows: [all, ...rows] };
}

export function puzzleTable(scores: SmarterScores, nameOf: (puzzle: number) => string): ReportTable {
  const rows = scores.puzzles.map((score): ReportRow => ({ head: nameOf(score.puzzle), help: score.skill, cells: cellsOf(score) }));
  return { key: 'puzzles', caption: 'In percent, puzzle by puzzle', columns: ['Puzzle', ...COLUMNS, 'Items'], rows };
}

/** One row for all, each skill and each puzzle; shares as numbers. */
export function scoresCsv({ overall: all, skills, puzzles }: SmarterScores): string {
  const line = (level: string, name: string | number, score: Score): string => {
    const { items, solved, low, high, optionRight, majority, majorityOption, uniform } = score;
    return [level, name, items, solved, low, high, optionRight, majority, uniform, majorityOption, OPTION_FLOOR].join(',');
  };
  return [
    'level,name,items,s_acc,s_acc_low,s_acc_high,o_acc,majority_s_acc,uniform_s_acc,majority_o_acc,uniform_o_acc',
    line('overall', 'all', all),
    ...skills.map((score) => line('skill', score.skill, score)),
    ...puzzles.map((score) => line('puzzle', score.puzzle, score)),
    '',
  ].join('\n');
}

export function lossCurve({ losses }: SmarterProgress): Curve {
  return { label: 'training loss', style: 0, steps: losses.map((_, i) => i + 1), values: losses };
}

/** S_acc and O_acc on validation items, in percent, with their floors as lines. */
export function accuracyCurves(epochs: readonly EpochScores[]): readonly Curve[] {
  const steps = epochs.map(({ step }) => step);
  const curve = (label: string, style: number, of: (score: Score) => number): Curve => {
    return { label, style, steps, values: epochs.map(({ val }) => 100 * of(val.overall)) };
  };
  return [
    curve('S_acc', 0, (score) => score.solved),
    curve('S_acc of the majority answer', 2, (score) => score.majority),
    curve('O_acc', 1, (score) => score.optionRight),
    curve('O_acc of guessing', 4, () => OPTION_FLOOR),
  ];
}

/** A skill's validation S_acc epoch by epoch, beside its majority floor. */
export interface SkillCurve {
  readonly skill: string;
  readonly values: readonly number[];
  readonly floor: number;
}

export function skillCurves(epochs: readonly EpochScores[]): readonly SkillCurve[] {
  const last = epochs.at(-1);
  if (last === undefined) return [];
  return last.val.skills.map(({ skill, majority }) => ({
    skill,
    values: epochs.map(({ val }) => val.skills.find((each) => each.skill === skill)?.solved ?? Number.NaN),
    floor: majority,
  }));
}

export interface AnswerFilter {
  readonly outcome: 'all' | 'wrong' | 'right';
  /** '' or a skill. */
  readonly skill: string;
  /** 0: every puzzle. */
  readonly puzzle: number;
}

/** Of the filter; the surest mistakes (the highest probability of what was said) first, right answers by their place. */
export function filtered(answers: readonly AnsweredItem[], { outcome, skill, puzzle }: AnswerFilter): readonly AnsweredItem[] {
  const kept = answers.filter(
    (answer) =>
      (outcome === 'all' || answer.isSolved === (outcome === 'right')) &&
      (skill === '' || answer.skill === skill) &&
      (puzzle === 0 || answer.puzzle === puzzle),
  );
  return outcome === 'wrong' ? kept.toSorted((a, b) => b.chance - a.chance) : kept;
}

/** A row of the paper's table beside ours, as texts; `ours` null: not measured. */
export interface PaperCells {
  readonly id: string;
  readonly label: string;
  readonly paperLabel: string;
  readonly paperOverall: string;
  readonly ours: {
    readonly overall: string;
    readonly option: string;
    readonly majority: string;
    readonly uniform: string;
    readonly seeds: string;
  } | null;
  /** In the order of PAPER_SKILLS: paper and ours. */
  readonly skills: readonly (readonly [paper: string, ours: string])[];
}

export function paperCells({ id, label, paper, runs }: Pick<RowResult, 'id' | 'label' | 'paper' | 'runs'>): PaperCells {
  const interval = (of: (scores: SmarterScores) => Score | undefined): string => {
    const found = percentOf(runs, of);
    return found === null ? NONE : `${found.mean.toFixed(1)} (${found.low.toFixed(1)} – ${found.high.toFixed(1)})`;
  };
  const mean = (of: (score: Score) => number): string => shown(overSeeds(runs.map(({ scores }) => of(scores.overall))).mean);
  return {
    ...{ id, label, paperLabel: paper?.label ?? '', paperOverall: paper?.overall?.toString() ?? NONE },
    ours:
      runs.length === 0
        ? null
        : {
            ...{ overall: interval(overall), option: mean((score) => score.optionRight), seeds: String(runs.length) },
            ...{ majority: mean((score) => score.majority), uniform: mean((score) => score.uniform) },
          },
    skills: PAPER_SKILLS.map((skill, i) => [
      paper?.skills[i]?.toString() ?? NONE,
      interval(({ skills }) => skills.find((each) => each.skill === skill)),
    ]),
  };
}

/** S_acc and O_acc of the majority answer as a row, skills too, of the items that the first measured row was asked. Null where none is. */
export function floorCells(rows: readonly RowResult[]): PaperCells | null {
  const scores = rows.find(({ runs }) => runs.length > 0)?.runs[0]?.scores;
  if (scores === undefined) return null;
  const { majority, majorityOption, uniform } = scores.overall;
  const skill = (name: string): string => {
    const found = scores.skills.find((each) => each.skill === name);
    return found === undefined ? NONE : shown(found.majority);
  };
  return {
    ...{ id: '', label: 'always the majority answer (floor)', paperLabel: '', paperOverall: NONE },
    ours: { overall: shown(majority), option: shown(majorityOption), majority: shown(majority), uniform: shown(uniform), seeds: NONE },
    skills: PAPER_SKILLS.map((name) => [NONE, skill(name)]),
  };
}

export const OUTCOMES = {
  yes: 'holds here too',
  'the opposite': 'the opposite here',
  'not told apart': 'not told apart: the difference may be 0',
  'not measured': 'not measured here',
} as const satisfies Record<TableResult['claims'][number]['outcome'], string>;

/** `1, 3 – 5, 9` of rising numbers. */
export function ranges(numbers: readonly number[]): string {
  const runs: (readonly [first: number, last: number])[] = [];
  for (const number of numbers) {
    const [first, last] = runs.at(-1) ?? [];
    if (first !== undefined && last === number - 1) runs[runs.length - 1] = [first, number];
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first} – ${last}`)).join(', ');
}
