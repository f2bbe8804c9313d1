import { expect, test } from 'vitest';
import { DEFAULT_SMARTER } from '../../../src/study/smarter/smarter-spec.ts';
import { SmarterRuns } from '../../../src/ui/services/smarter-runs.ts';
import { fakeSmarterWorker, scoresAt } from '../../support/fake-smarter-worker.ts';

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const KEPT = { id: 'one', name: 'grey heron', spec: DEFAULT_SMARTER, backbone: 'b', savedAt: '', bytes: 1 };

function openRuns() {
  const worker = fakeSmarterWorker();
  const trainings = new SmarterRuns({ open: () => worker, now: () => new Date(0), draft: DEFAULT_SMARTER });
  return { worker, trainings };
}

test('a training that was stopped can be opened again, and is heard again', async () => {
  const { worker, trainings } = openRuns();
  await trainings.start(DEFAULT_SMARTER);
  const { live } = trainings;
  const progress = live.value?.progress;
  if (progress === undefined) throw new Error('nothing trains');
  expect(trainings.openId.value).toBe('one');
  const kept = { ...KEPT, progress };
  await trainings.open(kept);
  expect(worker.calls.map(({ name }) => name)).toEqual(['start']); // it is loaded

  worker.emit({ kind: 'progress', id: 'one', spec: DEFAULT_SMARTER, state: 'stopped', message: null, progress });
  await soon();
  expect(trainings.openId.value).toBe('');
  await trainings.open(kept);
  expect(worker.calls.map(({ name }) => name)).toEqual(['start', 'open']);
  worker.emit({
    kind: 'progress',
    id: 'one',
    spec: DEFAULT_SMARTER,
    state: 'finished',
    message: null,
    progress: { ...progress, test: scoresAt(0.5) },
  });
  await soon();
  expect(live.value?.state).toBe('finished');
});

test('a worker that dies takes its training with it, and says so', async () => {
  const { worker, trainings } = openRuns();
  await trainings.start(DEFAULT_SMARTER);
  expect(trainings.isTraining.value).toBe(true);
  worker.crash('out of memory');
  expect([trainings.live.value, trainings.isTraining.value]).toEqual([null, false]);
  expect(trainings.problem.value).toBe('The smarterVLM worker stopped: out of memory. Open the kept training to go on from where it was last kept.');
});

test('what was stopped is a note and no problem', async () => {
  const { worker, trainings } = openRuns();
  worker.refuse('estimate', { name: 'AbortError', message: 'signal is aborted without reason' });
  await trainings.estimate(DEFAULT_SMARTER);
  expect([trainings.problem.value, trainings.note.value]).toEqual(['', 'Stopped. What was complete by then, such as a downloaded file, is kept.']);
  worker.refuse('estimate', { name: 'HubError', message: 'Are you online?' });
  await trainings.estimate(DEFAULT_SMARTER);
  expect([trainings.problem.value, trainings.note.value]).toEqual(['Are you online?', '']);
});

test('notes stand one after the other, and nothing is said twice', async () => {
  const worker = fakeSmarterWorker();
  const trainings = new SmarterRuns({ open: () => worker, now: () => new Date(0), draft: DEFAULT_SMARTER });
  await trainings.start(DEFAULT_SMARTER);
  for (const message of ['Left out: puzzle 7', 'Not kept.', 'Left out: puzzle 7']) worker.emit({ kind: 'note', message });
  await new Promise((resolve) => setTimeout(resolve));
  expect(trainings.note.value).toBe('Left out: puzzle 7\n\nNot kept.');
  trainings.close();
});

test('a sweep trains one after the other, and ends where one is stopped, refused or lost', async () => {
  const { worker, trainings } = openRuns();
  const seeds = [0, 1, 2].map((seed) => ({ ...DEFAULT_SMARTER, training: { ...DEFAULT_SMARTER.training, seed } }));
  const started = (): unknown[] => worker.calls.filter(({ name }) => name === 'start').map(({ args }) => (args as { spec: unknown }).spec);
  const end = async (state: 'finished' | 'stopped'): Promise<void> => {
    const { live } = trainings;
    if (live.value === null) throw new Error('nothing trains');
    worker.emit({ ...live.value, kind: 'progress', state });
    for (let i = 0; i < 5; i++) await soon();
  };
  trainings.sweep(seeds);
  await soon();
  expect(started()).toEqual(seeds.slice(0, 1));
  expect(trainings.queue.value).toEqual(seeds.slice(1));
  await end('finished');
  expect(started()).toEqual(seeds.slice(0, 2));
  await end('stopped');
  expect([started().length, trainings.queue.value]).toEqual([2, []]);
  trainings.sweep(seeds); // goes on although the last one was stopped
  await soon();
  expect(started()).toHaveLength(3);
  worker.crash('out of memory');
  await soon();
  expect([started().length, trainings.queue.value]).toEqual([3, []]);
  worker.refuse('start', { name: 'InputError', message: 'no such puzzle' });
  trainings.sweep(seeds);
  for (let i = 0; i < 5; i++) await soon();
  expect([started().length, trainings.queue.value, trainings.problem.value]).toEqual([4, [], 'no such puzzle']);
  trainings.close();
});
