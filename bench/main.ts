/**
 * `npm run bench`: one training step of ours against the same step elsewhere, on this machine, in one run: captured and eager, stock tfjs, jax-js, on WebGPU
 * and on wasm, and matrix products alone (also ONNX Runtime Web's). The ratios are the numbers to quote; milliseconds belong to the machine and adapter named
 * beside them.
 *
 *   npm run bench -- --data [--json]: how fast examples and pictures are made (data.ts)
 *   npm run bench -- [--json] [--size toy,micro,nano,small] [--backend webgpu|wasm|cpu] [--columns ours,jax-webgpu,…] [--rounds 5] [--examples 8]
 *                    [--runtime chromium|node] [--no-gemm] [--profile] [--gpu]
 *
 * `--gpu` lets Chromium use the machine's own GPU; without it the software adapter is used, which is the same everywhere. What cannot run here is
 * listed with its reason. Exit status 1 when nothing could run, or when engines do not start at the same loss and stay together.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { BACKENDS } from '../src/model/device-info.ts';
import { COLUMN_IDS, COLUMNS, DEFAULT_COLUMNS, SIZES, type ColumnId, type SizeName } from './columns.ts';
import { dataTable, measureData } from './data.ts';
import { benchInNode } from './node.ts';
import { measurementText } from './report.ts';
import type { Measurement } from './measurement.ts';
import { gemmsFor, type BenchOptions, type Progress } from './run.ts';

const RUNTIMES = ['chromium', 'node'] as const;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    'no-gemm': { type: 'boolean', default: false },
    backend: { type: 'string' },
    columns: { type: 'string' },
    runtime: { type: 'string', default: 'chromium' },
    size: { type: 'string', default: 'toy,micro' },
    examples: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
  },
});
if (values.data) {
  const data = measureData((text) => process.stderr.write(text));
  process.stdout.write(values.json ? `${JSON.stringify(data, null, 2)}\n` : dataTable(data));
  process.exit(0);
}

const columns = chosenColumns();
const runtime = oneOf('--runtime', RUNTIMES, values.runtime);
const results: Measurement[] = [];
const skipped: { readonly size: SizeName; readonly reason: string }[] = [];
for (const size of values.size.split(',').map((name) => oneOf('--size', SIZES, name))) {
  const options: BenchOptions = {
    size,
    columns,
    examples: wholeNumber('--examples', values.examples, 1024),
    rounds: wholeNumber('--rounds', values.rounds, 1000),
    gemms: values['no-gemm'] ? [] : gemmsFor(columns),
    isProfiled: values.profile,
  };
  const say = ({ text }: Progress): void => void (values.json || process.stderr.write(`${size}: ${text}…\n`));
  try {
    // Playwright and Vite are loaded where a browser is wanted only: a bare machine with a GPU has neither.
    const bench = runtime === 'chromium' ? (await import('./chromium.ts')).benchInChromium : benchInNode;
    results.push(await bench(options, values.gpu, say));
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    skipped.push({ size, reason: line.replace(/^page\.evaluate: (Error: )?/, '') });
  }
}
const report = { cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`, results, skipped };
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText());
process.exit(results.length === 0 || results.some(({ faults }) => faults.length > 0) ? 1 : 0);

function asText(): string {
  const rest = skipped.map(({ size, reason }) => `${size}: not measured: ${reason}\n`);
  return [`${report.cpu}\n`, ...results.map(measurementText), ...rest].join('\n');
}

function chosenColumns(): readonly ColumnId[] {
  if (values.columns !== undefined) return values.columns.split(',').map((id) => oneOf('--columns', COLUMN_IDS, id));
  if (values.backend === undefined) return DEFAULT_COLUMNS;
  const backend = oneOf('--backend', BACKENDS, values.backend);
  return COLUMN_IDS.filter((id) => COLUMNS[id].backend === backend);
}

function oneOf<T extends string>(option: string, allowed: readonly T[], value: string): T {
  const match = allowed.find((name) => name === value);
  return match ?? fail(`bench: expected ${option} ${allowed.join(', ')}, got ${value}`);
}

function wholeNumber(option: string, value: string, limit: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 && number <= limit ? number : fail(`bench: expected ${option} from 1 to ${limit}, got ${value}`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
