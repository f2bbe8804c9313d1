/**
 * `npm run bench` (see --help): one training step of ours against the same step elsewhere, on this machine, in one run: captured and eager, stock tfjs, jax-js, on WebGPU
 * and on wasm, and matrix products alone (also ONNX Runtime Web's). The ratios are the numbers to quote; milliseconds belong to the machine and adapter named
 * beside them. With --data, how fast examples and pictures are made (data.ts).
 */
import { cpus } from 'node:os';
import { optionsOrHelp } from '../cli/command-line.ts';
import { oneOf, wholeNumber } from '../cli/option-values.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { COLUMN_IDS, COLUMNS, DEFAULT_COLUMNS, SIZES, type ColumnId, type SizeName } from './columns.ts';
import { measurementText } from './report.ts';
import type { Measurement } from './measurement.ts';
import { gemmsFor, type BenchOptions, type Progress } from './run.ts';

const RUNTIMES = ['chromium', 'node'] as const;
const MAX_EXAMPLES = 1024;
const MAX_ROUNDS = 1000;

const HELP = `npm run bench -- [options]
  --size LIST        ${SIZES.join(', ')}, with commas between; default toy,micro
  --columns LIST     what is measured: ${COLUMN_IDS.join(', ')}; default all but those on cpu
  --backend NAME     in place of --columns, all of one backend: ${BACKENDS.join(', ')}
  --runtime NAME     ${RUNTIMES.join(' or ')}; default chromium
  --gpu              WebGPU on the machine's own GPU; default the software adapter, which is the same everywhere
  --examples N       in a step, 1 to ${MAX_EXAMPLES}; default 8
  --rounds N         in which all columns take turns, 1 to ${MAX_ROUNDS}; default 5
  --no-gemm          leave out the matrix products
  --profile          add our step's time, kernel by kernel
  --json             the numbers as JSON in place of tables, and no progress
How fast examples and pictures are made, for each task, and nothing else:
  --data             with --json or without
  --help
What cannot run here is listed with its reason. Exit status 1 when nothing could run, or when engines do not start at the same loss and stay together.
Example: npm run bench -- --size micro --backend wasm`;

async function main(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const values = optionsOrHelp({ name: 'bench', call: 'npm run bench --', help: HELP }, args, {
    ...{ json: flag, data: flag, gpu: flag, profile: flag, 'no-gemm': flag },
    ...{ backend: text, columns: text, runtime: text, size: text, examples: text, rounds: text },
  });
  if (values === null) return 0;
  const isJson = values.json === true;
  if (values.data === true) {
    const { dataTable, measureData } = await import('./data.ts');
    const data = measureData((line) => process.stderr.write(line));
    process.stdout.write(isJson ? `${JSON.stringify(data, null, 2)}\n` : dataTable(data));
    return 0;
  }
  const columns = chosenColumns(values.columns, values.backend);
  const runtime = oneOf('--runtime', RUNTIMES, values.runtime ?? 'chromium');
  const examples = wholeNumber('--examples', values.examples ?? '8', 1, MAX_EXAMPLES);
  const rounds = wholeNumber('--rounds', values.rounds ?? '5', 1, MAX_ROUNDS);
  const sizes = (values.size ?? 'toy,micro').split(',').map((name) => oneOf('--size', SIZES, name));
  const gemms = values['no-gemm'] === true ? [] : gemmsFor(columns);
  const results: Measurement[] = [];
  const skipped: { readonly size: SizeName; readonly reason: string }[] = [];
  for (const size of sizes) {
    const options: BenchOptions = { size, columns, examples, rounds, gemms, isProfiled: values.profile === true };
    const say = (progress: Progress): void => void (isJson || process.stderr.write(`${size}: ${progress.text}…\n`));
    try {
      // Playwright and Vite are loaded where a browser is wanted only: a bare machine with a GPU has neither.
      const bench = runtime === 'chromium' ? (await import('./chromium.ts')).benchInChromium : (await import('./node.ts')).benchInNode;
      results.push(await bench(options, values.gpu === true, say));
    } catch (error) {
      const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
      skipped.push({ size, reason: line.replace(/^page\.evaluate: (Error: )?/, '') });
    }
  }
  const report = { cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`, results, skipped };
  const rest = skipped.map(({ size, reason }) => `${size}: not measured: ${reason}\n`);
  const tables = [`${report.cpu}\n`, ...results.map(measurementText), ...rest].join('\n');
  process.stdout.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : tables);
  return results.length === 0 || results.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

function chosenColumns(list: string | undefined, backendName: string | undefined): readonly ColumnId[] {
  if (list !== undefined) return list.split(',').map((id) => oneOf('--columns', COLUMN_IDS, id));
  if (backendName === undefined) return DEFAULT_COLUMNS;
  const backend = oneOf('--backend', BACKENDS, backendName);
  return COLUMN_IDS.filter((id) => COLUMNS[id].backend === backend);
}

// It ends here: what a column left behind must not keep the process.
main(process.argv.slice(2)).then((code) => process.exit(code), reportFailure);
