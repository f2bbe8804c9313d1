/** A thread that encodes rows: jobs in, bytes out, in the order in which they came. */
import { parentPort, workerData } from 'node:worker_threads';
import { toWireError } from '../../src/lib/errors.ts';
import type { DatasetRequest } from '../../src/study/data/write/set.ts';
import type { RowJob } from './encode-rows.ts';
import { encodeRows } from './encode-rows.ts';

const { dir, request } = workerData as { dir: string; request: DatasetRequest }; // pool.ts gives them

parentPort?.on('message', (jobs: readonly RowJob[]) => {
  try {
    const encoded = encodeRows(dir, request, jobs);
    parentPort?.postMessage({ encoded }, [encoded.text.buffer as ArrayBuffer, encoded.list.buffer as ArrayBuffer]); // fresh buffers, never shared
  } catch (error) {
    parentPort?.postMessage({ error: { ...toWireError(error), code: (error as NodeJS.ErrnoException).code } });
  }
});
