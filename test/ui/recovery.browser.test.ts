/** What the page offers when a run fails, a device is lost or keys come too fast. */
import { describe, expect, test } from 'vitest';
import { button, cleanUp, open, stored, textOf, TINY, until } from './notebook-page.ts';

cleanUp();

describe('a run that fails', () => {
  test('says why, and goes on from its last checkpoint by the button of the message', async () => {
    const { notebook, runs } = open({ failAtStep: 4 });
    await until(() => runs.isReady.value, 'the store');
    notebook.setDraft(TINY);
    (await until(() => button('Train'), 'the button')).click();
    await until(() => textOf('page-notices').includes('the GPU was lost'), 'the message');
    expect(button('Resume')?.closest('section')?.ariaLabel).toBe('Training controls');
    (await until(() => button('Resume from the last checkpoint'), 'the cure')).click();
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end');
    expect(runs.runs.value[0]?.summary.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(runs.problem.value).toBeNull();
  });

  test('goes on from the bar and from the keyboard', async () => {
    const { notebook, runs } = open({ failAtStep: 4 });
    await until(() => runs.isReady.value, 'the store');
    notebook.setDraft(TINY);
    (await until(() => button('Train'), 'the button')).click();
    await until(() => button('Resume'), 'Resume in the bar');
    dispatchEvent(new KeyboardEvent('keydown', { key: ' ' }));
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end');
    expect(runs.runs.value.length).toBe(1);
  });

  test('is offered again after a reload', async () => {
    const { runs } = open({ runs: [{ ...stored, state: 'failed' }] });
    await until(() => textOf('page-notices').includes('It failed; its last checkpoint is kept.'), 'the card');
    (await until(() => button('Resume'), 'the button')).click();
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end');
  });
});
