import { describe, expect, test } from 'vitest';
import { fieldsOfTask, hasField, isInRange } from '../../src/study/run-spec-fields.ts';
import { changesBetween, DEFAULT_SPEC, parseRunSpec, totalSteps, valueAt } from '../../src/study/run-spec-schema.ts';
import { PHASE_STANDARDS } from '../../src/study/phases.ts';
import { rowsAt } from '../../src/study/mixture.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import { SUPERVISIONS } from '../../src/study/run-spec.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { smallestRows } from '../../src/study/strategies/plan.ts';
import { baseRun } from './specs.ts';

/** A copy of the default with one field replaced. */
function withField(key: string, value: unknown, from: unknown = DEFAULT_SPEC): unknown {
  const copy = structuredClone(from) as Record<string, unknown>;
  const path = key.split('.');
  const last = path.pop() ?? '';
  let place = copy;
  for (const part of path) place = place[part] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('parseRunSpec', () => {
  test.each([
    ['task.id', 'sudoku', /task \(task\.id\): expected one of consecutive-table-readout, .*, got sudoku/],
    ['task.rows', 0, /table rows \(task\.rows\): expected a whole number from 1 to 12, got 0/],
    ['task.rows', 13, /task\.rows.*from 1 to 12, got 13/],
    ['task.columns', 2.5, /task\.columns.*got 2\.5/],
    ['task.rowNames', 3, /run spec, task\.rowNames: expected at least 5, one name for each row, got 3/],
    ['preset', 'huge', /preset.*micro, nano, small.*got huge/],
    ['base', 'abc', /base: expected 64 hex digits or null \(from scratch\), got abc/],
    ['supervision', 'mix++', /supervision.*got mix\+\+/],
    ['examples', -1, /training rows \(examples\): expected a whole number from 1 to 4000000, got -1/],
    ['examples', 1e12, /examples.*got 1000000000000/],
    ['examples', '100', /examples.*got 100/],
    ['batchSize', 100_000, /batch size \(batchSize\): expected a whole number from 1 to 256, got 100000/],
    ['learningRate', Number.NaN, /learning rate \(learningRate\): expected a number from 1e-7 to 0\.1, got NaN/],
    ['learningRate', Number.POSITIVE_INFINITY, /learningRate.*got Infinity/],
    ['learningRate', 0, /learningRate.*got 0/],
    ['learningRate', null, /learningRate.*got null/],
    ['learningRate', undefined, /learningRate.*got undefined/],
    ['warmupFraction', 0.9, /warm-up.*from 0 to 0\.5, got 0\.9/],
    ['weightDecay', -0.1, /weightDecay.*got -0\.1/],
    ['beta1', 1, /beta1.*got 1/],
    ['beta2', 2, /beta2.*got 2/],
    ['epsilon', 0, /epsilon.*got 0/],
    ['clipNorm', 0, /clipNorm.*or null \(none\), got 0/],
    ['seed', -1, /seed.*from 0 to 4294967295, got -1/],
    ['evaluation', 'often', /evaluation: expected an object, got often/],
    ['evaluation.examples', 0, /evaluation\.examples.*got 0/],
    ['evaluation.everySteps', -5, /evaluation\.everySteps.*got -5/],
    ['checkpointEverySteps', 0, /checkpointEverySteps.*got 0/],
    ['curriculum', 7, /curriculum: expected an object or null, got 7/],
    ['schema', 2, /schema: expected version 1, got 2/],
  ])('refuses %s = %s and says what is allowed', (key, value, message) => {
    expect(() => parseRunSpec(withField(key, value))).toThrow(message);
  });

  test.each([
    ['curriculum.stages', [], /a list of 1 to 24 stages/],
    ['curriculum.stages.0.rows', 9, /curriculum\.stages\.0\.rows: expected at most the 3 rows of the task, got 9/],
    ['curriculum.stages.0.examples', 0.5, /curriculum\.stages\.0\.examples: expected a whole number/],
    ['curriculum.stages.0.weights', { picture: 0 }, /a kind of rows with a weight above 0/],
    ['curriculum.stages.0.weights', { 'sound-path': 1 }, /curriculum\.stages\.0\.weights/],
    ['curriculum.stages.0.weights', { picture: -1 }, /from 0 to 1000.*got -1/],
    ['curriculum.readingWeight', -1, /readingWeight.*from 0 to 10, got -1/],
    ['curriculum.readingTarget', 'nose', /readingTarget: expected one of head, embedding, got nose/],
    ['curriculum.groupsPerStep', 8, /groups per step.*at most the batch size 4, got 8/],
    ['examples', 63, /examples.*the 64 rows of all stages together, got 63/],
  ])('refuses the curriculum with %s = %j', (key, value, message) => {
    expect(() => parseRunSpec(withField(key, value, baseRun()))).toThrow(message);
  });

  test.each([[null], [undefined], [3], ['spec'], [[]]])('refuses %j as a whole', (value) => {
    expect(() => parseRunSpec(value)).toThrow(/run spec/);
  });

  test('refuses a batch larger than the run', () => {
    expect(() => parseRunSpec({ ...DEFAULT_SPEC, examples: 16 })).toThrow(/batch size \(batchSize\): expected at most the 16 training rows, got 32/);
  });

  test('refuses a table whose levels cannot differ', () => {
    expect(() => parseRunSpec(withField('task', { ...DEFAULT_SPEC.task, rows: 1, columns: 2 }))).toThrow(
      /task\.rows x columns: expected a table in which harder levels have longer paths/,
    );
  });

  test('refuses keys that reach prototypes, at any depth', () => {
    const poisoned: unknown = JSON.parse(JSON.stringify(DEFAULT_SPEC).replace('"rows":5', '"rows":5,"__proto__":{"rows":1}'));
    expect(() => parseRunSpec(poisoned)).toThrow(/no field named __proto__/);
    expect(() => parseRunSpec({ ...DEFAULT_SPEC, constructor: 1 })).toThrow(/no field named constructor/);
  });

  test('builds a new object of the known fields only', () => {
    const given = { ...structuredClone(DEFAULT_SPEC), note: 'hello', task: { ...DEFAULT_SPEC.task, colour: 'red' } };
    const spec = parseRunSpec(given);
    expect(spec).toEqual(DEFAULT_SPEC);
    expect(spec).not.toBe(given);
    expect(spec.task).not.toBe(given.task);
  });

  test('leaves a good base run as it is', () => {
    expect(parseRunSpec(JSON.parse(JSON.stringify(baseRun())))).toEqual(baseRun());
  });
});

test('accepts the default, and both ends of every number of the form', () => {
  for (const field of fieldsOfTask(DEFAULT_SPEC.task.id)) {
    if (field.group === 'base' || (field.type !== 'integer' && field.type !== 'number')) continue;
    const supervision = SUPERVISIONS.find((id) => hasField(field, id));
    for (const end of [field.min, field.max]) {
      const spec = withField(field.key, end, { ...DEFAULT_SPEC, supervision }) as typeof DEFAULT_SPEC;
      const roomy = { ...spec, batchSize: field.key === 'examples' ? 1 : spec.batchSize, examples: field.key === 'batchSize' ? 9600 : spec.examples };
      if (field.key === 'task.rowNames' && end === 1) continue; // fewer names than rows
      expect(valueAt(parseRunSpec(roomy), field.key)).toBe(end);
    }
  }
});

test('has a field of the form for every value of a study', () => {
  const keys = Object.entries(DEFAULT_SPEC).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  );
  const named = fieldsOfTask(DEFAULT_SPEC.task.id).map(({ key }) => key);
  expect(keys.filter((key) => key !== 'schema' && key !== 'curriculum' && !named.includes(key))).toEqual([]);
});

