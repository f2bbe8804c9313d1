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
    const resume = await until(() => button('Resume'), 'Resume in the bar'); // the bar comes after the page has opened
    expect(resume.closest('section')?.ariaLabel).toBe('Training controls');
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

describe('keys', () => {
  const press = (init: KeyboardEventInit): boolean => dispatchEvent(new KeyboardEvent('keydown', { cancelable: true, ...init }));
  const starts = (calls: readonly string[]): number => calls.filter((name) => name === 'start').length;

  test('the space bar starts one run, however often or long it is pressed', async () => {
    const { notebook, runs, device, trainer } = open({ stepMs: 20 });
    notebook.setDraft(TINY);
    press({ key: ' ' });
    expect(starts(trainer.calls)).toBe(0); // no device yet
    await until(() => runs.isReady.value && device.info() !== null, 'the device');
    for (let i = 0; i < 5; i++) press({ key: ' ', repeat: i > 0 });
    press({ key: ' ' });
    await until(() => runs.active()?.summary.state === 'running', 'the run');
    expect(press({ key: ' ', repeat: true })).toBe(false); // taken, so that the page does not scroll
    await until(() => runs.active()?.summary.state === 'finished', 'the end');
    expect(starts(trainer.calls)).toBe(1);
  });

  test('nothing starts while a run is evaluated', async () => {
    const { runs, trainer } = open({ runs: [stored] });
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    trainer.say('old', { kind: 'state', state: 'evaluating', step: 5, message: null });
    press({ key: ' ' });
    press({ key: '.' });
    expect(trainer.calls.filter((name) => name === 'start' || name === 'step' || name === 'pause')).toEqual([]);
  });
});

test('a device that is lost is told in the masthead and in the bar', async () => {
  const { device, runs, trainer } = open({ runs: [stored] });
  await until(() => textOf('page-tools').includes('WebGPU ready'), 'the badge');
  await until(() => runs.isReady.value, 'the store');
  await runs.open('old');
  const info = device.info();
  if (info === null) throw new Error('no device');
  trainer.tell({ type: 'device', info: { ...info, webgpu: 'lost', reason: 'the driver was reset' } });
  await until(() => textOf('page-tools').includes('GPU lost'), 'the badge');
  expect(document.querySelector('page-tools')?.shadowRoot?.querySelector('.badge')?.className).toContain('bad');
  expect(textOf('page-transport')).toContain('GPU lost');
});
