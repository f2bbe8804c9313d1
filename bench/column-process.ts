/** One column of the bench in a Node process of its own (child_process.fork). */
import type { CallMessage } from './protocol.ts';
import { serveColumn } from './shell.ts';

const take = serveColumn((reply) => void process.send?.(reply));
process.on('message', (message) => take(message as CallMessage));
