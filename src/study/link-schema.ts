/**
 * The schema of a link's data: builds a new NotebookState out of anything, or says which field is wrong and what it may be.
 * Unknown keys are dropped. Run specs are rebuilt by `parseRunSpec`, the same gate that files and forms pass.
 */
import { InputError } from '../lib/errors.ts';
import { cutText, MAX_NAME_CHARACTERS, MAX_SHARED_RUNS, MAX_TITLE_CHARACTERS, VIEW_CHOICES, VIEW_RANGES } from './notebook-state.ts';
import type { NotebookState1, NotebookState2 } from './link-defaults.ts';
import { LINK_DEFAULTS_1, LINK_DEFAULTS_3 } from './link-defaults.ts';
import type { CurvesView, ExampleView, LookView, NotebookState, NumberRange, SharedRun, TokenSpan } from './notebook-state.ts';
import type { TaskSpec } from '../tasks/task-spec.ts';
import { parseTaskSpec, taskInfo } from '../tasks/task-spec.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { PHASE_STANDARDS } from './phases.ts';
import { parseRunSpec } from './run-spec-schema.ts';

type Plain = Record<string, unknown>;

/** Fields that only some runs have, so that no defaults have them. */
const OPTIONAL_SPEC_KEYS = ['parent', 'weightStorage', 'options', 'joint', ...Object.keys(PHASE_STANDARDS)];

/** The state as its difference from `defaults`: equal fields are left out, nested objects are compared field by field. */
export function differenceOf(state: NotebookState, defaults: NotebookState): Plain {
  const { runs, ...rest } = state;
  const { runs: _none, ...restDefaults } = defaults;
  const out = difference(rest, restDefaults);
  if (runs.length > 0)
    out['runs'] = runs.map(({ name, spec }) => ({ name: cutText(name, MAX_NAME_CHARACTERS), spec: difference(spec, defaults.draft) }));
  return out;
}

/**
 * The inverse: `defaults` with the fields of `payload` in place; keys that `defaults` does not have are dropped. A `task` is whole or absent, because
 * settings of one task say nothing of another's; in version 1, where there was one task, it was a difference like all else.
 */
export function mergeOver(defaults: NotebookState | NotebookState2 | NotebookState1, payload: unknown): unknown {
  if (!isPlain(payload)) throw fieldError('the link', 'an object', payload);
  const isTaskWhole = defaults !== LINK_DEFAULTS_1;
  const { runs: _none, ...restDefaults } = defaults;
  const shared = payload['runs'] ?? [];
  if (!Array.isArray(shared)) throw fieldError('runs', 'a list', shared);
  if (shared.length > MAX_SHARED_RUNS) throw fieldError('runs', `at most ${MAX_SHARED_RUNS} runs`, `${shared.length}`);
  const runs = shared.map((run: unknown, i) => {
    if (!isPlain(run)) throw fieldError(`runs[${i}]`, 'an object', run);
    return { name: run['name'], spec: merge(defaults.draft, run['spec'] ?? {}, isTaskWhole) };
  });
  return { ...(merge(restDefaults, payload, isTaskWhole) as Plain), runs };
}

/** A payload of version 1, merged over its defaults, as one of version 2. */
export function upgrade1(merged: unknown): unknown {
  const state = plain(merged, 'the link');
  const { rows, columns, rowNames, ...example } = plain(state['example'], 'example');
  return { ...state, example: { ...example, task: { id: 'consecutive-table-readout', rows, columns, rowNames } } };
}

/** One of version 2 as one of version 3: the first pinned token becomes a span of one, sizes are scores whatever their sign. */
export function upgrade2(merged: unknown): unknown {
  const state = plain(merged, 'the link');
  const { token, isSigned, ...look } = plain(state['look'], 'look');
  const span = typeof token === 'number' ? { from: token, to: token + 1 } : token;
  const sign = typeof isSigned === 'boolean' ? (isSigned ? 'signed' : 'absolute') : isSigned;
  return { ...state, look: { ...LINK_DEFAULTS_3.look, ...look, span, sign }, step: null };
}

/** Rebuilds a state, checking type, range and choice of every field. */
export function parseNotebookState(value: unknown): NotebookState {
  const state = plain(value, 'the link');
  const runs = state['runs'];
  if (!Array.isArray(runs)) throw fieldError('runs', 'a list', runs);
  return {
    title: text(state['title'], 'title', MAX_TITLE_CHARACTERS),
    example: exampleView(plain(state['example'], 'example')),
    draft: parseRunSpec(state['draft']),
    curves: curvesView(plain(state['curves'], 'curves')),
    look: lookView(plain(state['look'], 'look')),
    runs: runs.map((run: unknown, i): SharedRun => {
      const { name, spec } = plain(run, `runs[${i}]`);
      return { name: text(name, `runs[${i}].name`, MAX_NAME_CHARACTERS), spec: parseRunSpec(spec) };
    }),
    step: stepIn(state['step'], 'step'),
  };
}

