/**
 * `npm run smarter -- --out DIR …` (see --help): features of the puzzles, then a training of smarterVLM, then its test. Goes on where an interrupted command stopped.
 * JSON lines on stdout. Exit codes: 0 done, 1 a fault of ours, 2 bad input, 130 stopped by a signal.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { DEFAULT_SMARTER, parseSmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import { optionsOrHelp } from './command-line.ts';
import { oneOf } from './option-values.ts';
import { reportFailure } from './report-failure.ts';

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const HELP = `npm run smarter -- --out DIR [options]
  --out DIR          features and results; the same command goes on where it was stopped
  --spec FILE        the training, as JSON; default the model and data of the paper, with our own puzzles and encoders
  --set KEY=VALUE    in place of a field of the spec, as JSON; may be given again: --set training.epochs=1 --set 'data.puzzles=[14,50]'
  --smart-dir DIR    the unpacked release of SMART-101, for --set data.source=smart-101
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --help
Features, training and test of one smarterVLM. JSON lines on stdout, a summary last and in DIR/summary.json. A whole table of the paper:
npm run headless -- --figure smarter-table1 --help
Example: npm run smarter -- --out out/smarter --set data.instances=20 --set training.epochs=3`;

async function main(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = { spec: text, set: { type: 'string', multiple: true }, out: text, backend: text, 'smart-dir': text } as const;
  const values = optionsOrHelp({ name: 'smarter', call: 'npm run smarter --', help: HELP }, args, options);
  if (values === null) return 0;
  const backend = oneOf('--backend', BACKENDS, values.backend ?? 'wasm');
  if (values.out === undefined) throw new InputError(fault('smarter', '--out DIR', 'none', 'see npm run smarter -- --help'));
  const spec = withChanges(values.spec === undefined ? DEFAULT_SMARTER : await readJson(values.spec), values.set ?? []);
  await mkdir(values.out, { recursive: true });
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const { openBackend } = await import('../src/model/backend.ts'); // tfjs: not for help, nor for a spec that is wrong
  const { trainSmarter } = await import('./smarter-run.ts');
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
