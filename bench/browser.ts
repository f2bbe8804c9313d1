/** The bench on a page: each column is a worker. */
import workerUrl from './column.worker.ts?worker&url';
import { makePort } from './port.ts';
import type { Port, ReplyMessage } from './protocol.ts';
import type { Measurement } from './measurement.ts';
import { runBench, type BenchOptions, type Progress } from './run.ts';

/**
 * @param scriptUrl - turns the address of the worker's file into what `new Worker` takes: under Trusted Types, what a policy gives.
 * Rejects when no column runs or `signal` is aborted.
 */
export function benchInBrowser(
  options: BenchOptions,
  runtime: string,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
  scriptUrl: (address: string) => string = (address) => address,
): Promise<Measurement> {
  return runBench(options, () => workerPort(scriptUrl(new URL(workerUrl, document.baseURI).href)), runtime, onProgress, signal);
}

function workerPort(address: string): Port {
  const worker = new Worker(address, { type: 'module', name: 'bench' });
  const { port, onReply, onDeath } = makePort({ post: (message) => worker.postMessage(message), end: () => worker.terminate() });
  worker.addEventListener('message', ({ data }: MessageEvent<ReplyMessage>) => onReply(data));
  worker.addEventListener('error', ({ message }) => onDeath(message || 'the worker could not start'));
  return port;
}
