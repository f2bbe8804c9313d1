import { expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { curriculumGroups, isPictureStage, stageAt } from '../../src/study/curriculum.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import { sequenceOf, UNCOUNTED_KIND } from '../../src/study/sequences.ts';
import { pathCellRange } from '../../src/tasks/consecutive-table-readout/config.ts';
import { tokenizer } from '../../src/tasks/tokenizer.ts';
import { tableTruth } from '../support/table-truth.ts';
import { baseRun, CURRICULUM } from './specs.ts';

const spec = baseRun();
const steps = Array.from({ length: totalSteps(spec) }, (_, step) => step);
const many = Array.from({ length: 30 }, (_, seed) => baseRun({ seed }));

test('goes through the stages in order', () => {
  expect(steps.map((step) => CURRICULUM.stages.indexOf(stageAt(spec, CURRICULUM, step)))).toEqual([
    0,
    0,
    1,
    1,
    1,
    1,
    ...Array.from({ length: 10 }, () => 2),
  ]);
  expect(CURRICULUM.stages.map(isPictureStage)).toEqual([true, false, false]);
});

test('makes the same groups whenever a step is asked for', () => {
  for (const step of [0, 3, 9]) expect(batchAt(spec, step)).toEqual(batchAt(spec, step));
});

test('cuts each step into groups of one kind and one table size', () => {
  for (const step of steps) {
    const groups = curriculumGroups(spec, CURRICULUM, step);
    expect(groups.map(({ rows }) => rows.length)).toEqual([2, 2]);
    for (const { rows } of groups) {
      expect(new Set(rows.map(({ kind }) => kind)).size).toBe(1);
      expect(new Set(rows.map(({ example }) => `${tableTruth(example).rows}x${tableTruth(example).columns}`)).size).toBe(1);
    }
  }
});

test('has no table beyond the stage, no path longer than a simple one of the full table, and reaches both ends', () => {
  const [, longest] = pathCellRange('simple', 3, 4);
  const sizes = new Set<string>();
  const lengths = new Set<number>();
  for (const run of many) {
    for (const step of steps) {
      const stage = stageAt(run, CURRICULUM, step);
      for (const { isPictureOnly, rows } of curriculumGroups(run, CURRICULUM, step)) {
        for (const { example, exercise } of rows) {
          const truth = tableTruth(example);
          expect(truth.rows).toBeLessThanOrEqual(stage.rows);
          expect(truth.columns).toBeLessThanOrEqual(stage.columns);
          sizes.add(`${truth.rows}x${truth.columns}`);
          if (isPictureOnly || exercise !== undefined) continue;
          expect(truth.path.length).toBeLessThanOrEqual(longest);
          lengths.add(truth.path.length);
        }
      }
    }
  }
  expect(sizes).toContain('1x1');
  expect(sizes).toContain('3x4');
  expect([...lengths].sort()).toEqual(Array.from({ length: longest }, (_, i) => i + 1));
});

test('draws every kind of row that has a weight, and no other', () => {
  const seen = new Set<string>();
  for (const run of many) {
    for (const step of steps.slice(6)) {
      for (const { isPictureOnly, rows } of curriculumGroups(run, CURRICULUM, step)) {
        for (const { kind, exercise, example } of rows) {
          const content = exercise ?? (tableTruth(example).isMarked ? 'path' : 'lookup');
          seen.add(isPictureOnly ? 'picture' : `${kind === 'image-via-text' ? 'convert' : kind}-${content}`);
        }
      }
    }
  }
  const weights = CURRICULUM.stages[2]?.weights ?? {};
  expect([...seen].sort()).toEqual(Object.keys(weights).sort());
});

test('a drill has lines of random unmarked cells, no answer, and does not count what cannot be known', () => {
  const rows = many.flatMap((run) => curriculumGroups(run, CURRICULUM, 3).flatMap((group) => group.rows)).filter(({ kind }) => kind === 'text');
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    const { ids, kinds } = sequenceOf(row);
    const words = ids.map((id) => tokenizer.textOf(id));
    const response = words.slice(words.indexOf('<assistant>') + 1);
    expect(response).toHaveLength(CURRICULUM.drillLines * 6);
    expect(words).not.toContain('total');
    expect(words).not.toContain('<eos>');
    expect(words.some((word) => word.endsWith('*'))).toBe(false);
    words.forEach((word, i) => {
      if (/^[rc]\d+$/.test(word)) expect(kinds[i]).toBe(UNCOUNTED_KIND);
    });
    tableTruth(row.example).path.forEach(({ row: r, column: c }, i) => {
      const { values } = tableTruth(row.example);
      expect(response.slice(i * 6, i * 6 + 5)).toMatchObject({ 0: `r${r + 1}`, 1: `c${c + 1}`, 4: String(values[r]?.[c]) });
    });
  }
});

