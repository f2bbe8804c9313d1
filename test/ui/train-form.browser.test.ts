/** The Train form: its tasks with their settings, bases and the two ways to begin, and fields that follow the base. */
import { describe, expect, test } from 'vitest';
import STUDY from '../../specs/study-nano-4x6-mix.json';
import { JOINTLY, partnersOf } from '../../src/study/joint.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import { PRESET_PARAMETERS } from '../../src/study/preset-sizes.ts';
import { taskInfo } from '../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import type { AccuracyChart } from '../../src/ui/elements/accuracy-chart.ts';
import type { RunTable } from '../../src/ui/elements/run-table.ts';
import type { SpecField } from '../../src/ui/elements/spec-field.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import { evaluationOf } from '../support/fake-trainer.ts';
import { addressBar, button, cleanUp, deep, find, open, stored, textOf, TINY, until } from './notebook-page.ts';

cleanUp();

const fieldAt = (key: string): SpecField | undefined =>
  [...deep(document)].find((element): element is SpecField => element.matches('spec-field') && (element as SpecField).field?.key === key);
const select = (key: string): HTMLSelectElement | null | undefined => fieldAt(key)?.shadowRoot?.querySelector('select');
const change = (control: HTMLSelectElement | HTMLInputElement | null | undefined, value: string): void => {
  if (control == null) throw new Error('no such field');
  control.value = value;
  control.dispatchEvent(new Event('change'));
};
const choose = (key: string, value: string): void => change(select(key), value);

