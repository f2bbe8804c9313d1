/**
 * `npm run bench`: one training step of a preset, ours against the same step in stock tfjs operations, on every backend there is: wasm and cpu in
 * Node, WebGPU in headless Chromium and in Node. The ratio is the number to quote; milliseconds belong to the machine and adapter named beside them.
 *
 *   npm run bench -- --data [--json]: how fast examples and pictures are made (data.ts)
 *   npm run bench -- [--json] [--backend webgpu|wasm|cpu] [--preset micro|nano|small] [--examples 8] [--rounds 3] [--gpu]
 *
 * `--gpu` lets Chromium use the machine's own GPU; without it the software adapter is used, which is the same everywhere. What cannot run here is
 * listed with its reason. Exit status 1 when the backend that was asked for cannot run, or when both engines do not start at the same loss.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags } from '../cli/browser-flags.ts';
import { ROOT } from '../cli/build.ts';
import { findBrowser } from '../cli/find-browser.ts';
import { PRESETS } from '../src/model/config.ts';
import { BACKENDS, type BackendName } from '../src/model/device-info.ts';
import { dataTable, measureData } from './data.ts';
import type { MeasureOptions, Measurement, StepNumbers } from './measure.ts';

interface Skipped {
  readonly backend: BackendName;
  readonly runtime: string;
  readonly reason: string;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    backend: { type: 'string' },
    preset: { type: 'string', default: 'micro' },
    examples: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
});
if (values.data) {
  const data = measureData((text) => process.stderr.write(text));
  process.stdout.write(values.json ? `${JSON.stringify(data, null, 2)}\n` : dataTable(data));
  process.exit(0);
}
const wanted = values.backend === undefined ? BACKENDS : [oneOf('--backend', BACKENDS, values.backend)];
const options = {
  preset: oneOf('--preset', PRESETS, values.preset),
  examples: wholeNumber('--examples', values.examples, 1024),
  rounds: wholeNumber('--rounds', values.rounds, 1000),
};

const results: Measurement[] = [];
const skipped: Skipped[] = [];
for (const backend of wanted) {
  if (backend === 'webgpu') await attempt(backend, 'Chromium', () => inChromium({ backend, ...options }));
  await attempt(backend, 'Node', () => inNode({ backend, ...options }));
}
const report = { cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`, results, skipped };
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText());
process.exit(results.length === 0 ? 1 : 0);

/** Runs one measurement; what fails is listed, and a wrong result is not hidden by other good ones. */
async function attempt(backend: BackendName, runtime: string, run: () => Promise<Measurement>): Promise<void> {
  if (!values.json) process.stderr.write(`${backend} in ${runtime}…\n`);
  try {
    results.push(await run());
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim();
    if (reason.includes('same loss')) throw error;
    skipped.push({ backend, runtime, reason });
  }
}

async function inNode(measureOptions: MeasureOptions): Promise<Measurement> {
  const args = ['--import', 'tsx', join(ROOT, 'bench/node-run.ts'), JSON.stringify(measureOptions)];
  try {
    const out = execFileSync(process.execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(measureOptions),
    });
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Measurement;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const line = stderr?.split('\n').find((text) => /^\w*Error: /.test(text));
    throw new Error(line ?? (stderr === undefined ? String(error) : stderr.slice(-500)), { cause: error });
  }
}

/** Without `--gpu`, Node's WebGPU takes the software Vulkan driver that Chromium carries, when there is one. */
function environment({ backend }: MeasureOptions): NodeJS.ProcessEnv {
  const browser = backend === 'webgpu' && !values.gpu ? findBrowser() : null;
  const folders = browser === null ? [] : [dirname(browser.path), '/usr/lib/chromium', '/usr/lib/chromium-browser'];
  const driver = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
  if (driver === undefined) return process.env;
  // The Vulkan loader is Chromium's too, for machines that have none; a loader of the system comes first.
  const libraries = [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter((path) => path !== undefined && path !== '').join(':');
  return { ...process.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries };
}

async function inChromium(measureOptions: MeasureOptions): Promise<Measurement> {
  const found = findBrowser();
  if (found === null) throw new Error('no Chromium here: `npm test` installs one');
  // Without watching: a file that changes meanwhile must not reload the page under the measurement.
  const server = await createServer({ root: ROOT, logLevel: 'error', server: { port: 0, host: '127.0.0.1', hmr: false, watch: null } });
  await server.listen();
  const browser = await chromium.launch({ executablePath: found.path, args: chromiumFlags(values.gpu ? 'hardware' : 'software') });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}bench/page.html`);
    // As text: the module is the browser's, served by Vite, and no loader of Node may rewrite the import.
    const call = `import('/bench/measure.ts').then((m) => m.measure(${JSON.stringify(measureOptions)}, 'Chromium ${browser.version()}'))`;
    return (await page.evaluate(call)) as Measurement;
  } finally {
    await browser.close();
    await server.close();
  }
}

function asText(): string {
  const row = (name: string, n: StepNumbers) =>
    `  ${name.padEnd(6)} ${String(n.ms.median).padStart(8)} ms (${n.ms.min}-${n.ms.max})  ${n.tokensPerSecond} tokens/s  ${n.kernels} kernels` +
    (n.dispatches === null ? '' : `  ${n.dispatches} dispatches  ${n.submits} submits  ${n.newBuffers} new buffers`) +
    `  ${(n.peakBytes / 1e6).toFixed(1)} MB peak\n`;
  const blocks = results.map(
    (r) =>
      `${r.backend} in ${r.runtime}${r.adapter === '' ? '' : ` on ${r.adapter}`}: ${r.preset}, ${r.parameters} parameters, ${r.tokens} tokens a step\n` +
      row('ours', r.ours) +
      row('stock', r.stock) +
      `  ours is ${r.ratio} times as fast as stock tfjs\n`,
  );
  const rest = skipped.map((s) => `${s.backend} in ${s.runtime}: not measured: ${s.reason}\n`);
  return [`${report.cpu}\n`, ...blocks, ...rest].join('');
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