test('a walk lists a path of any length, which its marks do not show, and says that it ends, without an answer', () => {
  const stages = [{ examples: 128, rows: 3, columns: 4, capShare: 0.5, weights: { 'text-walk': 1, 'image-walk': 1 } }];
  const curriculum = { ...CURRICULUM, stages };
  const run = baseRun({ curriculum, examples: 128 });
  const rows = steps.flatMap((step) => curriculumGroups(run, curriculum, step).flatMap((group) => group.rows));
  const longest = pathCellRange('simple', 3, 4)[1];
  expect(rows.some(({ example }) => tableTruth(example).path.length > longest)).toBe(true);
  let isElsewhere = false;
  for (const row of rows) {
    const { ids, kinds } = sequenceOf(row);
    const words = ids.map((id) => tokenizer.textOf(id));
    const response = words.slice(words.indexOf('<assistant>') + 1);
    const { path, marked } = tableTruth(row.example);
    expect(marked).toBeDefined();
    isElsewhere ||= JSON.stringify(marked) !== JSON.stringify(path);
    expect(response).toHaveLength(6 * path.length + 1);
    expect(response.at(-1)).toBe('total');
    expect(kinds.filter((kind) => kind !== UNCOUNTED_KIND)).toHaveLength(response.length);
    path.forEach(({ row: r, column: c }, i) => expect(response.slice(6 * i, 6 * i + 2)).toEqual([`r${r + 1}`, `c${c + 1}`]));
    const { columns } = tableTruth(row.example);
    const places = path.map(({ row: r, column: c }) => r * columns + c);
    const strides = places.slice(1).map((place, i) => place - (places[i] ?? 0));
    expect(strides.every((stride) => Math.abs(stride) === 1 && stride === strides[0])).toBe(true);
  }
  expect(isElsewhere).toBe(true);
});

test('a look-up names its cell and shows no mark', () => {
  const rows = many.flatMap((run) => steps.slice(6).flatMap((step) => curriculumGroups(run, CURRICULUM, step).flatMap((group) => group.rows)));
  const lookups = rows.filter(({ example, exercise }) => !tableTruth(example).isMarked && exercise === undefined);
  expect(lookups.length).toBeGreaterThan(0);
  for (const { example } of lookups) {
    expect(tableTruth(example).path).toHaveLength(1);
    expect(example.prompt('text', 'compact')).not.toContain('*');
  }
});

test('a names exercise counts the indices alone; questions count their lines alone', () => {
  const wanted = { names: /^[rc]\d+$/, questions: /^([rc]\d+|[A-Z]..|\d|\n)$/ };
  const counts = { names: 2, questions: 6 };
  for (const exercise of ['names', 'questions'] as const) {
    const [row] = many.flatMap((run) => curriculumGroups(run, CURRICULUM, 3).flatMap((group) => group.rows)).filter(({ kind }) => kind === 'text');
    if (row === undefined) throw new Error('expected a text row');
    const { ids, kinds } = sequenceOf({ ...row, exercise });
    const counted = ids.map((id) => tokenizer.textOf(id)).filter((_, i) => kinds[i] !== UNCOUNTED_KIND);
    expect(counted).toHaveLength(CURRICULUM.drillLines * counts[exercise]);
    for (const word of counted) expect(word).toMatch(wanted[exercise]);
    tableTruth(row.example).path.forEach((cell, i) => {
      expect(counted.slice(i * counts[exercise], i * counts[exercise] + 2)).toEqual([`r${cell.row + 1}`, `c${cell.column + 1}`]);
    });
  }
});
