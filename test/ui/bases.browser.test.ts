/** The Train form with bases: the two ways to begin, and fields that follow the base. */
import { describe, expect, test } from 'vitest';
import STUDY from '../../specs/study-nano-4x6-mix.json';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import type { SpecField } from '../../src/ui/elements/spec-field.ts';
import { addressBar, button, cleanUp, deep, open, until } from './notebook-page.ts';

cleanUp();

describe('Bases', () => {
  const task = { rows: 4, columns: 6, rowNames: 12 };
  const [older, newest] = ['a1'.repeat(32), 'b2'.repeat(32)];
  const list = { bases: [older, newest].map((digest, i) => ({ digest, name: `nano-${i}`, title: 'reads tables', preset: 'nano', task })) };
  const address = `data:application/json,${encodeURIComponent(JSON.stringify(list))}`;
  const select = (key: string): HTMLSelectElement | null | undefined =>
    [...deep(document)]
      .find((element): element is SpecField => element.matches('spec-field') && (element as SpecField).field?.key === key)
      ?.shadowRoot?.querySelector('select');
  const choose = (key: string, value: string): void => {
    const control = select(key);
    if (control == null) throw new Error(`no field ${key}`);
    control.value = value;
    control.dispatchEvent(new Event('change'));
  };

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
