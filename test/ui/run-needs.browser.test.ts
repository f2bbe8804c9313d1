/** What the training form says of the memory that a run would take. */
import { describe, expect, test } from 'vitest';
import { pointAt } from '../support/fake-trainer.ts';
import { cleanUp, open, stored, textOf, TINY, until } from './notebook-page.ts';

cleanUp();

const trainButton = () => document.querySelector('train-cell')?.shadowRoot?.querySelector<HTMLButtonElement>('button.primary');

describe('The memory of a run', () => {
  test('stands beside the button, and is asked once per run of the form', async () => {
    const { notebook, trainer } = open();
    await until(() => textOf('train-cell').includes('at most 310 MB on the GPU'), 'the memory');
    const asked = trainer.calls.filter((name) => name === 'prepare').length;
    expect(asked).toBe(1);
    notebook.setDraft({ ...TINY, batchSize: 16 });
    await until(() => textOf('train-cell').includes('4 steps of 16 rows'), 'the draft');
    await until(() => textOf('train-cell').includes('at most 310 MB on the GPU'), 'the memory of the draft');
    expect(trainer.calls.filter((name) => name === 'prepare')).toHaveLength(2);
  });

  test('is called tight when the device may not have it', async () => {
    open({ budgetBytes: 199_000_000 });
    await until(() => textOf('train-cell').includes('at most 310 MB on the GPU (it may not have that much)'), 'the warning');
    expect(trainButton()?.disabled).toBe(false);
  });

  test('is not told where the device names no limits', async () => {
    open({ device: { backend: 'wasm', webgpu: 'missing' } });
    await until(() => trainButton()?.disabled === false, 'the button');
    await until(() => textOf('train-cell').includes(' weights, time not known yet'), 'the estimate');
    expect(textOf('train-cell')).not.toContain('on the GPU');
  });

  test('keeps Train closed, with the reason, when it is clearly too much', async () => {
    open({
      tooLarge: 'this GPU: expected a run of at most 1.5 GB (judged by maxBufferSize 268 MB), got one of at least 4.1 GB: choose the preset nano',
    });
    await until(() => textOf('train-cell').includes('got one of at least 4.1 GB: choose the preset nano.'), 'the reason');
    expect(trainButton()?.disabled).toBe(true);
  });
});

describe('The time of a run', () => {
  const points = [1, 2, 3, 4, 5].map((step) => ({ ...pointAt(step, 8), stepMs: 1000 }));
  const device = { backend: 'wasm', webgpu: 'missing', adapter: '' } as const;

  test('is that of a run of this device; a recorded run of a GPU elsewhere says nothing', async () => {
    const recorded = { ...stored, adapter: 'nvidia NVIDIA: 580', isImported: true, createdAt: '2026-01-02' } as const;
    const { notebook } = open({ device, runs: [recorded] });
    notebook.setDraft(TINY);
    await until(() => textOf('train-cell').includes('8 steps of 8 rows'), 'the estimate');
    await until(() => textOf('result-cell').includes('amber fox'), 'the recorded run');
    expect(textOf('train-cell')).toContain('time not known yet');
  });

  test('is told after steps on this device', async () => {
    const { notebook } = open({ device, runs: [{ ...stored, adapter: 'wasm', points }] });
    notebook.setDraft(TINY);
    await until(() => textOf('train-cell').includes('about 8 s at the speed of amber fox'), 'the time');
  });
});