describe('Tasks', () => {
  const base = 'c3'.repeat(32);
  const list = { bases: [{ digest: base, name: 'nano', preset: 'nano', task: smallTask('consecutive-table-readout') }] };
  const address = `data:application/json,${encodeURIComponent(JSON.stringify(list))}`;

  test.each(TASK_IDS)('%s can be chosen: its settings for small models, its fields, its paper, and Train is open', async (id) => {
    const { notebook } = open({}, addressBar(), address);
    await until(() => select('task.id'), 'the task');
    choose('task.id', id);
    expect(notebook.state.value.draft.task).toEqual(smallTask(id));
    await until(() => taskInfo(id).fields.every(({ key }) => fieldAt(`task.${key}`)), 'its fields');
    const others = TASK_IDS.flatMap((other) => taskInfo(other).fields.map(({ key }) => key)).filter(
      (key) => !taskInfo(id).fields.some((field) => field.key === key),
    );
    for (const key of others) expect(fieldAt(`task.${key}`), key).toBeUndefined();
    await until(() => textOf('result-cell').includes(`The paper’s numbers on ${taskInfo(id).title}`), 'the paper');
    await until(() => button('Train')?.disabled === false, 'Train');
    await until(() => textOf('train-cell').includes(`${PRESET_PARAMETERS.micro[id].toLocaleString('en')} weights`), 'the estimate');
  });

  test('another task drops a base that is not made for it, and the study brings both back', async () => {
    const { notebook } = open({}, addressBar(), address);
    (await until(() => button('Set up nano from its base'), 'the base')).click();
    await until(() => select('base')?.value === base, 'the base of nano');
    choose('task.id', 'grid-navigation');
    expect(notebook.state.value.draft).toMatchObject({ preset: 'nano', base: null, task: { id: 'grid-navigation' } });
    await until(() => select('base')?.options.length === 1, 'no base to choose');
    expect(textOf('train-cell')).toContain('There is no base for Grid Navigation, so this changes the task to Consecutive Table Readout.');
    choose('preset', 'small');
    expect(notebook.state.value.draft).toMatchObject({ preset: 'small', base: null });
    button('Set up nano from its base')?.click();
    expect(notebook.state.value.draft).toMatchObject({ preset: 'nano', base, task: smallTask('consecutive-table-readout') });
    choose('task.id', 'visual-analogy');
    button('Set up micro')?.click();
    expect(notebook.state.value.draft).toMatchObject({ preset: 'micro', base: null, task: smallTask('visual-analogy') });
  });

  test('the study starts from the base of the form’s task where there is one', async () => {
    const title = 'nano, begins to read: panels mostly, options hardly';
    const two = [...list.bases, { digest: 'd4'.repeat(32), name: 'nano-tr', title, preset: 'nano', task: smallTask('table-readout') }];
    const { notebook } = open({}, addressBar(), `data:application/json,${encodeURIComponent(JSON.stringify({ bases: two }))}`);
    await until(() => button('Set up nano from its base'), 'the base');
    choose('task.id', 'table-readout');
    await until(() => textOf('train-cell').includes('its base begins to read: panels mostly, options hardly'), 'what its base says of itself');
    expect(textOf('train-cell')).not.toContain('can already read,');
    expect(textOf('train-cell')).not.toContain('There is no base for');
    button('Set up nano from its base')?.click();
    expect(notebook.state.value.draft).toMatchObject({ preset: 'nano', base: 'd4'.repeat(32), task: smallTask('table-readout') });
  });

  test('a base of Visual Analogy serves its pattern-heldout form too: their SIMPLE puzzles are the same', async () => {
    const two = [...list.bases, { digest: 'd5'.repeat(32), name: 'nano-va', preset: 'nano', task: smallTask('visual-analogy') }];
    const { notebook } = open({}, addressBar(), `data:application/json,${encodeURIComponent(JSON.stringify({ bases: two }))}`);
    (await until(() => button('Set up nano from its base'), 'the base')).click();
    choose('task.id', 'pattern-heldout-visual-analogy');
    await until(() => textOf('train-cell').includes('was made for Pattern-Heldout Visual Analogy'), 'its base');
    button('Set up nano from its base')?.click();
    expect(notebook.state.value.draft).toMatchObject({ base: 'd5'.repeat(32), task: smallTask('pattern-heldout-visual-analogy') });
    choose('task.id', 'visual-analogy');
    expect(notebook.state.value.draft.base).toBe('d5'.repeat(32));
  });

  test('More settings, once opened by an error in it, stays open when the error is mended, until the visitor closes it', async () => {
    open();
    await until(() => fieldAt('learningRate')?.shadowRoot?.querySelector('input'), 'the field');
    const folded = () => [...deep(document)].find((element): element is HTMLDetailsElement => element.matches('details') && element.querySelector('spec-field') !== null); // prettier-ignore
    expect(folded()?.open).toBe(false);
    change(fieldAt('learningRate')?.shadowRoot?.querySelector('input'), '-1');
    await until(() => folded()?.open === true, 'the open form');
    change(fieldAt('learningRate')?.shadowRoot?.querySelector('input'), '0.001');
    await until(() => fieldAt('learningRate')?.error === '', 'no error');
    expect(folded()?.open).toBe(true);
    folded()?.querySelector('summary')?.click();
    await until(() => folded()?.open === false, 'the closed form');
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '640');
    await until(() => textOf('train-cell').includes('20 steps'), 'the draft');
    expect(folded()?.open).toBe(false);
  });

  test('path lengths are told in cells of the table that is chosen', async () => {
    open();
    await until(() => select('task.lengths'), 'the lengths');
    const texts = () => [...(select('task.lengths')?.options ?? [])].map(({ text }) => text);
    expect(texts()).toEqual(['paper: 5-10, 15-20, 25-30', 'authors: up to 10 on each']);
    change(fieldAt('task.rows')?.shadowRoot?.querySelector('input'), '4');
    change(fieldAt('task.columns')?.shadowRoot?.querySelector('input'), '6');
    await until(() => texts()[0] === 'paper: 2-5, 7-10, 12-14', 'those of 4 x 6');
    change(fieldAt('task.rows')?.shadowRoot?.querySelector('input'), '');
    await until(() => texts()[0] === 'paper', 'no table');
  });

  test('a wrong setting of one task is forgotten with the task, other typed values are not', async () => {
    const { notebook } = open();
    await until(() => fieldAt('task.rows')?.shadowRoot?.querySelector('input'), 'the rows');
    change(fieldAt('task.rows')?.shadowRoot?.querySelector('input'), '0');
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '-1');
    await until(() => textOf('train-cell').includes('Give a whole number from 1 to 12.'), 'the message');
    choose('task.id', 'table-readout');
    await until(() => fieldAt('task.minRows'), 'the other fields');
    expect(fieldAt('examples')?.error).toContain('Give a whole number');
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '320');
    await until(() => notebook.state.value.draft.examples === 320, 'the draft');
    expect(notebook.state.value.draft.task).toEqual(smallTask('table-readout'));
  });

  test('a run of a task with two levels is drawn with two, and can be looked at while the Example cell shows another', async () => {
    const spec = { ...TINY, task: smallTask('grid-navigation') };
    const summary = { ...stored, spec, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8, ['simple', 'hard'])] } as const;
    const { notebook, runs } = open({
      runs: [summary, { ...stored, runId: 'tables', name: 'blue owl', state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] }],
    });
    notebook.setExample({ level: 'medium' });
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    await until(() => textOf('result-cell').includes('Accuracy by level, Grid Navigation'), 'the accuracies');
    expect(textOf('result-cell')).toContain('Accuracy by level, Consecutive Table Readout');
    const charts = [...deep(document)].filter((element) => element.matches('accuracy-chart'));
    const levels = charts.map((chart) => [...(chart.shadowRoot?.querySelectorAll('svg text') ?? [])].map((text) => text.textContent));
    expect(levels.map((names) => ['simple', 'medium', 'hard'].map((level) => names.includes(level)))).toEqual([[true, true, true], [true, false, true]]); // prettier-ignore
    await until(() => textOf('look-cell').includes('Level of Grid Navigation'), 'the level');
    await until(() => textOf('look-cell').includes('okay'), 'the words of a search');
    const hard = [...deep(document)].find((element): element is HTMLInputElement => element.matches('look-cell choice-group input, input[type="radio"]') && element.getRootNode() instanceof ShadowRoot && (element.getRootNode() as ShadowRoot).host.matches('[label="Level of Grid Navigation"]') && (element as HTMLInputElement).value === 'hard'); // prettier-ignore
    const before = textOf('look-cell');
    hard?.click();
    await until(() => textOf('look-cell') !== before && !textOf('look-cell').includes('cannot be looked at'), 'the hard one');
    expect(notebook.state.value.example.level).toBe('medium');
  });
});

