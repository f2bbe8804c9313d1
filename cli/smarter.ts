/**
 * `npm run smarter -- --out DIR [--spec FILE] [--set path=value]… [--smart-dir DIR] [--backend wasm]`: features of the puzzles, then a training of smarterVLM, then its test.
 * Goes on where an interrupted command stopped. JSON lines on stdout.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fault, InputError } from '../src/lib/errors.ts';
import { openBackend } from '../src/model/backend.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { DEFAULT_SMARTER, parseSmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import { trainSmarter } from './smarter-run.ts';
import { reportFailure } from './report-failure.ts';

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ spec: { type: 'string' }, set: { type: 'string', multiple: true, default: [] }, out: { type: 'string' } },
      ...{ backend: { type: 'string', default: 'wasm' }, 'smart-dir': { type: 'string' } },
    },
  });
  const backend = BACKENDS.find((known) => known === values.backend);
  if (backend === undefined) throw new InputError(fault('--backend', BACKENDS.join(', '), values.backend));
  if (values.out === undefined) throw new InputError(fault('--out', 'a folder for features and results', 'none'));
  const spec = withChanges(values.spec === undefined ? DEFAULT_SMARTER : await readJson(values.spec), values.set);
  await mkdir(values.out, { recursive: true });
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const engine = await openBackend(backend);
  const summary = await trainSmarter(spec, {
    ...{ folder: values.out, smartDir: values['smart-dir'] ?? null, signal: abort.signal, print, engine },
    clock: () => performance.now(),
  });
  engine.close();
  if (summary === null) return 130;
  await writeFile(join(values.out, 'summary.json'), `${JSON.stringify(summary, null, 1)}\n`);
  print({ event: 'summary', ...summary, losses: undefined });
  return 0;
}

async function readJson(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new InputError(fault('--spec', 'a file', file));
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new InputError(`${file}: expected JSON, got other text`);
  }
}

/** `path=value`, value as JSON or else as text. */
function withChanges(base: unknown, changes: readonly string[]): SmarterSpec {
  const spec = structuredClone(parseSmarterSpec(base)) as Record<string, unknown>;
  for (const change of changes) {
    const [path = '', ...rest] = change.split('=');
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], spec);
    if (typeof parent !== 'object' || parent === null || !(last in parent)) throw new InputError(fault('--set', 'a field of the spec', path));
    (parent as Record<string, unknown>)[last] = valueOf(rest.join('='));
  }
  return parseSmarterSpec(spec);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, reportFailure);
