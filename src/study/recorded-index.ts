/** The list of the runs that ship with the page, `runs/weights/index.json`: which run each file is, by the digest of its spec. */
import * as v from 'valibot';
import { fault, InputError } from '../lib/errors.ts';

const IndexSchema = v.array(
  v.object({
    /** `runDigest` of the spec. */
    run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    name: v.string(),
    file: v.pipe(v.string(), v.regex(/^[\w-]+\.safetensors$/)),
    bytes: v.pipe(v.number(), v.safeInteger()),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    /** How many more or fewer right answers, as a share of its examples, a cell of the evaluation has with the rounded weights, at most. */
    mostChanged: v.pipe(v.number(), v.finite()),
    /** Steps whose weights it has before its last one: its timeline. Absent = none. */
    earlierSteps: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
  }),
);

export type RecordedEntry = v.InferOutput<typeof IndexSchema>[number];

/** Throws InputError. */
export function parseRecordedIndex(text: string): readonly RecordedEntry[] {
  const where = 'runs/weights/index.json';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${where}: expected JSON, got other text: reload the page`);
  }
  const result = v.safeParse(IndexSchema, value);
  if (result.success) return result.output;
  throw new InputError(
    fault(where, 'a list of runs', result.issues.map((issue) => v.getDotPath(issue) ?? issue.message).join(', '), 'reload the page'),
  );
}