describe('Joint training', () => {
  const checkbox = (): HTMLInputElement | undefined => find<HTMLInputElement>('.joint input');
  const label = (): string => find('.joint')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const [readout, grid, analogy] = [smallTask('table-readout'), smallTask('grid-navigation'), smallTask('visual-analogy')];
  const bases = [
    { digest: 'a1'.repeat(32), name: 'nano-tr', preset: 'nano', task: readout },
    { digest: 'b2'.repeat(32), name: 'nano-joint', preset: 'nano', task: { ...readout, rowNames: 9 }, joint: [{ ...grid, minSide: 5 }, analogy] },
  ];
  const address = `data:application/json,${encodeURIComponent(JSON.stringify({ bases }))}`;

  test.each(TASK_IDS)('is offered with %s where there are two other tasks for it', async (id) => {
    open();
    await until(() => select('task.id'), 'the task');
    choose('task.id', id);
    const others = partnersOf(id).map((other) => taskInfo(other).title);
    await until(() => (others.length === 0 ? checkbox() === undefined : label().startsWith(`Jointly with ${others.join(' and ')} (`)), 'the offer');
    expect(checkbox()?.checked ?? false).toBe(false);
  });

  test('brings the settings of the others, stays with another of the three tasks, and goes with any other', async () => {
    const { notebook } = open();
    await until(() => select('task.id'), 'the task');
    choose('task.id', 'table-readout');
    (await until(checkbox, 'the offer')).click();
    expect(notebook.state.value.draft).toMatchObject({ task: readout, joint: [grid, analogy] });
    await until(() => checkbox()?.checked === true, 'the mark');
    await until(
      () => textOf('train-cell').includes(`${PRESET_PARAMETERS.micro['visual-analogy'].toLocaleString('en')} weights`),
      'the largest of them',
    );
    choose('task.id', 'grid-navigation');
    expect(notebook.state.value.draft).toMatchObject({ task: grid, joint: [readout, analogy] });
    await until(() => label().startsWith('Jointly with Table Readout and Visual Analogy') && checkbox()?.checked === true, 'the others');
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '320');
    await until(() => notebook.state.value.draft.examples === 320, 'the rows');
    expect(notebook.state.value.draft.joint).toEqual([readout, analogy]);
    await until(() => button('Train')?.disabled === false, 'Train');
    choose('task.id', 'consecutive-table-readout');
    expect('joint' in notebook.state.value.draft).toBe(false);
    choose('task.id', 'visual-analogy');
    await until(() => checkbox()?.checked === false, 'no mark');
    expect('joint' in notebook.state.value.draft).toBe(false);
    checkbox()?.click();
    expect(notebook.state.value.draft.joint).toEqual([readout, grid]);
    await until(() => checkbox()?.checked === true, 'the mark again');
    checkbox()?.click();
    expect('joint' in notebook.state.value.draft).toBe(false);
  });

  test('stays over a wrong value of another field', async () => {
    const { notebook } = open();
    await until(() => select('task.id'), 'the task');
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '-1');
    choose('task.id', 'table-readout');
    (await until(checkbox, 'the offer')).click();
    await until(() => checkbox()?.checked === true, 'the mark');
    expect('joint' in notebook.state.value.draft).toBe(false);
    change(fieldAt('examples')?.shadowRoot?.querySelector('input'), '320');
    await until(() => notebook.state.value.draft.examples === 320, 'the draft');
    expect(notebook.state.value.draft).toMatchObject({ task: readout, joint: [grid, analogy] });
  });

  test('starts from the base that reads all three, whatever its task; a run of one task from one of its own', async () => {
    const { notebook } = open({}, addressBar(), address);
    await until(() => select('task.id'), 'the task');
    choose('task.id', 'table-readout');
    await until(() => button('Set up nano from its base'), 'the bases');
    choose('preset', 'nano');
    expect(notebook.state.value.draft.base).toBe(bases[0]?.digest);
    await until(() => select('base')?.options.length === 3, 'both bases');
    checkbox()?.click();
    expect(notebook.state.value.draft).toMatchObject({ base: bases[1]?.digest, task: { rowNames: 9 }, joint: [grid, analogy] });
    choose('task.id', 'grid-navigation');
    expect(notebook.state.value.draft.base).toBe(bases[1]?.digest);
    choose('preset', 'micro');
    expect(notebook.state.value.draft).toMatchObject({ base: null, joint: [readout, analogy] });
    (await until(() => button('Set up nano from its base'), 'the study')).click();
    expect(notebook.state.value.draft).toMatchObject({
      base: bases[1]?.digest,
      task: { id: 'grid-navigation', minSide: 5 },
      joint: [readout, analogy],
    });
    await until(() => checkbox()?.checked === true, 'the mark');
    checkbox()?.click();
    expect(notebook.state.value.draft.base).toBeNull(); // none reads grids alone
  });

  test('is told in the table of runs, and its evaluation is shown task by task beside runs of one', async () => {
    const levels = ['simple', 'hard'] as const;
    const spec = { ...TINY, task: grid, joint: [readout, analogy] };
    const { cells } = evaluationOf(4, 10, 8, levels);
    const others = [readout, analogy].flatMap(({ id }) => evaluationOf(8, 10, 8, levels).cells.map((cell) => ({ task: id, ...cell })));
    const done = { ...stored, state: 'finished', step: 8 } as const;
    const alone = { ...TINY, task: { ...readout, rowNames: 9 } };
    const { runs } = open({
      runs: [
        { ...done, spec, name: 'red fox', evaluations: [{ step: 8, cells: [...cells, ...others] }] },
        { ...done, spec: { ...spec, seed: 9 }, runId: 'second', name: 'red owl', evaluations: [] },
        { ...done, spec: alone, runId: 'tables', name: 'blue owl', evaluations: [evaluationOf(8, 10, 8, levels)] },
      ],
    });
    await until(() => runs.isReady.value, 'the store');
    const titles = ['Table Readout', 'Grid Navigation', 'Visual Analogy'];
    await until(() => titles.every((title) => textOf('result-cell').includes(`Accuracy by level, ${title}`)), 'the three tasks');
    const charts = [...deep(document)].filter((element): element is AccuracyChart => element.matches('accuracy-chart'));
    expect(charts.map(({ series }) => series.map(({ label, cells: shown }) => `${label} ${shown.length}`))).toEqual([
      ['red fox, jointly 4', 'blue owl 4'],
      ['red fox, jointly 4'],
      ['red fox, jointly 4'],
    ]);
    expect(textOf('result-cell')).toContain('different settings of Table Readout');
    expect(textOf('result-cell').match(/different settings of/g)).toHaveLength(1);
    const table = find<RunTable>('run-table');
    expect(table?.rows.map(({ changes }) => changes.join().includes(JOINTLY))).toEqual([true, true, false]);
    expect(table?.rows[0]?.best).toBe('50 %, simple text'); // of its own task
  });
});

