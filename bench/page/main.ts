/** The page /bench.html: choose engines and size, run, read the tables, copy the numbers. The work is done in workers, one per engine (bench/browser.ts). */
import { benchInBrowser } from '../browser.ts';
import { COLUMN_IDS, COLUMNS, DEFAULT_COLUMNS, SIZES, type ColumnId, type SizeName } from '../columns.ts';
import type { Measurement } from '../measurement.ts';
import { gemmsFor, type BenchOptions, type Progress } from '../run.ts';
import { browserName } from './browser-name.ts';
import { measurementElements } from './tables.ts';

/** Names by which software adapters introduce themselves (as in src/model/backend.ts). */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

/** The part of Trusted Types we use; TypeScript's DOM library does not declare it. */
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

const policy = makePolicy();
const measurements: Measurement[] = [];
let running: AbortController | null = null;

const form = byId('form', HTMLFormElement);
const runButton = byId('run', HTMLButtonElement);
const stopButton = byId('stop', HTMLButtonElement);
const copyButton = byId('copy', HTMLButtonElement);

byId('columns', HTMLElement).append(...COLUMN_IDS.map(columnBox));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
stopButton.addEventListener('click', () => running?.abort());
copyButton.addEventListener('click', () => void copy());
await describeDevice();
runButton.disabled = false;

async function run(): Promise<void> {
  const options = chosen();
  if (options.columns.length === 0) return say('Choose at least one engine.');
  running = new AbortController();
  setBusy(true);
  try {
    const found = await benchInBrowser(options, browserName(navigator.userAgent), showProgress, running.signal, (address) =>
      policy.createScriptURL(address),
    );
    measurements.push(found);
    byId('results', HTMLElement).prepend(...measurementElements(found));
    showProgress({ text: 'Done.', done: 1 });
  } catch (error) {
    showProgress({ text: running.signal.aborted ? 'Stopped.' : error instanceof Error ? error.message : String(error), done: 0 });
  } finally {
    running = null;
    setBusy(false);
  }
}

function chosen(): BenchOptions {
  const wanted = byId('size', HTMLSelectElement).value;
  const size: SizeName = SIZES.find((name) => name === wanted) ?? 'toy';
  const columns = COLUMN_IDS.filter((id) => byId(`column-${id}`, HTMLInputElement).checked);
  return {
    size,
    columns,
    examples: numberOf('examples', 8, 64),
    rounds: numberOf('rounds', 5, 50),
    gemms: byId('gemm', HTMLInputElement).checked ? gemmsFor(columns) : [],
    isProfiled: byId('profile', HTMLInputElement).checked,
  };
}

async function copy(): Promise<void> {
  const json = JSON.stringify(measurements, null, 2);
  try {
    await navigator.clipboard.writeText(json);
    say('Copied.');
  } catch {
    // Some browsers refuse: then the text itself is shown, selected by a click.
    const text = document.createElement('textarea');
    text.readOnly = true;
    text.value = json;
    text.setAttribute('aria-label', 'The numbers as JSON');
    byId('results', HTMLElement).prepend(text);
    text.select();
    say('This browser does not let the page copy: the text is below.');
  }
}

/** Says which adapter there is, and leaves out what takes minutes on a software one. */
async function describeDevice(): Promise<void> {
  const gpu = (navigator as { gpu?: GPU }).gpu;
  const adapter = (await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)) ?? null;
  const line = byId('device', HTMLElement);
  if (adapter === null) {
    line.textContent = 'No WebGPU here: those engines will say so; the wasm ones run.';
    return;
  }
  const { vendor, architecture, device, description } = adapter.info;
  const name = [vendor, architecture, description || device].filter((part) => part !== '').join(' ');
  const isSoftware = adapter.info.isFallbackAdapter || SOFTWARE.test(name);
  line.textContent = `WebGPU: ${name || 'an adapter without a name'}${isSoftware ? ', in software: stock tfjs takes seconds a step here, so it is not ticked' : ''}.`;
  if (isSoftware) byId('column-stock-webgpu', HTMLInputElement).checked = false;
}

function columnBox(id: ColumnId): HTMLElement {
  const label = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.id = `column-${id}`;
  box.checked = DEFAULT_COLUMNS.includes(id);
  label.append(box, ` ${COLUMNS[id].label}`);
  return label;
}

function setBusy(isBusy: boolean): void {
  runButton.disabled = isBusy;
  stopButton.disabled = !isBusy;
  copyButton.disabled = isBusy || measurements.length === 0;
}

function showProgress({ text, done }: Progress): void {
  byId('bar', HTMLProgressElement).value = done;
  say(text);
}

function say(text: string): void {
  byId('status', HTMLElement).textContent = text;
}

function numberOf(id: string, otherwise: number, limit: number): number {
  const value = byId(id, HTMLInputElement).valueAsNumber;
  return Number.isInteger(value) && value >= 1 ? Math.min(value, limit) : otherwise;
}

function byId<T extends HTMLElement>(id: string, kind: abstract new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`internal: the page has no ${id}`);
}

/** Workers are made of scripts of this site only. */
function makePolicy(): ScriptUrlPolicy {
  const rules: ScriptUrlPolicy = {
    createScriptURL(url) {
      if (new URL(url).origin !== location.origin) throw new TypeError(`bench: expected a script of ${location.origin}, got ${url}`);
      return url;
    },
  };
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes; // absent in browsers without Trusted Types
  return factory?.createPolicy('app-worker', rules) ?? rules;
}
