import { embedSum, embedSumPlain } from '../../../src/model/ops/embed-sum.ts';
import { lookup, lookupPlain } from '../../../src/model/ops/lookup.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput } from '../../support/gradient-check.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';
import * as tf from '../../../src/model/tf.ts';

/** Indices 0..V-1 of which some are much more frequent than others and some may be missing; made inside each call, so that every backend has its own. */
const indices = (N: number, V: number, step: number): tf.Tensor1D =>
  tf.tensor1d(
    Array.from({ length: N }, (_, n) => (n % 3 === 0 ? 0 : (n * step) % V)),
    'int32',
  );

function lookupOf(V: number, D: number, N: number, isZeroNone: boolean): OpCase {
  const at =
    (f: typeof lookup) =>
    (...[table]: tf.Tensor[]): tf.Tensor =>
      tf.tidy(() => f(table as tf.Tensor2D, indices(N, V, 7), { isZeroNone }));
  const name = `${N} of ${V} rows of ${D}${isZeroNone ? ', 0 = none' : ''}`;
  return { name, op: at(lookup), plain: at(lookupPlain), inputs: [randomInput('table', [V, D])] };
}

/** Three tables and a base: every binding that a device must have. */
function sumOf(D: number, N: number): OpCase {
  const at =
    (f: typeof embedSum) =>
    (...[words, lines, columns, base]: tf.Tensor[]): tf.Tensor =>
      tf.tidy(() =>
        f(
          [
            { table: words as tf.Tensor2D, indices: indices(N, 9, 7) },
            { table: lines as tf.Tensor2D, indices: indices(N, 4, 5), isZeroNone: true },
            { table: columns as tf.Tensor2D, indices: indices(N, 1, 1) },
          ],
          base as tf.Tensor2D,
        ),
      );
  const inputs = [randomInput('words', [9, D]), randomInput('lines', [4, D]), randomInput('columns', [1, D]), randomInput('base', [N, D])];
  return { name: `sum of three tables and a base, ${N} of ${D}`, op: at(embedSum), plain: at(embedSumPlain), inputs };
}

webgpuSuite(
  (['software', 'hardware'] as const).flatMap((family) =>
    [lookupOf(1, 1, 1, false), lookupOf(5, 3, 127, true), lookupOf(3, 36, 128, false), sumOf(65, 12)].map((operation) => ({
      ...operation,
      name: `${family}: ${operation.name}`,
      op: (...xs: tf.Tensor[]) => {
        setKernelFamily(family);
        return operation.op(...xs);
      },
    })),
  ),
);
