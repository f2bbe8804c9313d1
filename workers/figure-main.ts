/** What the figure worker is made of: the service over this worker's device, store, clock and renderers. Loaded by trainer.worker.ts. */
import { toWireError } from '../src/lib/errors.ts';
import { openFigureStore } from '../src/study/figures/figure-store.ts';
import { makeFigureService } from './figure-service.ts';
import type { FigureCallMessage, FigureCalls, FromFigureWorker } from './figure-protocol.ts';
import { openKernelChoices } from './kernel-choices.ts';
import { bestEngine, BUILD, locks, openBatches, readBaseFile } from './worker-host.ts';

function post(message: FromFigureWorker): void {
  postMessage(message);
}

const choices = openKernelChoices('parallax-kernels');

const handlers = makeFigureService({
  ...{ locks, readBaseFile, build: BUILD, batches: openBatches, emit: (event) => post({ event }) },
  store: openFigureStore({ now: () => new Date().toISOString(), build: BUILD }),
  clock: () => performance.now(),
  async openEngine(prefer) {
    const engine = await bestEngine(prefer);
    await choices.recall(engine);
    return engine;
  },
});

function answer({ name, args }: FigureCallMessage): Promise<FigureCalls[keyof FigureCalls]['out']> {
  switch (name) {
    case 'estimate':
      return handlers.estimate(args);
    case 'make':
      return handlers.make(args);
    case 'stop':
      return handlers.stop(args);
    default:
      return name satisfies never;
  }
}

/** Answers one call; never rejects. */
export async function receive(message: FigureCallMessage): Promise<void> {
  try {
    post({ id: message.id, value: await answer(message) });
  } catch (thrown) {
    post({ id: message.id, error: toWireError(thrown) });
  }
}