describe('Supervisions', () => {
  test('stand in groups, the paper’s main ones first and in its order; so does what may train beside a run', async () => {
    const { runs } = open({ runs: [{ ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] }] });
    await until(() => select('supervision'), 'the supervision');
    const groups = [...(select('supervision')?.querySelectorAll('optgroup') ?? [])];
    expect(groups.map(({ label }) => label).slice(0, 2)).toEqual(['The paper’s main ones', 'Other mixtures, for ablations']);
    expect([...(groups[0]?.children ?? [])].map((option) => option.getAttribute('value'))).toEqual([
      ...['text', 'image', 'text+image', 'image-via-text', 'mix', 'image-via-text+', 'mix+', 'align-mix+', 'tw-align-mix+'],
    ]);
    expect(select('supervision')?.value).toBe('mix');
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    const beside = await until(() => find<HTMLElement>('run-comparable')?.shadowRoot?.querySelector('select'), 'the other supervision');
    expect(beside.querySelector('optgroup')?.label).toBe('The paper’s main ones');
    expect(beside.querySelector('option[value="mix"]')).toBeNull(); // the run's own
    expect(beside.value).toBe('mix+');
  });

  test('a strategy of several phases brings the fields of its phases, and they go with it', async () => {
    const { notebook } = open();
    await until(() => select('supervision'), 'the supervision');
    expect([...(select('supervision')?.options ?? [])].map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Image', '(TW) Align-Mix+', 'Mix→Mix+']),
    );
    expect(['warmUpRows', 'alignRows', 'switchAt'].map(fieldAt)).toEqual([undefined, undefined, undefined]);
    choose('supervision', 'align-mix+');
    await until(() => fieldAt('alignRows'), 'its field');
    expect(notebook.state.value.draft).toMatchObject({ supervision: 'align-mix+', alignRows: 1000 });
    await until(() => textOf('train-cell').includes('332 steps of 32 rows'), 'the steps'); // 32 of Align-, 300 of Mix+
    change(fieldAt('alignRows')?.shadowRoot?.querySelector('input'), '1');
    await until(() => textOf('train-cell').includes('Give a whole number from 2 to 4000000.'), 'the message');
    choose('supervision', 'mix-to-mix+');
    await until(() => fieldAt('switchAt'), 'the other field');
    expect(fieldAt('alignRows')).toBeUndefined();
    await until(() => button('Train')?.disabled === false, 'Train');
    expect('alignRows' in notebook.state.value.draft).toBe(false);
    choose('supervision', 'mix');
    await until(() => fieldAt('switchAt') === undefined, 'no field');
    expect(notebook.state.value.draft).toEqual(DEFAULT_SPEC);
  });

  test('the settings of a run that goes on from another are those of a fresh one', () => {
    const { notebook } = open();
    notebook.setDraft({ ...TINY, parent: { run: '0'.repeat(16), step: 1, supervision: 'mix' } });
    expect(notebook.state.value.draft).toEqual(TINY);
  });
});

