/** Threads that encode rows. With one, everything runs in the main thread: no start-up, and the same bytes. */
import { Worker } from 'node:worker_threads';
import { InputError } from '../../src/lib/errors.ts';
import type { DatasetRequest } from '../../src/study/data/write/set.ts';
import type { EncodedRows, RowJob, WritePicture } from './encode-rows.ts';
import { encodeRows } from './encode-rows.ts';

export interface Pool {
  /** How many jobs may wait or run at once. */
  readonly depth: number;
  encode(jobs: readonly RowJob[]): Promise<EncodedRows>;
  close(): Promise<void>;
}

/** A thread has to be taught TypeScript before it can load its entry: loaders of the main thread do not reach it on Node 20. */
const TSX = import.meta.resolve('tsx/esm/api');
const ENTRY = new URL('./encode.worker.ts', import.meta.url).href;
const START = `
  const { tsx, entry } = require('node:worker_threads').workerData;
  import(tsx).then(({ register }) => {
    register();
    return import(entry);
  });
`;

interface Waiting {
  readonly resolve: (encoded: EncodedRows) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly encoded?: EncodedRows;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string; readonly code?: string };
}

export function makePool(dir: string, request: DatasetRequest, workers: number, write?: WritePicture): Pool {
  return workers === 1 ? mainThread(dir, request, write) : threads(dir, request, workers);
}

function mainThread(dir: string, request: DatasetRequest, write?: WritePicture): Pool {
  return {
    depth: 1,
    encode: async (jobs) => encodeRows(dir, request, jobs, write),
    close: async () => {},
  };
}

function threads(dir: string, request: DatasetRequest, count: number): Pool {
  const members = Array.from({ length: count }, () => startThread(dir, request));
  return {
    depth: 2 * count, // one running, one at hand
    encode(jobs) {
      const [least] = members.toSorted((a, b) => a.waiting.length - b.waiting.length);
      if (least === undefined) throw new Error('internal: a pool without threads');
      return least.encode(jobs);
    },
    close: async () => {
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(dir: string, request: DatasetRequest) {
  const worker = new Worker(START, { eval: true, workerData: { dir, request, tsx: TSX, entry: ENTRY } });
  const waiting: Waiting[] = [];
  /** Why the thread is gone; also when it had nothing to do then. */
  let end: Error | null = null;
  const endWith = (error: Error) => {
    end ??= error;
    for (const { reject } of waiting.splice(0)) reject(end);
  };
  worker.on('message', ({ encoded, error }: Reply) => {
    const first = waiting.shift();
    if (encoded !== undefined) first?.resolve(encoded);
    else first?.reject(errorOf(error));
  });
  worker.on('error', endWith);
  worker.on('exit', (code) => endWith(new Error(`internal: a thread has ended with code ${code}`)));
  return {
    worker,
    waiting,
    encode: (jobs: readonly RowJob[]) =>
      new Promise<EncodedRows>((resolve, reject) => {
        if (end !== null) {
          reject(end);
          return;
        }
        waiting.push({ resolve, reject });
        worker.postMessage(jobs);
      }),
  };
}

/** Classes do not survive the way between threads. */
function errorOf(error: Reply['error']): Error {
  if (error?.name === 'InputError') return new InputError(error.message);
  return Object.assign(new Error(error?.message ?? 'internal: a thread sent nothing'), { code: error?.code, stack: error?.stack });
}
