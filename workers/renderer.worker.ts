/** Makes batches ahead of the trainer: (spec, step) in, the batch out, its arrays transferred. A thin shell over study/batcher.ts. */
import { toWireError } from '../src/lib/errors.ts';
import { batchAt } from '../src/study/batcher.ts';
import { batchBuffers } from './renderer-pool.ts';
import type { RenderReply, RenderRequest } from './renderer-protocol.ts';

function reply(message: RenderReply, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

addEventListener('message', ({ data: { spec, step } }: MessageEvent<RenderRequest>) => {
  try {
    const batch = batchAt(spec, step);
    reply({ step, batch }, batchBuffers(batch));
  } catch (thrown) {
    reply({ step, error: toWireError(thrown) });
  }
});
