/**
 * Entry of the trainer worker, and under the names `figures` and `smarter` of the workers that need the same modules. It has no imports that run: tfjs is loaded by a
 * module that awaits (src/model/tf.ts), and messages that reach a worker before its listener does are lost. So the listener is here at once, and every message
 * waits for the rest to be loaded.
 */
import type { WireError } from '../src/lib/errors.ts';
import type { WorkerEvent } from './protocol.ts';

/** `receive` answers the messages of the worker's own protocol, and the page sends no others. */
const main: Promise<{ receive(message: unknown): Promise<void> }> =
  self.name === 'figures' ? import('./figure-main.ts') : self.name === 'smarter' ? import('./smarter-main.ts') : import('./trainer-main.ts');

function fatal(thrown: unknown): void {
  const error: WireError = thrown instanceof Error ? { name: thrown.name, message: thrown.message } : { name: 'Error', message: String(thrown) };
  const event: WorkerEvent = { type: 'fatal', error };
  postMessage(event);
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  main.then(({ receive }) => receive(data)).catch(fatal);
});
addEventListener('unhandledrejection', ({ reason }) => fatal(reason));
