/**
 * The gate every RunSpec passes: form, link, file, checkpoint. A new object is built field by field (valibot), so nothing of the input survives
 * except the named fields: unknown keys are dropped, `__proto__` and its like are refused. One InputError names the field, the range and what came.
 */
import * as v from 'valibot';
import { fault, InputError } from '../lib/errors.ts';
import { PRESETS, READING_TARGETS } from '../model/config.ts';
import type { PresetName } from '../model/config.ts';
import type { TaskSpec, TaskSpecOf } from '../tasks/task-spec.ts';
import { parseTaskSpec } from '../tasks/task-spec.ts';
import { TASK_IDS } from '../tasks/task.ts';
import type { TaskId } from '../tasks/task.ts';
import {
  describeRange,
  fieldsOfTask,
  findField,
  hasField,
  isInRange,
  MAX_STAGES,
  RUN_SPEC_FIELDS,
  STAGE_FIELDS,
  STAGE_WEIGHT_FIELD,
} from './run-spec-fields.ts';
import type { RunSpecField, RunSpecKey } from './run-spec-fields.ts';
import { JOINTLY, partnersOf } from './joint.ts';
import { PHASE_STANDARDS, phaseSettingsOf, phasesOf } from './phases.ts';
import type { PhaseSetting } from './phases.ts';
import { CURRICULUM_ROWS, SUPERVISIONS } from './run-spec.ts';
import { DEFAULT_OPTIONS, optionsOf } from './strategies/options.ts';
import type { RunParent, RunSpec, Supervision } from './run-spec.ts';

/**
 * What the Train form opens with: Mix on the authors' table size with 12 row names, short enough for a first look at `micro`. Rates and counts are
 * ours for small models; betas, epsilon, warm-up and decay are the paper's (spec/s2h 5).
 */
export const DEFAULT_SPEC: RunSpec & { readonly task: TaskSpecOf<'consecutive-table-readout'> } = {
  schema: 1,
  task: { id: 'consecutive-table-readout', rows: 5, columns: 10, rowNames: 12, lengths: 'paper', columnLetters: 'marked' },
  preset: 'micro',
  base: null,
  supervision: 'mix',
  examples: 9600,
  batchSize: 32,
  learningRate: 1e-3,
  warmupFraction: 0.03,
  weightDecay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
  seed: 1,
  evaluation: { examples: 200, everySteps: 0 },
  checkpointEverySteps: 100,
  curriculum: null,
};

/** The smallest N of Mix→Mix+, with one example of every kind (strategies/plan.ts, `smallestRows`). */
const SMALLEST_SWITCHED = 6;

const REFUSED_KEYS = ['__proto__', 'constructor', 'prototype'];

const number = (key: RunSpecKey) => v.custom<number>((value) => typeof value === 'number' && accepts(key, value));
const numberOrNull = (key: RunSpecKey) => v.custom<number | null>((value) => accepts(key, value));

const stageNumber = (key: string) => v.custom<number>((value) => typeof value === 'number' && isInRange(stageField(key), value));
const stageWeight = v.custom<number>((value) => typeof value === 'number' && isInRange(STAGE_WEIGHT_FIELD, value));

const StageSchema = v.object({
  examples: stageNumber('examples'),
  rows: stageNumber('rows'),
  columns: stageNumber('columns'),
  capShare: stageNumber('capShare'),
  weights: v.record(v.picklist(CURRICULUM_ROWS), stageWeight),
});

const RunSpecSchema = v.object({
  schema: v.literal(1),
  task: v.custom<TaskSpec>(() => true), // built before, by taskPart
  preset: v.custom<PresetName>((value) => PRESETS.some((name) => name === value)),
  base: v.custom<string | null>((value) => accepts('base', value)),
  supervision: v.custom<Supervision>((value) => SUPERVISIONS.some((name) => name === value)),
  examples: number('examples'),
  batchSize: number('batchSize'),
  learningRate: number('learningRate'),
  warmupFraction: number('warmupFraction'),
  weightDecay: number('weightDecay'),
  beta1: number('beta1'),
  beta2: number('beta2'),
  epsilon: number('epsilon'),
  clipNorm: numberOrNull('clipNorm'),
  seed: number('seed'),
  evaluation: v.object({ examples: number('evaluation.examples'), everySteps: number('evaluation.everySteps') }),
  checkpointEverySteps: number('checkpointEverySteps'),
  curriculum: v.nullable(
    v.object({
      stages: v.pipe(v.array(StageSchema), v.minLength(1), v.maxLength(MAX_STAGES)),
      groupsPerStep: number('curriculum.groupsPerStep'),
      drillLines: number('curriculum.drillLines'),
      singleCellShare: number('curriculum.singleCellShare'),
      readingWeight: number('curriculum.readingWeight'),
      readingTarget: v.picklist(READING_TARGETS),
    }),
  ),
});