describe('settings that only some supervisions have', () => {
  const parse = (changes: object) => parseRunSpec({ ...DEFAULT_SPEC, ...changes });

  test('are there exactly where they apply, with their standards where they are left out', () => {
    expect(parse({ supervision: 'tw-align-mix+' })).toEqual({ ...DEFAULT_SPEC, supervision: 'tw-align-mix+', warmUpRows: 1000, alignRows: 1000 });
    expect(parse({ supervision: 'align-mix+', alignRows: 64, warmUpRows: 9 })).toEqual({ ...DEFAULT_SPEC, supervision: 'align-mix+', alignRows: 64 });
    expect(parse({ supervision: 'mix-to-mix+' })).toEqual({ ...DEFAULT_SPEC, supervision: 'mix-to-mix+', switchAt: 0.5 });
    for (const supervision of ['mix+', 'align', 'tw']) {
      expect(parse({ supervision, alignRows: 64, warmUpRows: 'x', switchAt: null })).toEqual({ ...DEFAULT_SPEC, supervision });
    }
    expect(parseRunSpec({ ...baseRun(), supervision: 'align-mix', alignRows: 64 })).toEqual({ ...baseRun(), supervision: 'align-mix' });
  });

  test.each([
    [{ supervision: 'align-mix+', alignRows: 1 }, /rows of Align- \(alignRows\): expected a whole number from 2 to 4000000, got 1$/],
    [{ supervision: 'align-mix+', alignRows: null }, /alignRows.*got null/],
    [{ supervision: 'tw-mix', warmUpRows: '10' }, /rows of \(TW\) \(warmUpRows\): .*got 10$/],
    [{ supervision: 'mix-to-mix+', switchAt: 1 }, /switch after \(switchAt\): expected a number from 0\.01 to 0\.99, got 1$/],
    [{ supervision: 'mix-to-mix+', switchAt: 0.125 }, /switchAt.*in hundredths, got 0\.125/],
    [{ supervision: 'mix-to-mix+', examples: 5, batchSize: 1 }, /examples.*at least 6, and a row on each side of the switch, got 5/],
    [{ supervision: 'mix-to-mix+', examples: 6, batchSize: 1, switchAt: 0.99 }, /examples.*a row on each side of the switch, got 6/],
  ])('%j is refused', (changes, words) => {
    expect(() => parse(changes)).toThrow(words);
  });

  test('the form has them where they apply, and may leave them out', () => {
    const shown = (supervision: unknown) =>
      fieldsOfTask(DEFAULT_SPEC.task.id).flatMap((field) => (field.key in PHASE_STANDARDS && hasField(field, supervision) ? [field.key] : []));
    expect(shown('mix')).toEqual([]);
    expect(shown('nonsense')).toEqual([]);
    expect(shown('tw-align-text')).toEqual(['warmUpRows', 'alignRows']);
    expect(shown('mix-to-mix+')).toEqual(['switchAt']);
    for (const field of fieldsOfTask(DEFAULT_SPEC.task.id)) expect(isInRange(field, undefined)).toBe('standard' in field);
  });

  test('are told as changes where the new run has them', () => {
    const [mix, aligned, less] = [parse({}), parse({ supervision: 'align-mix' }), parse({ supervision: 'align-mix', alignRows: 64 })];
    expect(changesBetween(mix, aligned)).toEqual(['supervision mix -> align-mix']);
    expect(changesBetween(mix, less)).toEqual(['supervision mix -> align-mix', 'rows of Align- 1000 -> 64']);
    expect(changesBetween(less, mix)).toEqual(['supervision align-mix -> mix']);
  });

  test('the smallest N of the switch is that of the plan', () => {
    expect(smallestRows('mix-to-mix+', { task: 'consecutive-table-readout' })).toBe(6);
    expect(parse({ supervision: 'mix-to-mix+', examples: 6, batchSize: 1 }).examples).toBe(6);
  });
});

