/** The draft of a run as a form: setting one field, and what is wrong with each. Pure; the truth is `parseRunSpec`. */
import { InputError } from '../../lib/errors.ts';
import { describeRange, fieldsOfTask, hasField, isInRange } from '../../study/run-spec-fields.ts';
import { parseRunSpec, valueAt } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import { plainMessage } from '../elements/plain-message.ts';

/** Values as typed, by field key; only those that are not (yet) valid. `task` is a whole task, which stands before its settings. */
export type RawValues = Readonly<Record<string, unknown>>;

export interface DraftCheck {
  /** The spec to run, or null while something is wrong. */
  readonly spec: RunSpec | null;
  /** Message by field key. */
  readonly errors: Readonly<Record<string, string>>;
  /** Why Run is disabled, in one sentence; '' = it is not. */
  readonly reason: string;
}

/** `draft` with `value` at `key` (`task.rows`), as a new object. The value is not judged here. */
export function withValue(draft: object, key: string, value: unknown): object {
  const [head, ...rest] = key.split('.');
  if (head === undefined) return draft;
  const inner = (draft as Record<string, unknown>)[head]; // read by key, judged by parseRunSpec
  const isNested = rest.length > 0 && typeof inner === 'object' && inner !== null;
  return { ...draft, [head]: isNested ? withValue(inner, rest.join('.'), value) : value };
}

/** The draft with what was typed over it, not judged. */
export function withValues(draft: RunSpec, raw: RawValues): object {
  return Object.entries(raw).reduce<object>((all, [key, value]) => withValue(all, key, value), draft);
}

/** The task of a draft with what was typed over it. */
export function taskIn(candidate: object): TaskId {
  const id = valueAt(candidate, 'task.id');
  return TASK_IDS.find((known) => known === id) ?? TASK_IDS[0];
}

/** The draft with what was typed over it, judged field by field and as a whole. */
export function checkDraft(draft: RunSpec, raw: RawValues): DraftCheck {
  const candidate = withValues(draft, raw);
  const supervision = valueAt(candidate, 'supervision');
  const fields = fieldsOfTask(taskIn(candidate)).filter((field) => hasField(field, supervision));
  const errors: Record<string, string> = {};
  for (const field of fields) {
    if (field.group === 'base' && draft.curriculum === null) continue;
    if (!isInRange(field, valueAt(candidate, field.key))) errors[field.key] = `Give ${describeRange(field)}.`;
  }
  const [firstKey] = Object.keys(errors);
  if (firstKey !== undefined) {
    const label = fields.find(({ key }) => key === firstKey)?.label ?? firstKey;
    return { spec: null, errors, reason: `Check "${label}": ${errors[firstKey] ?? ''}` };
  }
  try {
    return { spec: parseRunSpec(candidate), errors, reason: '' };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const field = fields.find(({ key }) => thrown.message.includes(`(${key})`) || thrown.message.startsWith(`run spec, ${key}:`));
    // Beside the field of `run spec, task.rowNames: expected …, got …` only what follows its name is news.
    const start = field === undefined ? /^run spec, (task\.)?/ : /^.*?: /;
    const message = plainMessage(thrown.message.replace(start, ''), taskIn(candidate));
    return {
      spec: null,
      errors: field === undefined ? {} : { [field.key]: message },
      reason: field === undefined ? message : `Check "${field.label}": ${message}`,
    };
  }
}
