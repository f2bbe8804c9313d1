/** Command line of `npm run headless`: options, their meanings, and what is wrong with them in one clear line. */
import { readFile } from 'node:fs/promises';
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { PROMPT_MODES } from '../src/study/events.ts';
import type { PromptMode } from '../src/study/events.ts';
import type { Budget } from '../src/study/flops.ts';
import { parseRunSpec } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { parseCommandLine } from './command-line.ts';
import { oneOf, wholeNumber } from './option-values.ts';

export interface HeadlessOptions {
  /** Null: the one of the folder that is resumed. */
  readonly spec: unknown;
  readonly out: string;
  readonly backend: BackendName;
  readonly steps: number | null;
  readonly maxMinutes: number | null;
  readonly isResume: boolean;
  /** The run to go on from as a run of its own, at a step (null = its newest checkpoint), and what changes; null = none. */
  readonly parent: { readonly folder: string; readonly step: number | null; readonly changes: Partial<RunSpec> } | null;
  readonly isEvaluateOnly: boolean;
  /** Of --evaluate-only; null = as the spec says. */
  readonly evaluationExamples: number | null;
  /** How --evaluate-only asks of pictures. */
  readonly prompts: readonly PromptMode[];
  /** What --evaluate-only adds to the matrix: failure modes, losses. */
  readonly hasFailures: boolean;
  readonly hasLosses: boolean;
  readonly base: string | null;
  /** The run that this one is to cost as much as, as JSON, and what is equal then. */
  readonly comparable: { readonly spec: unknown; readonly budget: Budget } | null;
  readonly saveBase: string | null;
  /** File for the run with its timeline, as the page exports and imports it; null = none. */
  readonly saveRun: string | null;
  readonly logEvery: number;
}

export const HEADLESS_HELP = `npm run headless -- --spec FILE --out DIR [options]
npm run headless -- --figure ID [options]
A figure or table of the papers:
  --figure ID        trains and measures its runs; has options of its own, below. smarter-table1 and the like: --figure smarter-table1 --help
One run:
  --spec FILE        the run, as JSON (specs/*.json); not needed with --resume
  --out DIR          checkpoints and results.json
  --backend NAME     ${BACKENDS.join(', ')}; default wasm. webgpu is Dawn, from the package webgpu
  --resume           go on from the newest checkpoint in DIR, bit for bit
  --parent DIR       go on from a checkpoint of the run in DIR as a run of its own in --out, with --set supervision=NAME: the switch Mix -> Mix+
  --at-step N        which of the checkpoints in --parent; default the newest
  --steps N          stop once N steps of the run are done; the schedule stays that of the whole run
  --max-minutes M    stop after so long, with a checkpoint
  --base WHICH       start from these weights: a safetensors file, or a name or digest of public/base/index.json
  --save-base PATH   at the end write PATH.safetensors and its entry in index.json beside it
  --save-run FILE    keep the weights at up to 24 steps, and at the end write the run with this timeline to FILE.safetensors: the page imports it
  --evaluate-only    no training: evaluate the newest checkpoint of DIR, or --base
  --examples N       examples per level and modality of --evaluate-only
  --prompts LIST     how --evaluate-only asks of pictures, by commas: direct (default), convert (as first token of the response)
  --force-convert    the same as --prompts convert
  --failures         with --evaluate-only: how the answers fail (S2H appendix K), and each wrong answer
  --losses           with --evaluate-only: losses on the held-out examples (S2H Eq. 2, 4, 5)
  --comparable FILE  choose N so that the run costs as much as the run of this spec
  --budget WHAT      what is equal then: samples, 'all rows' (Align- and (TW) counted) or flops; default flops
  --seed N           in place of the spec's seed
  --set KEY=VALUE    in place of a field of the spec, as JSON: --set learningRate=0.002 --set evaluation.examples=50
  --log-every N      steps per line of the log; default 10
  --help`;

const HEADLESS = { name: 'headless', call: 'npm run headless --', help: HEADLESS_HELP };

