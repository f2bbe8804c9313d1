/**
 * What a base run is trained on at each step: a pure function of (spec, step). Ours; the paper starts from pretrained models, a model from scratch has
 * to learn to read first (issue "It learns"). A base is a list of stages; each has a largest table and kinds of rows in some proportion:
 *
 * - `picture`: the picture alone; each patch predicts the token of what it shows (the reading objective). Alone in its stage, it is the vision
 *   pretraining; beside the language loss the objective goes on with `readingWeight`.
 * - `*-names`, `*-drill`, `*-questions`: the exercises of exercises.ts over `drillLines` uniformly random cells, repeats allowed, nothing marked.
 * - `*-walk`: the exercise over a path of any length, up to the whole table, which the question names and no mark shows: marks are elsewhere.
 * - `*-lookup`: one cell by its names in the question, nothing marked: the whole response.
 * - `*-path`: a marked path; `singleCellShare` of them have one cell, the others 1 to the longest SIMPLE path of the full table, uniformly.
 * - `text-*` shows x(t), `image-*` the picture, `convert-*` the picture, with x(t) written first (image-via-text).
 *
 * No marked path is longer than a SIMPLE one of the full table, and exercises have no answer: medium and hard stay unseen, so that simple -> hard remains a
 * real test. A walk is what a pretrained language model brings along: it can go on with a list, whatever its length.
 */
import { pathCellRange } from '../tasks/consecutive-table-readout/config.ts';
import { makeMismarked, makeReadout } from '../tasks/consecutive-table-readout/truth.ts';
import { tableExample } from '../tasks/examples.ts';
import { makeRng } from '../lib/rng.ts';
import type { Rng } from '../lib/rng.ts';
import type { RecordKind } from '../tasks/task.ts';
import { CURRICULUM_ROWS } from './run-spec.ts';
import type { BaseCurriculum, CurriculumRow, CurriculumStage, RunSpec } from './run-spec.ts';
import { EXERCISES } from './exercises.ts';
import type { Exercise } from './exercises.ts';
import { rowsOfStep } from './phases.ts';
import type { Row } from './sequences.ts';

/** Rows that are packed together: one kind, one table size, one path length. */
export interface Group {
  /** True for pictures without text. */
  readonly isPictureOnly: boolean;
  readonly rows: readonly Row[];
}

type Content = Exercise | 'lookup' | 'path';

/** The stage that the first row of the step belongs to. */
export function stageAt(spec: RunSpec, curriculum: BaseCurriculum, step: number): CurriculumStage {
  let position = step * spec.batchSize;
  for (const stage of curriculum.stages) {
    if (position < stage.examples) return stage;
    position -= stage.examples;
  }
  throw new Error(`internal: step ${step} is behind the last stage`);
}

/** True when the stage has no language rows. */
export function isPictureStage(stage: CurriculumStage): boolean {
  return CURRICULUM_ROWS.every((row) => row === 'picture' || (stage.weights[row] ?? 0) === 0);
}

/** The groups of a step of a base run. */
export function curriculumGroups(spec: RunSpec, curriculum: BaseCurriculum, step: number): Group[] {
  const stage = stageAt(spec, curriculum, step);
  const rng = makeRng('curriculum', spec.task.id, spec.seed, step);
  const rows = rowsOfStep(spec, step);
  const groups = Math.min(curriculum.groupsPerStep, rows);
  return Array.from({ length: groups }, (_, g) => {
    const count = Math.floor((rows * (g + 1)) / groups) - Math.floor((rows * g) / groups);
    return makeGroup(spec, curriculum, stage, rng.fork(g), count);
  });
}

function makeGroup(spec: RunSpec, curriculum: BaseCurriculum, stage: CurriculumStage, rng: Rng, count: number): Group {
  const draw = rng.fork('group');
  const kind = drawKind(stage, draw);
  const isLargest = draw.chance(stage.capShare);
  const rows = isLargest ? stage.rows : draw.between(1, stage.rows);
  const columns = isLargest ? stage.columns : draw.between(1, stage.columns);
  const { task } = spec;
  if (task.id !== 'consecutive-table-readout') throw new Error(`internal: no curriculum for ${task.id}`);
  const table = { rows, columns, rowNames: task.rowNames };
  if (kind === 'picture') {
    const pictures = Array.from({ length: count }, (_, i): Row => {
      const row = rng.fork(i);
      const cells = row.between(1, rows * columns); // any number of marked cells: each digit is seen with and without a mark
      return { kind: 'image', example: tableExample(makeReadout({ ...table, cells, isMarked: true }, row.fork('table'))) };
    });
    return { isPictureOnly: true, rows: pictures };
  }
  const { record, content } = partsOf(kind);
  const isSingle = content === 'lookup' || (content === 'path' && draw.chance(curriculum.singleCellShare));
  const longest = Math.min(pathCellRange('simple', task.rows, task.columns)[1], rows * columns);
  const isWalk = content === 'walk';
  const cells = isSingle ? 1 : draw.between(1, isWalk ? rows * columns : longest);
  const made = Array.from({ length: count }, (_, i): Row => {
    const own = rng.fork(i);
    if (!isExercise(content)) return { kind: record, example: tableExample(makeReadout({ ...table, cells, isMarked: content === 'path' }, own)) };
    if (isWalk) return { kind: record, example: tableExample(makeMismarked({ ...table, cells }, own)), exercise: content };
    const places = own.fork('drill');
    const path = Array.from({ length: curriculum.drillLines }, () => ({ row: places.below(rows), column: places.below(columns) }));
    return { kind: record, example: tableExample({ ...makeReadout({ ...table, cells: 1, isMarked: false }, own), path }), exercise: content };
  });
  return { isPictureOnly: false, rows: made };
}

function isExercise(content: Content): content is Exercise {
  return EXERCISES.some((exercise) => exercise === content);
}

/** A kind with the probability of its weight. */
function drawKind(stage: CurriculumStage, rng: Rng): CurriculumRow {
  const total = CURRICULUM_ROWS.reduce((sum, row) => sum + (stage.weights[row] ?? 0), 0);
  let left = rng.unit() * total;
  let last: CurriculumRow = 'picture';
  for (const row of CURRICULUM_ROWS) {
    const weight = stage.weights[row] ?? 0;
    if (weight === 0) continue;
    last = row;
    if (left < weight) return row;
    left -= weight;
  }
  return last; // rounding at the upper end
}

const RECORDS = { text: 'text', image: 'image', convert: 'image-via-text' } as const satisfies Record<string, RecordKind>;
const CONTENTS = ['names', 'drill', 'questions', 'walk', 'lookup', 'path'] as const satisfies readonly Content[];

function partsOf(row: Exclude<CurriculumRow, 'picture'>): { record: RecordKind; content: Content } {
  const [form, name] = row.split('-');
  const content = CONTENTS.find((known) => known === name);
  if (content === undefined || (form !== 'text' && form !== 'image' && form !== 'convert')) throw new Error(`internal: no curriculum row ${row}`);
  return { record: RECORDS[form], content };
}
