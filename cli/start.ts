/** `npm start`: builds the page when needed, serves it on localhost with its real headers and prints the address. */
import { optionsOrHelp } from './command-line.ts';
import { wholeNumber } from './option-values.ts';
import { reportFailure } from './report-failure.ts';

/** Ours: unused by the common dev servers, so that an old service worker of another project does not answer. */
const DEFAULT_PORT = 8437;

const HELP = `npm start -- [options]
  --port N           of localhost, 0 to 65535; default ${DEFAULT_PORT}. 0 takes any that is free
  --help
Builds the page when something changed, serves it with its real headers and prints its address. Ctrl+C stops it.
Example: npm start -- --port 9000`;

async function main(args: readonly string[]): Promise<void> {
  const values = optionsOrHelp({ name: 'start', call: 'npm start --', help: HELP }, args, { port: { type: 'string' } });
  if (values === null) return;
  const port = wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 0, 65_535);
  // Vite comes with it: not for help, nor for a port that is none.
  const { DIST, buildIfNeeded } = await import('./build.ts');
  const { serveFolder } = await import('./serve.ts');
  await buildIfNeeded((line) => void process.stdout.write(`${line}\n`));
  const server = await serveFolder(DIST, port);
  process.stdout.write(`Parallax is at ${server.url}  (Ctrl+C stops it)\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
}

main(process.argv.slice(2)).catch(reportFailure);
