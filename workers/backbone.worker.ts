/** Entry of the backbone worker. It listens at once and loads the rest after that, as trainer.worker.ts does and for the same reason. */
import { toWireError } from '../src/lib/errors.ts';
import type { BackboneCallMessage, FromBackboneWorker } from './backbone-protocol.ts';

const main = import('./backbone-main.ts');

addEventListener('message', ({ data }: MessageEvent<BackboneCallMessage>) => {
  main
    .then(({ receive }) => receive(data))
    .catch((thrown: unknown) => {
      const failure: FromBackboneWorker = { id: data.id, error: toWireError(thrown) };
      postMessage(failure);
    });
});
