import { expect, test } from 'vitest';
import type { BackboneCallMessage, FromBackboneWorker } from '../../workers/backbone-protocol.ts';

test('the worker starts, and says that nothing is loaded yet', async () => {
  const worker = new Worker(new URL('../../workers/backbone.worker.ts', import.meta.url), { type: 'module', name: 'backbone' });
  const answer = new Promise<FromBackboneWorker>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<FromBackboneWorker>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
  });
  const call: BackboneCallMessage = { id: 5, name: 'texts', args: { questions: ['how many'] } };
  worker.postMessage(call);
  expect(await answer).toMatchObject({ id: 5, error: { name: 'Error', message: 'internal: no backbone is loaded' } });
  worker.terminate();
});
