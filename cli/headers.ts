/**
 * The response headers of the page, in one place: `npm start` sends them, `public/_headers` (for static hosts) is checked against them, and the
 * end-to-end tests run under them.
 *
 * Page and worker files have different policies: a worker that starts threads of a WebAssembly library cannot have Trusted Types.
 * `wasm-unsafe-eval` lets WebAssembly compile; nothing may eval. The hub's hosts are there for the frozen backbones only.
 */

const CONNECT = "connect-src 'self' https://huggingface.co https://*.hf.co";

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  CONNECT,
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html app-worker',
];

const WORKER_POLICY = ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", CONNECT];

/** What makes the page cross-origin isolated; the dev server sends these too. */
export const ISOLATION_HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const COMMON: Readonly<Record<string, string>> = {
  ...ISOLATION_HEADERS,
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=()',
  'Origin-Agent-Cluster': '?1',
};

/**
 * The headers of one path of the built page. `isSecure` adds what only makes sense over https: on http://localhost it would send the browser to
 * a server that is not there.
 */
export function headersFor(path: string, isSecure: boolean): Record<string, string> {
  const isWorker = path.startsWith('/assets/worker-');
  const policy = isWorker ? WORKER_POLICY : isSecure ? [...PAGE_POLICY, 'upgrade-insecure-requests'] : PAGE_POLICY;
  return {
    'Content-Security-Policy': policy.join('; '),
    ...COMMON,
    ...(isSecure ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' } : {}),
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

/** The same as a `_headers` file, as Cloudflare Pages and Netlify read it; `! Name` detaches a header of an earlier match. */
export function headersFile(): string {
  const block = (pattern: string, lines: readonly string[]) => [pattern, ...lines.map((line) => `  ${line}`), ''].join('\n');
  const all = Object.entries(headersFor('/', true)).map(([name, value]) => `${name}: ${value}`);
  const cache = headersFor('/assets/x', true)['Cache-Control'] ?? '';
  return [
    block('/*', all),
    block('/assets/*', ['! Cache-Control', `Cache-Control: ${cache}`]),
    block('/assets/worker-*', ['! Content-Security-Policy', `Content-Security-Policy: ${WORKER_POLICY.join('; ')}`]),
  ].join('\n');
}