/** Rebuilds a RunSpec from anything, or throws an InputError that names the first wrong field. */
export function parseRunSpec(value: unknown): RunSpec {
  refuseKeys(value, 'the run');
  if (typeof value !== 'object' || value === null) throw fieldError('', expectation(''), value);
  const result = v.safeParse(RunSpecSchema, { ...value, task: taskPart(valueAt(value, 'task')) });
  if (!result.success) {
    const issue = result.issues[0];
    const key = v.getDotPath(issue) ?? '';
    throw fieldError(key, expectation(key), valueAt(value, key));
  }
  const parent = parentPart(valueAt(value, 'parent'));
  const { curriculum } = result.output;
  const weightStorage = valueAt(value, 'weightStorage');
  if (!accepts('weightStorage', weightStorage)) throw fieldError('weightStorage', expectation('weightStorage'), weightStorage);
  const storage: Pick<RunSpec, 'weightStorage'> = weightStorage === 'f16' ? { weightStorage } : {};
  const spec: RunSpec = {
    ...result.output,
    ...jointPart(valueAt(value, 'joint'), result.output),
    ...storage,
    ...(curriculum === null ? optionsPart(valueAt(value, 'options')) : {}),
    ...settingsPart(value, result.output),
    ...(parent === null || curriculum !== null ? {} : { parent }),
  };
  checkBudgets(spec);
  return spec;
}

/** The other tasks of a joint training, rebuilt: those that are missing of JOINT_TASKS, in that order. */
function jointPart(value: unknown, { task, curriculum }: Pick<RunSpec, 'task' | 'curriculum'>): Pick<RunSpec, 'joint'> {
  if (value === undefined || value === null) return {};
  const others = partnersOf(task.id);
  if (others.length === 0 || curriculum !== null) {
    throw fieldError('joint', `none${curriculum === null ? ` with ${task.id}` : ' in a base run with a curriculum'}`, value);
  }
  const expected = `the settings of ${others.join(' and ')}, in this order`;
  if (!Array.isArray(value) || value.length !== others.length) throw fieldError('joint', expected, value);
  const joint = value.map((each: unknown) => taskPart(each));
  if (joint.some(({ id }, i) => id !== others[i])) throw fieldError('joint', expected, joint.map(({ id }) => id).join(', '));
  return { joint };
}

/** What an ablation changes, rebuilt: values that are the default are left out, and so is an empty object. */
function optionsPart(value: unknown): Pick<RunSpec, 'options'> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw fieldError('options', 'an object', value);
  const own = ['rounding', 'external', 'alignRows', 'warmUpRows', 'switchAt'].find((key) => Object.hasOwn(value, key));
  if (own !== undefined) throw fieldError(`options.${own}`, 'no such option of a run', valueAt(value, own));
  optionsOf(value, ({ key }) => `run spec, options.${key}`);
  const changed = Object.fromEntries(Object.entries(value).filter(([key, given]) => !Object.is(given, valueAt(DEFAULT_OPTIONS, key))));
  return Object.keys(changed).length === 0 ? {} : { options: changed };
}

/** The settings that the supervision has, with their standards where they are left out; none of a base run. */
function settingsPart(value: object, { supervision, curriculum }: RunSpec): Partial<Record<PhaseSetting, number>> {
  const settings: Partial<Record<PhaseSetting, number>> = {};
  for (const key of curriculum === null ? phaseSettingsOf(supervision) : []) {
    const given = valueAt(value, key);
    const isOnGrid = key !== 'switchAt' || typeof given !== 'number' || Math.abs(given / 0.01 - Math.round(given / 0.01)) < 1e-9; // as strategies/options.ts
    if (!accepts(key, given) || !isOnGrid) throw fieldError(key, `${expectation(key)}${isOnGrid ? '' : ', in hundredths'}`, given);
    settings[key] = typeof given === 'number' ? given : PHASE_STANDARDS[key];
  }
  return settings;
}

