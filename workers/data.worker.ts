/** Reads and scores files for the page; a thin shell over src/study/data/read. */
import { toWireError } from '../src/lib/errors.ts';
import { KeptRows } from '../src/study/data/read/kept-rows.ts';
import { lookAtFile } from '../src/study/data/read/look.ts';
import { scoreFiles } from '../src/study/data/read/score-files.ts';
import { blobSource } from '../src/study/data/read/source.ts';
import type { DataCallMessage, DataCalls, DataHandlers, FromDataWorker, ToDataWorker } from './data-protocol.ts';

/** Often enough for a bar to look smooth. */
const PROGRESS_EVERY_MS = 100;

let running: AbortController | null = null;
let kept = new KeptRows();

const handlers: DataHandlers = {
  look: ({ file }) => lookAtFile(blobSource(file.name, file)),
  score,
  picture: ({ rowNumber }) => Promise.resolve(kept.picture(rowNumber)),
};

async function score({ data, predictions, options }: DataCalls['score']['in'], id: number): Promise<DataCalls['score']['out']> {
  running?.abort(new DOMException('another file is scored', 'AbortError'));
  const cancel = new AbortController();
  running = cancel;
  const fresh = new KeptRows();
  kept = fresh;
  let toldAt = Number.NEGATIVE_INFINITY;
  const report = await scoreFiles(blobSource(data.name, data), predictions === null ? null : blobSource(predictions.name, predictions), options, {
    signal: cancel.signal,
    onRow: (outcome, row) => fresh.add(outcome, row),
    onProgress: (progress) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = now;
      reply({ id, progress });
    },
  });
  return { report, rows: fresh.rows };
}

function reply(message: FromDataWorker): void {
  postMessage(message);
}

function answer(message: DataCallMessage): Promise<DataCalls[keyof DataCalls]['out']> {
  switch (message.name) {
    case 'look':
      return handlers.look(message.args, message.id);
    case 'score':
      return handlers.score(message.args, message.id);
    case 'picture':
      return handlers.picture(message.args, message.id);
    default:
      return message satisfies never;
  }
}

addEventListener('message', ({ data: message }: MessageEvent<ToDataWorker>) => {
  if (message.name === 'cancel') {
    running?.abort(new DOMException('cancelled', 'AbortError'));
    return;
  }
  answer(message).then(
    (value) => reply({ id: message.id, value }),
    (thrown: unknown) => reply({ id: message.id, error: toWireError(thrown) }),
  );
});
