/**
 * Serves a folder of built files on localhost with the page's real headers. Used by `npm start`, the end-to-end tests and the bench.
 * Not a general web server: GET and HEAD of plain files, nothing outside the folder, no listing.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { headersFor } from './headers.ts';

export interface RunningServer {
  /** With the trailing slash, e.g. `http://localhost:8437/`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How many ports after the wanted one are tried before any free one is taken. */
const PORTS_TRIED = 20;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Starts serving; when `port` is taken the next free one is used, and port 0 means any. */
export async function serveFolder(folder: string, port: number): Promise<RunningServer> {
  const root = resolve(folder);
  const server = createServer((request, response) => answer(root, request, response));
  const bound = await listen(server, port);
  return {
    url: `http://localhost:${bound}/`,
    port: bound,
    close: () =>
      new Promise((done, fail) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? done() : fail(error)));
      }),
  };
}

function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request.url ?? '/');
  const file = path === null ? null : fileOf(root, path);
  for (const [name, value] of Object.entries(headersFor(path ?? '/', false))) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
  if (path === null || file === null) {
    response.setHeader('Cache-Control', 'no-cache');
    return refuse(response, 404, 'no such file');
  }
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', statSync(file).size);
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file)
    .on('error', (error) => response.destroy(error))
    .pipe(response);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${status}: ${why}\n`);
}

/** The decoded path of a request; null when it cannot be decoded. */
function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null; // A malformed address is answered as a missing file.
  }
}

/** The file of a path inside the root; null when there is none, it lies outside, or it configures a host (`_headers`, dot files). */
function fileOf(root: string, path: string): string | null {
  const file = resolve(join(root, path.endsWith('/') ? `${path}index.html` : path));
  const isInside = file.startsWith(root + sep);
  const isHidden = file
    .slice(root.length)
    .split(sep)
    .some((part) => part.startsWith('.') || part.startsWith('_'));
  return isInside && !isHidden && existsSync(file) && statSync(file).isFile() ? file : null;
}

async function listen(server: Server, wanted: number): Promise<number> {
  const ports = wanted === 0 ? [0] : [...Array.from({ length: PORTS_TRIED }, (_, i) => wanted + i), 0];
  for (const port of ports) {
    const bound = await tryListen(server, port);
    if (bound !== null) return bound;
  }
  throw new Error(`serve: expected a free port near ${wanted}, got none: pass another with --port`);
}

/** Binds one port on the loopback interface; null when it is taken. */
function tryListen(server: Server, port: number): Promise<number | null> {
  return new Promise((done, fail) => {
    const onError = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(null) : fail(error));
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      const address = server.address();
      done(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
