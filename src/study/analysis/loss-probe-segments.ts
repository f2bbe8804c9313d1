/**
 * Which tokens of a record belong to which loss (spec/s2h 7). In the compact profile a sequence is
 *
 *   [image tokens] <bos> question <assistant> | P_convert | x(t) | CoT f(x) <eos>      image-via-text
 *   [image tokens] <bos> question <assistant>                    | CoT f(x) <eos>      image
 *                  <bos> x(t) question <assistant>               | CoT f(x) <eos>      text
 *
 * - Eq. 4 counts x(t), given picture, question and P_convert. Its last token is the line break that ends its last line: the compact forms put nothing else
 *   between x(t) and the CoT.
 * - Eq. 1, 2 and 5 count the solution y: CoT, f(x) and `<eos>`, with which training ends every response. Given the picture; for Eq. 5 P_convert and x(t) too.
 *   These are the same tokens in all three records, so their losses can be compared.
 * - P_convert itself is in none of them: it is given.
 *
 * Lengths follow from the records' parts alone: y is the whole response of an image record, x(t) is what the prompt of a text record has before the question.
 */
import type { Example } from '../../tasks/example.ts';
import type { RecordKind } from '../../tasks/task.ts';
import { sequenceOf } from '../sequences.ts';
import type { Row } from '../sequences.ts';

/** Places `from`..`to` (end excluded) of a sequence's ids, image tokens not counted. The target of place i stands at i - 1 of a micro-batch. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

export interface RecordSegments {
  /** x(t) in the response; null where the record has none. */
  readonly conversion: Segment | null;
  /** CoT, answer and `<eos>`. */
  readonly solution: Segment;
}

/** @param cotShare - of the CoT, what stays (tasks/records.ts). */
export function recordSegments(example: Example, kind: RecordKind, cotShare = 1): RecordSegments {
  const row: Row = { example, kind, cotShare };
  const { length } = sequenceOf(row).ids;
  const solutionTokens = example.compact('image', cotShare).response.length + 1; // <eos>
  const solution = { from: length - solutionTokens, to: length };
  if (kind !== 'image-via-text') return { conversion: null, solution };
  const textTokens = example.compact('text').prompt.length - example.compact('image').prompt.length;
  return { conversion: { from: solution.from - textTokens, to: solution.from }, solution };
}
