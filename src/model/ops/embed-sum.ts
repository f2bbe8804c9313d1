/**
 * Sum of rows of several tables by index: the embedding of a token and of its place. The same as adding `lookup`s, which is what it does on wasm and cpu;
 * on WebGPU it is one dispatch forward and one backward for all tables.
 *
 * Letters: N indices, V rows of a table, D channels.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { embedRows, MOST_TABLES, tableGradients } from '../webgpu/lookup.ts';
import { lookup, lookupPlain, type LookupOptions } from './lookup.ts';

export interface EmbedPart extends LookupOptions {
  /** `[V, D]`. */
  readonly table: tf.Tensor2D;
  /** int32 `[N]`, each in 0..V-1. */
  readonly indices: tf.Tensor1D;
}

function check(parts: readonly EmbedPart[], base: tf.Tensor2D | null): [N: number, D: number] {
  const [first] = parts;
  if (first === undefined || parts.length > MOST_TABLES) throw new ShapeError(fault('embedSum', `1 to ${MOST_TABLES} tables`, parts.length));
  const { D } = checkShape(first.table, 'V D', {}, 'embedSum table') as { D: number };
  const { N } = checkShape(first.indices, 'N', {}, 'embedSum indices') as { N: number };
  for (const { table, indices } of parts) {
    checkShape(table, 'V D', { D }, 'embedSum table');
    checkShape(indices, 'N', { N }, 'embedSum indices');
  }
  if (base !== null) checkShape(base, 'N D', { N, D }, 'embedSum base');
  return [N, D];
}

/**
 * `base + (row of the first table + (row of the second + …))`, differentiable in all tables and the base.
 *
 * @param parts - 1 to 3 tables.
 * @param base - what is added to, `[N, D]`; null for nothing.
 * @returns `[N, D]`. The caller owns it.
 */
export function embedSum(parts: readonly EmbedPart[], base: tf.Tensor2D | null = null): tf.Tensor2D {
  const shape = check(parts, base);
  if (!isWebGpu()) return addUp(parts, base, lookup);
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    save(parts.map(({ indices }) => indices));
    const rows = parts.map(({ table, indices, isZeroNone = false }) => ({ table, indices, isZeroNone }));
    return {
      value: embedRows(rows, base, shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const uses = parts.map(({ table, isZeroNone = false }, k) => ({ rows: table.shape[0], indices: saved[k] as tf.Tensor1D, isZeroNone }));
        const gradients: tf.Tensor[] = tableGradients(dy as tf.Tensor2D, uses);
        return base === null ? gradients : [...gradients, tf.clone(dy)];
      },
    };
  });
  const tables = parts.map(({ table }) => table);
  return op(...(base === null ? tables : [...tables, base])) as tf.Tensor2D;
}

/** The same with tfjs's gather: the oracle of the tests (cpu backend only). */
export function embedSumPlain(parts: readonly EmbedPart[], base: tf.Tensor2D | null = null): tf.Tensor2D {
  check(parts, base);
  return addUp(parts, base, lookupPlain);
}

function addUp(parts: readonly EmbedPart[], base: tf.Tensor2D | null, rowsOf: typeof lookup): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = parts.map(({ table, indices, isZeroNone = false }) => rowsOf(table, indices, { isZeroNone }));
    const sum = rows.reduceRight((right, row) => tf.add<tf.Tensor2D>(row, right));
    return base === null ? sum : tf.add<tf.Tensor2D>(base, sum);
  });
}