function exampleView(view: Plain): ExampleView {
  const { pick, amount } = fieldsOf(view, 'example');
  const task = taskOfView(view['task']);
  return {
    task,
    level: choice(view['level'], 'example.level', taskInfo(task.id).levels),
    split: pick('split'),
    seed: amount('seed'),
    index: amount('index'),
    profile: pick('profile'),
    record: pick('record'),
  };
}

function taskOfView(task: unknown): TaskSpec {
  try {
    return parseTaskSpec(task, 'example.task');
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError(`This link cannot be used: ${thrown.message}.`, { cause: thrown });
  }
}

function curvesView(view: Plain): CurvesView {
  return { isLogarithmic: flag(view['isLogarithmic'], 'curves.isLogarithmic'), series: fieldsOf(view, 'curves').pick('series') };
}

function lookView(view: Plain): LookView {
  const { pick, amount } = fieldsOf(view, 'look');
  return {
    record: choice(view['record'], 'look.record', ['image', 'image-via-text'] as const),
    response: pick('response'),
    span: view['span'] === null ? null : tokenSpan(plain(view['span'], 'look.span')),
    granularity: pick('granularity'),
    aggregate: pick('aggregate'),
    method: pick('method'),
    sign: pick('sign'),
    overlay: pick('overlay'),
    threshold: pick('threshold'),
    topPercent: amount('topPercent'),
    opacity: amount('opacity'),
    besideStep: stepIn(view['besideStep'], 'look.besideStep'),
  };
}

/** Reads fields of a view by name, each held against its choices or its range. */
function fieldsOf(view: Plain, name: string) {
  return {
    pick: <K extends keyof typeof VIEW_CHOICES>(key: K) => choice<(typeof VIEW_CHOICES)[K][number]>(view[key], `${name}.${key}`, VIEW_CHOICES[key]),
    amount: (key: keyof typeof VIEW_RANGES) => numberIn(view[key], `${name}.${key}`, VIEW_RANGES[key]),
  };
}

function tokenSpan(span: Plain): TokenSpan {
  const { max, isWhole } = VIEW_RANGES.token;
  const from = numberIn(span['from'], 'look.span.from', VIEW_RANGES.token);
  return { from, to: numberIn(span['to'], 'look.span.to', { min: from + 1, max: max + 1, isWhole }) };
}

function stepIn(value: unknown, field: string): number | null {
  return value === null ? null : numberIn(value, field, VIEW_RANGES.step);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function difference(value: object, defaults: object): Plain {
  const out: Plain = {};
  const base = defaults as Plain; // read only by key, every value checked below
  for (const [key, item] of Object.entries(value)) {
    const standard = base[key];
    if (key === 'task') {
      if (canonicalJson(item) !== canonicalJson(standard)) out[key] = item;
    } else if (isPlain(item) && isPlain(standard)) {
      const inner = difference(item, standard);
      if (Object.keys(inner).length > 0) out[key] = inner;
    } else if (!Object.is(item, standard)) {
      out[key] = item;
    }
  }
  return out;
}

/** Copies `defaults` with the known keys of `changes`; where the default is no object the change is taken whole and judged by the schema. */
function merge(defaults: object, changes: unknown, isTaskWhole: boolean): unknown {
  if (!isPlain(changes)) return changes;
  const out: Plain = {};
  for (const [key, standard] of Object.entries(defaults)) {
    if (!Object.hasOwn(changes, key)) out[key] = standard;
    else out[key] = isPlain(standard) && !(isTaskWhole && key === 'task') ? merge(standard, changes[key], isTaskWhole) : changes[key];
  }
  if ('supervision' in defaults) for (const key of OPTIONAL_SPEC_KEYS) if (Object.hasOwn(changes, key)) out[key] = changes[key];
  return out;
}

function fieldError(field: string, expected: string, got: unknown): InputError {
  const shown = (typeof got === 'string' ? `"${got}"` : JSON.stringify(got)) ?? String(got);
  return new InputError(`This link cannot be used: ${field} should be ${expected}, but is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}.`);
}

function plain(value: unknown, field: string): Plain {
  if (!isPlain(value)) throw fieldError(field, 'an object', value);
  return value;
}

function text(value: unknown, field: string, maxCharacters: number): string {
  if (typeof value !== 'string') throw fieldError(field, 'a text', value);
  if (cutText(value, maxCharacters) !== value) throw fieldError(field, `at most ${maxCharacters} characters long`, value);
  return value;
}

function flag(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw fieldError(field, 'true or false', value);
  return value;
}

function numberIn(value: unknown, field: string, { min, max, isWhole }: NumberRange): number {
  const isGood = typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value));
  if (!isGood) throw fieldError(field, `a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`, value);
  return value;
}

function choice<T extends string>(value: unknown, field: string, options: readonly T[]): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw fieldError(field, `one of ${options.join(', ')}`, value);
  return found;
}
