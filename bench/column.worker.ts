/**
 * One column of the bench in a worker of its own. No static imports: it listens at once and keeps messages until the engines have loaded, since what is
 * posted before that would be lost.
 */
import type { CallMessage } from './protocol.ts';

const early: CallMessage[] = [];
let take = (message: CallMessage): void => void early.push(message);
self.addEventListener('message', ({ data }: MessageEvent<CallMessage>) => take(data));
const { serveColumn } = await import('./shell.ts');
take = serveColumn((reply) => self.postMessage(reply));
for (const message of early.splice(0)) take(message);
