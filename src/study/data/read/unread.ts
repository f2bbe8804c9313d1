/** What a scorer looks for in a response, by example: said of predictions in which it could read nothing. Sources: spec/s2h 2.10, 3.10, 4.14, and our compact forms. */
import type { Profile, TaskId } from '../../../tasks/task.ts';

const TABLES = { paper: 'The total is 3 + 4 = 7.', compact: 'total 3 4 = 7' } as const;
const ANALOGIES = { paper: 'Example 1: (shape type, OR) … Answer: 3', compact: 'E1 shape-type OR … answer O3' } as const;

const FORMS: Readonly<Record<TaskId, Readonly<Record<Profile, string>>>> = {
  'consecutive-table-readout': TABLES,
  'table-readout': TABLES,
  'grid-navigation': { paper: 'Answer: up left left', compact: 'answer up left left' },
  'visual-analogy': ANALOGIES,
  'pattern-heldout-visual-analogy': ANALOGIES,
};

export function unreadText(task: TaskId, profile: Profile): string {
  return `nothing readable: expected e.g. “${FORMS[task][profile]}”`;
}
