/** `npm start`: builds the page when needed, serves it on localhost with its real headers and prints the address. `-- --port N` chooses a port. */
import { parseArgs } from 'node:util';
import { DIST, buildIfNeeded } from './build.ts';
import { serveFolder } from './serve.ts';

/** Ours: unused by the common dev servers, so that an old service worker of another project does not answer. */
const DEFAULT_PORT = 8437;

const { values } = parseArgs({ options: { port: { type: 'string' } } });
const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`start: expected a port from 0 to 65535, got ${values.port}: leave --port out for ${DEFAULT_PORT}\n`);
  process.exit(1);
}
await buildIfNeeded((line) => void process.stdout.write(`${line}\n`));
const server = await serveFolder(DIST, port);
process.stdout.write(`Parallax is at ${server.url}  (Ctrl+C stops it)\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