/** Options of a command line, or null when help was asked for. Throws InputError. */
export async function parseHeadlessOptions(args: readonly string[]): Promise<HeadlessOptions | null> {
  const values = parse(args);
  if (values === null) return null;
  if (values.out === undefined) throw new InputError(fault('headless', '--out DIR', 'none', 'npm run headless -- --help'));
  const isResume = values.resume === true;
  const isEvaluateOnly = values['evaluate-only'] === true;
  const hasParent = values.parent !== undefined;
  if (hasParent && [values.spec, values.base, values.resume, values['evaluate-only']].some((value) => value !== undefined))
    throw new InputError(fault('--parent', 'no --spec, --base, --resume or --evaluate-only beside it', 'one'));
  if (values['at-step'] !== undefined && !hasParent) throw new InputError(fault('--at-step', '--parent with it', 'none'));
  if (values.spec === undefined && !isResume && !isEvaluateOnly && !hasParent)
    throw new InputError(fault('headless', '--spec FILE or --resume', 'neither'));
  const backend = oneOf('--backend', BACKENDS, values.backend ?? 'wasm');
  const idle = EVALUATION_OPTIONS.find((name) => values[name] !== undefined);
  if (!isEvaluateOnly && idle !== undefined) throw new InputError(fault(`--${idle}`, '--evaluate-only with it', 'none'));
  const spec = values.spec === undefined ? null : await readSpec(values.spec);
  const changed = spec ?? {};
  if (spec !== null || hasParent) {
    for (const change of [...(values.seed === undefined ? [] : [`seed=${values.seed}`]), ...(values.set ?? [])]) setField(changed, change);
  }
  const step = values['at-step'] === undefined ? null : wholeNumber('--at-step', values['at-step'], 1);
  return {
    spec,
    out: values.out,
    backend,
    steps: values.steps === undefined ? null : wholeNumber('--steps', values.steps, 1),
    maxMinutes: values['max-minutes'] === undefined ? null : positive('--max-minutes', values['max-minutes']),
    isResume,
    parent: values.parent === undefined ? null : { folder: values.parent, step, changes: changed }, // judged by switchRun
    isEvaluateOnly,
    evaluationExamples: values.examples === undefined ? null : wholeNumber('--examples', values.examples, 1),
    prompts: promptsOf(values.prompts, values['force-convert'] === true),
    hasFailures: values.failures === true,
    hasLosses: values.losses === true,
    base: values.base ?? null,
    comparable: values.comparable === undefined ? null : { spec: await readSpec(values.comparable), budget: await budgetOf(values.budget) },
    saveBase: values['save-base'] ?? null,
    saveRun: values['save-run'] ?? null,
    logEvery: wholeNumber('--log-every', values['log-every'] ?? '10', 1),
  };
}

async function budgetOf(name = 'flops'): Promise<Budget> {
  const { BUDGETS } = await import('../src/study/flops.ts'); // tfjs comes with it: not for help
  return oneOf('--budget', BUDGETS, name);
}

/** The spec with its base's digest in place. */
export function specWithBase(spec: unknown, digest: string | null): RunSpec {
  const isPlain = typeof spec === 'object' && spec !== null && !Array.isArray(spec);
  return parseRunSpec(digest === null || !isPlain ? spec : { ...spec, base: digest });
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  return parseCommandLine(HEADLESS, args, {
    ...{ spec: text, out: text, backend: text, resume: flag, parent: text, 'at-step': text, steps: text, 'max-minutes': text },
    ...{
      base: text,
      'save-base': text,
      'save-run': text,
      comparable: text,
      budget: text,
      seed: text,
      set: { type: 'string', multiple: true },
      'log-every': text,
    },
    ...{ 'evaluate-only': flag, examples: text, 'force-convert': flag, prompts: text, failures: flag, losses: flag },
  });
}

/** What says nothing to a run that trains. */
const EVALUATION_OPTIONS = ['prompts', 'force-convert', 'failures', 'losses'] as const;

/** In a fixed order, each once. */
function promptsOf(list: string | undefined, isForced: boolean): readonly PromptMode[] {
  if (isForced && list !== undefined) throw new InputError(fault('headless', '--prompts or --force-convert', 'both'));
  if (isForced) return ['convert'];
  if (list === undefined) return ['direct'];
  const names = list.split(',');
  if (names.some((name) => !PROMPT_MODES.some((mode) => mode === name))) throw new InputError(fault('--prompts', PROMPT_MODES.join(', '), list));
  return PROMPT_MODES.filter((mode) => names.includes(mode));
}

async function readSpec(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new InputError(fault('--spec', 'a file that can be read', file));
  }
  try {
    const spec: unknown = JSON.parse(text);
    if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) return spec as Record<string, unknown>; // checked by parseRunSpec
  } catch (error) {
    throw new InputError(fault(file, 'JSON', toWireError(error).message));
  }
  throw new InputError(fault(file, 'a JSON object', text.slice(0, 40)));
}

/** Puts `a.b=JSON` into the spec; the schema judges the result. */
function setField(spec: Record<string, unknown>, change: string): void {
  const at = change.indexOf('=');
  const path = change.slice(0, Math.max(0, at)).split('.');
  const last = path.pop();
  if (at <= 0 || last === undefined) throw new InputError(fault('--set', 'KEY=VALUE', change));
  let place = spec;
  for (const part of path) {
    const next = Object.hasOwn(place, part) ? place[part] : undefined;
    if (typeof next !== 'object' || next === null) throw new InputError(fault('--set', 'a field of the spec', change));
    place = next as Record<string, unknown>;
  }
  const text = change.slice(at + 1);
  try {
    place[last] = JSON.parse(text);
  } catch {
    place[last] = text; // a bare word is a string
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InputError(fault(name, 'a number above 0', text));
  return value;
}