/** The run that this one goes on from, rebuilt; null where there is none. Whether this one can go on from it is asked before it does (`checkParent`). */
function parentPart(value: unknown): RunParent | null {
  if (value === undefined || value === null) return null;
  const run = valueAt(value, 'run');
  const step = valueAt(value, 'step');
  const supervision = SUPERVISIONS.find((name) => name === valueAt(value, 'supervision'));
  if (typeof run !== 'string' || !/^[0-9a-f]{16}$/.test(run) || typeof step !== 'number' || supervision === undefined)
    throw fieldError('parent', 'its digest, a step and its supervision', value);
  const parent = parentPart(valueAt(value, 'parent'));
  return { run, step, supervision, ...(parent === null ? {} : { parent }) };
}

/** The task and its settings, each checked as a field of the form is. */
function taskPart(value: unknown): TaskSpec {
  if (typeof value !== 'object' || value === null) throw fieldError('task', 'an object', value);
  const id = TASK_IDS.find((known) => known === valueAt(value, 'id'));
  if (id === undefined) throw fieldError('task.id', `one of ${TASK_IDS.join(', ')}`, valueAt(value, 'id'));
  for (const field of fieldsOfTask(id).filter(({ key }) => key.startsWith('task.'))) {
    const setting = valueAt({ task: value }, field.key);
    if (setting !== undefined && !isInRange(field, setting)) throw fieldError(field.key, describeRange(field), setting, id);
  }
  try {
    return parseTaskSpec(value, 'run spec, task');
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError(`run spec, task.${thrown.message}`, { cause: thrown }); // of settings that do not fit together; begins with one's name
  }
}

/** Optimiser steps of a run, all phases together; the last one of each phase may hold fewer rows. */
export function totalSteps(spec: RunSpec): number {
  return phasesOf(spec).reduce((sum, { steps }) => sum + steps, 0);
}

/** What `b` changes against `a`, one short line per field, in the order of the form: `learning rate 0.001 -> 0.0005`. */
export function changesBetween(a: RunSpec, b: RunSpec): string[] {
  const changes: string[] = [];
  if (JSON.stringify(a.joint) !== JSON.stringify(b.joint)) changes.push(b.joint === undefined ? 'one task' : JOINTLY);
  if ((a.curriculum === null) !== (b.curriculum === null)) changes.push(b.curriculum === null ? 'base run -> study run' : 'study run -> base run');
  const hasBothCurricula = a.curriculum !== null && b.curriculum !== null;
  const fields: readonly RunSpecField[] = a.task.id === b.task.id ? fieldsOfTask(a.task.id) : RUN_SPEC_FIELDS;
  for (const field of fields) {
    if ((field.group === 'base' && !hasBothCurricula) || !hasField(field, b.supervision)) continue;
    const [before, after] = [valueAt(a, field.key) ?? field.standard, valueAt(b, field.key) ?? field.standard];
    const nullLabel = field.nullLabel ?? 'null';
    if (!Object.is(before, after)) changes.push(`${field.label} ${shown(before, nullLabel)} -> ${shown(after, nullLabel)}`);
  }
  const [before, after] = [a.curriculum?.readingTarget, b.curriculum?.readingTarget]; // no field of the form
  if (hasBothCurricula && before !== after) changes.push(`reading target ${before} -> ${after}`);
  if (hasBothCurricula && JSON.stringify(a.curriculum?.stages) !== JSON.stringify(b.curriculum?.stages)) changes.push('other curriculum stages');
  for (const key of new Set([...Object.keys(a.options ?? {}), ...Object.keys(b.options ?? {})])) {
    const [before, after] = [a, b].map(({ options = {} }) => valueAt({ ...DEFAULT_OPTIONS, ...options }, key));
    if (!Object.is(before, after)) changes.push(`${key} ${shown(before, 'null')} -> ${shown(after, 'null')}`);
  }
  if (JSON.stringify(a.parent) !== JSON.stringify(b.parent))
    changes.push(b.parent === undefined ? 'begins by itself' : `goes on from step ${b.parent.step} of ${b.parent.supervision}`);
  return changes;
}

/** The value at a dotted path of own keys; undefined where there is none. */
export function valueAt(value: unknown, key: string): unknown {
  let at: unknown = value;
  for (const part of key === '' ? [] : key.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part]; // an own key of an object
  }
  return at;
}

