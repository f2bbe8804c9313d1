/** The draft of a run as a form: setting one field, and what is wrong with each. Pure; the truth is `parseRunSpec`. */
import { InputError } from '../../lib/errors.ts';
import { describeRange, findField, isInRange, RUN_SPEC_FIELDS } from '../../study/run-spec-fields.ts';
import { parseRunSpec, valueAt } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';

/** Values as typed, by field key; only those that are not (yet) valid. */
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

/** The draft with what was typed over it, judged field by field and as a whole. */
export function checkDraft(draft: RunSpec, raw: RawValues): DraftCheck {
  let candidate: object = draft;
  for (const [key, value] of Object.entries(raw)) candidate = withValue(candidate, key, value);
  const errors: Record<string, string> = {};
  for (const field of RUN_SPEC_FIELDS) {
    if (field.group === 'base' && draft.curriculum === null) continue;
    if (!isInRange(field, valueAt(candidate, field.key))) errors[field.key] = `Give ${describeRange(field)}.`;
  }
  const [firstKey] = Object.keys(errors);
  if (firstKey !== undefined) {
    const label = findField(firstKey)?.label ?? firstKey;
    return { spec: null, errors, reason: `Check "${label}": ${errors[firstKey] ?? ''}` };
  }
  try {
    return { spec: parseRunSpec(candidate), errors, reason: '' };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const field = RUN_SPEC_FIELDS.find(({ key }) => thrown.message.includes(`(${key})`) || thrown.message.startsWith(`run spec, ${key}:`));
    // `run spec, row names (task.rowNames): expected …, got …`: beside the field, only what follows its name is news.
    const tail = thrown.message.slice(thrown.message.indexOf(': ') + 2);
    const message = `${tail.charAt(0).toUpperCase()}${tail.slice(1)}.`;
    return {
      spec: null,
      errors: field === undefined ? {} : { [field.key]: message },
      reason: field === undefined ? message : `Check "${field.label}": ${message}`,
    };
  }
}
