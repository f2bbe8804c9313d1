/**
 * In what ways one wrong answer is wrong: the metrics of Appendix K (src/tasks/<task>/failures.ts) read for a single example, so that examples can be picked by kind. An
 * answer may be wrong in several ways, or in none that has a name here (`other`: right cells in a wrong order, say). The kinds are ours.
 */
import { ANALOGY_FAILURES } from '../../tasks/visual-analogy/failures.ts';
import type { FailureValues, Ratio, TaskId } from '../../tasks/task.ts';

export interface FailureKind {
  readonly key: string;
  readonly label: string;
}

interface Rule extends FailureKind {
  /** The metric that tells, and what its numerator is then. */
  readonly metric: string;
  readonly when: (ratio: Ratio) => boolean;
}

const some = ({ numerator }: Ratio): boolean => numerator > 0;
const none = ({ numerator }: Ratio): boolean => numerator === 0;
const notAll = ({ numerator, denominator }: Ratio): boolean => numerator < denominator;

const TABLE_RULES: readonly Rule[] = [
  { key: 'unread', label: 'no list of values', metric: 'parsed', when: none },
  { key: 'early', label: 'mistake before the 12th number', metric: 'early-error', when: some },
  { key: 'shortcut', label: 'shortcut', metric: 'shortcut', when: some },
  { key: 'missed', label: 'cells of the path missing', metric: 'recall', when: notAll },
  { key: 'surplus', label: 'cells off the path or listed twice', metric: 'precision', when: notAll },
  { key: 'misread', label: 'values misread', metric: 'misread', when: some },
];

const GRID_RULES: readonly Rule[] = [
  { key: 'unread', label: 'no list of moves', metric: 'parsed', when: none },
  { key: 'ends', label: 'start or destination misplaced', metric: 'sourceDestination', when: none },
  { key: 'objects', label: 'objects misplaced', metric: 'objectsLocated', when: none },
  { key: 'left-grid', label: 'left the grid', metric: 'leftGrid', when: some },
  { key: 'obstacle', label: 'walked over obstacles', metric: 'obstaclesPassed', when: some },
  { key: 'not-arrived', label: 'destination not reached', metric: 'arrival', when: none },
  { key: 'not-collected', label: 'objects left behind', metric: 'objectsCollected', when: notAll },
];

/** The items of Table 14, and the option, which is no error rate. The last two say only that something is wrong. */
const ANALOGY_RULES: readonly Rule[] = ANALOGY_FAILURES.filter(({ key }) => key !== 'cot' && key !== 'exact-match').map(({ key, label }) =>
  key === 'option-right' ? { key: 'option', label: 'Option', metric: key, when: none } : { key, label, metric: key, when: some },
);

const RULES: Readonly<Record<TaskId, readonly Rule[]>> = {
  'consecutive-table-readout': TABLE_RULES,
  'table-readout': TABLE_RULES,
  'grid-navigation': GRID_RULES,
  'visual-analogy': ANALOGY_RULES,
  'pattern-heldout-visual-analogy': ANALOGY_RULES,
};

const OTHER: FailureKind = { key: 'other', label: 'none of these' };

/** All kinds of a task, in the order of its metrics, `other` last. */
export function failureKinds(task: TaskId): readonly FailureKind[] {
  return [...RULES[task].map(({ key, label }) => ({ key, label })), OTHER];
}

/** Whether a wrong answer can tell if it is of a kind: one without readable cells cannot tell which are missing. */
export function tells(task: TaskId, kind: string, values: FailureValues): boolean {
  const rule = RULES[task].find(({ key }) => key === kind);
  return rule === undefined || values[rule.metric] !== undefined;
}

/** Keys of the kinds of one wrong answer, at least one. */
export function kindsOfFailure(task: TaskId, values: FailureValues): readonly string[] {
  const found = RULES[task].filter(({ metric, when }) => {
    const ratio = values[metric];
    return ratio !== undefined && when(ratio);
  });
  return found.length === 0 ? [OTHER.key] : found.map(({ key }) => key);
}