function accepts(key: RunSpecKey, value: unknown): boolean {
  const field: RunSpecField | undefined = RUN_SPEC_FIELDS.find((candidate) => candidate.key === key);
  if (field === undefined) throw new Error(`internal: no field ${key}`);
  return isInRange(field, value);
}

/** Limits between fields: what each field allows alone, but not together. */
function checkBudgets(spec: RunSpec): void {
  const { task, curriculum } = spec;
  if (spec.batchSize > spec.examples) throw fieldError('batchSize', `at most the ${spec.examples} training rows`, spec.batchSize);
  if (spec.switchAt !== undefined && (spec.examples < SMALLEST_SWITCHED || phasesOf(spec).some(({ rows }) => rows < 1)))
    throw fieldError('examples', `at least ${SMALLEST_SWITCHED}, and a row on each side of the switch`, spec.examples);
  if (curriculum === null) return;
  if (task.id !== 'consecutive-table-readout')
    throw fieldError('task.id', 'consecutive-table-readout, the one task that bases are made for', task.id);
  if (curriculum.groupsPerStep > spec.batchSize) {
    throw fieldError('curriculum.groupsPerStep', `at most the batch size ${spec.batchSize}`, curriculum.groupsPerStep);
  }
  curriculum.stages.forEach((stage, i) => {
    const at = `curriculum.stages.${i}`;
    if (stage.rows > task.rows) throw fieldError(`${at}.rows`, `at most the ${task.rows} rows of the task`, stage.rows);
    if (stage.columns > task.columns) throw fieldError(`${at}.columns`, `at most the ${task.columns} columns of the task`, stage.columns);
    if (!Object.values(stage.weights).some((weight) => weight > 0))
      throw fieldError(`${at}.weights`, 'a kind of rows with a weight above 0', stage.weights);
  });
  const rows = curriculum.stages.reduce((sum, stage) => sum + stage.examples, 0);
  if (rows !== spec.examples) throw fieldError('examples', `the ${rows} rows of all stages together`, spec.examples);
}

function stageField(key: string): RunSpecField {
  const field = STAGE_FIELDS.find((candidate) => candidate.key === key);
  if (field === undefined) throw new Error(`internal: no stage field ${key}`);
  return field;
}

function expectation(key: string): string {
  const field: RunSpecField | undefined = RUN_SPEC_FIELDS.find((candidate) => candidate.key === key);
  if (field !== undefined) return describeRange(field);
  if (key === 'schema') return 'version 1';
  if (key === 'curriculum') return 'an object or null';
  if (key === 'curriculum.readingTarget') return `one of ${READING_TARGETS.join(', ')}`;
  if (key === 'curriculum.stages') return `a list of 1 to ${MAX_STAGES} stages`;
  const stage = /^curriculum\.stages\.\d+\.(.+)$/.exec(key)?.[1];
  if (stage !== undefined && stage.startsWith('weights.')) return `${describeRange(STAGE_WEIGHT_FIELD)} for one of ${CURRICULUM_ROWS.join(', ')}`;
  if (stage !== undefined && stage !== 'weights') return describeRange(stageField(stage));
  return 'an object';
}

function fieldError(key: string, expected: string, got: unknown, task: TaskId = DEFAULT_SPEC.task.id): InputError {
  const label = findField(key, task)?.label;
  const where = key === '' ? 'run spec' : label === undefined || label === key ? `run spec, ${key}` : `run spec, ${label} (${key})`;
  const text = typeof got === 'number' ? String(got) : got;
  return new InputError(fault(where, expected, typeof text === 'string' && text.length > 80 ? `${text.slice(0, 80)}…` : text));
}

/** Names that reach prototypes are refused at any depth, before anything is read. */
function refuseKeys(value: unknown, where: string, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > 8) throw new InputError(fault('run spec', 'at most 8 levels of objects', where));
  for (const key of Object.getOwnPropertyNames(value)) {
    if (REFUSED_KEYS.includes(key)) throw new InputError(fault('run spec', `no field named ${key}`, where, 'remove it'));
    refuseKeys((value as Record<string, unknown>)[key], key, depth + 1); // an own key
  }
}

function shown(value: unknown, nullLabel: string): string {
  if (value === null || value === undefined) return nullLabel;
  return typeof value === 'string' && value.length === 64 ? value.slice(0, 8) : String(value);
}