test('counts the last, smaller batch as a step', () => {
  expect(totalSteps({ ...DEFAULT_SPEC, examples: 65, batchSize: 32 })).toBe(3);
  expect(totalSteps({ ...DEFAULT_SPEC, examples: 64, batchSize: 32 })).toBe(2);
});

test('says in words what a run changes', () => {
  const other = { ...DEFAULT_SPEC, learningRate: 5e-4, base: 'a'.repeat(64), clipNorm: null, task: { ...DEFAULT_SPEC.task, rows: 4 } };
  expect(changesBetween(DEFAULT_SPEC, other)).toEqual([
    'table rows 5 -> 4',
    'base from scratch -> aaaaaaaa',
    'learning rate 0.001 -> 0.0005',
    'gradient clip 1 -> none',
  ]);
  expect(changesBetween(DEFAULT_SPEC, DEFAULT_SPEC)).toEqual([]);
  expect(changesBetween(DEFAULT_SPEC, baseRun())).toContain('study run -> base run');
});

test('no part of a base run can change unseen', () => {
  const spec = baseRun();
  const leaves = (value: unknown, path: readonly string[]): string[][] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key])) : [[...path]];
  for (const path of leaves(spec, []).filter(([key]) => key !== 'schema')) {
    const other = structuredClone(spec) as unknown;
    let at = other as Record<string, unknown>;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[path.at(-1) ?? ''] = 'changed';
    expect(changesBetween(spec, other as RunSpec), path.join('.')).toHaveLength(1);
  }
});