describe('Bases', () => {
  const task = { rows: 4, columns: 6, rowNames: 12 };
  const [older, newest] = ['a1'.repeat(32), 'b2'.repeat(32)];
  const nano = [older, newest].map((digest, i) => ({ digest, name: `nano-${i}`, title: 'reads tables', preset: 'nano', task }));
  const list = { bases: [...nano, { digest: 'e5'.repeat(32), name: 'micro', title: 'reads some', preset: 'micro', task }] };
  const address = `data:application/json,${encodeURIComponent(JSON.stringify(list))}`;
  test('the study is told from the parts, takes the newest base, its table and the settings of the committed studies', async () => {
    const { notebook } = open({}, addressBar(), address);
    const study = await until(() => button('Set up nano from its base'), 'the two ways to begin');
    expect(button('Set up micro')?.ariaPressed).toBe('true');
    study.click();
    const { draft } = notebook.state.value;
    expect({ ...draft, base: null }).toEqual({
      ...DEFAULT_SPEC,
      preset: 'nano',
      task: STUDY.task,
      examples: STUDY.examples,
      batchSize: STUDY.batchSize,
      learningRate: STUDY.learningRate,
    });
    expect(draft.base).toBe(newest);
    await until(() => study.ariaPressed === 'true', 'the mark');
    button('Set up micro')?.click();
    expect(notebook.state.value.draft).toMatchObject({ preset: 'micro', base: null, task: DEFAULT_SPEC.task, examples: DEFAULT_SPEC.examples });
  });

  test('the fields show the base and its table, also after another was chosen by hand', async () => {
    const { notebook } = open({}, addressBar(), address);
    await until(() => button('Set up micro'), 'the list of bases');
    choose('preset', 'nano');
    await until(() => select('base')?.value === newest, 'the base of nano');
    choose('base', '');
    await until(() => notebook.state.value.draft.base === null, 'nano from scratch');
    choose('base', older);
    await until(() => notebook.state.value.draft.base === older, 'the older base');
    button('Set up nano from its base')?.click();
    await until(() => select('base')?.value === newest, 'the newest base again');
    expect(notebook.state.value.draft.task).toMatchObject(task);
    await until(() => button('Train')?.disabled === false, 'Train');
  });
});