describe('joint training', () => {
  const [readout, grid, analogy] = [smallTask('table-readout'), smallTask('grid-navigation'), smallTask('visual-analogy')];

  test('holds the settings of the other two tasks, and is told', () => {
    const spec = parseRunSpec({ ...DEFAULT_SPEC, task: grid, joint: [readout, { ...analogy, rows: 9 }] });
    expect(spec.joint).toEqual([readout, analogy]);
    expect(changesBetween({ ...DEFAULT_SPEC, task: grid }, spec)).toEqual(['trained jointly on three tasks']);
    expect(changesBetween({ ...DEFAULT_SPEC, task: grid }, { ...spec, batchSize: 8 })[0]).toBe('trained jointly on three tasks'); // lists are cut at their end
    expect(parseRunSpec({ ...DEFAULT_SPEC, joint: null })).toEqual(DEFAULT_SPEC);
  });

  test.each([
    [DEFAULT_SPEC.task, [grid, analogy], /joint: expected none with consecutive-table-readout/],
    [readout, [grid], /joint: expected the settings of grid-navigation and visual-analogy, in this order/],
    [readout, [analogy, grid], /joint: .*in this order, got visual-analogy, grid-navigation/],
    [readout, [grid, readout], /joint: .*in this order, got grid-navigation, table-readout/],
    [readout, [{ ...grid, minSide: 99 }, analogy], /task\.minSide.*got 99/],
    [readout, 'all', /joint: .*got all/],
  ])('refuses what is no joint training: %#', (task, joint, message) => {
    expect(() => parseRunSpec({ ...DEFAULT_SPEC, task, joint })).toThrow(message);
  });
});

describe('what an ablation changes', () => {
  const parse = (options: unknown) => parseRunSpec({ ...DEFAULT_SPEC, supervision: 'mix+', options });

  test('is kept where it differs from the default, and told', () => {
    const changed = parse({ hardRepeats: 3, cot: 'full' });
    expect(changed.options).toEqual({ hardRepeats: 3 });
    expect(parse({ hardRepeats: 1 })).toEqual(parse(undefined));
    expect(changesBetween(parse(undefined), changed)).toEqual(['hardRepeats 1 -> 3']);
    expect(changesBetween(changed, parse(undefined))).toEqual(['hardRepeats 3 -> 1']);
  });

  test('changes the rows of the run', () => {
    const spec = (options: unknown) => ({ ...parse(options), examples: 60, batchSize: 60 });
    const hard = (options: unknown) => rowsAt(spec(options), 0).filter(({ key }) => key.level === 'hard');
    expect(new Set(hard({ hardRepeats: 3 }).map(({ key }) => key.index)).size).toBe(10);
    expect(new Set(hard(undefined).map(({ key }) => key.index)).size).toBe(30);
    expect(hard({ hardKind: 'image' }).every(({ kind }) => kind === 'image')).toBe(true);
    expect(rowsAt(spec({ cot: 'none' }), 0).every(({ cotShare }) => cotShare === 0)).toBe(true);
  });

  test.each([
    [{ hardRepeats: 0 }, /options\.hardRepeats: expected a whole number in 1\.\.1000, got 0/],
    [{ cot: 'half' }, /options\.cot: expected full or none/],
    [{ alignRows: 5 }, /options\.alignRows.*expected no such option of a run, got 5/],
    [{ nonsense: 5 }, /strategy option: expected .*, got "?nonsense/],
    [7, /options.*expected an object, got 7/],
  ])('%j is refused', (options, words) => {
    expect(() => parse(options)).toThrow(words);
  });
});
