/**
 * A linear layer whose weights depend on the puzzle: rows are sorted by puzzle, each slice is multiplied by its own matrix.
 *
 * One op on the tape for all puzzles, in products of ops/matmul.ts, which are fast on wasm. The layers may differ in their number of outputs (answer
 * classes): then the columns a layer lacks are filled, and no gradient comes from them.
 *
 * Letters: N rows, C channels in, D channels out of a layer, W of the widest.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import { columnSum, matMulNT, matMulTN } from '../ops/matmul.ts';
import * as tf from '../tf.ts';

/** Rows `from` to `from + count`, the next group's first. */
export interface RowGroup {
  readonly from: number;
  readonly count: number;
}

export interface GroupLayer {
  /** `[C, D]`. */
  readonly weight: tf.Tensor2D;
  /** `[D]`. */
  readonly bias: tf.Tensor1D;
}

export interface GroupedOptions {
  /** True when no gradient with respect to `x` is wanted (frozen features): saves a product. Default false. */
  readonly isInputFixed?: boolean;
  /** Value of the columns a layer lacks. Default 0. */
  readonly fill?: number;
}

function check(x: tf.Tensor2D, groups: readonly RowGroup[], layers: readonly GroupLayer[]): void {
  const { N, C } = checkShape(x, 'N C', {}, 'groupedLinear') as { N: number; C: number };
  for (const { weight, bias } of layers) {
    const { D } = checkShape(weight, 'C D', { C }, 'groupedLinear weight') as { D: number };
    checkShape(bias, 'D', { D }, 'groupedLinear bias');
  }
  let next = 0;
  for (const { from, count } of groups) {
    if (from !== next || count < 1) throw new ShapeError(fault('groupedLinear', `a group of rows from ${next}`, { from, count }));
    next += count;
  }
  if (next !== N || layers.length !== groups.length) {
    throw new ShapeError(fault('groupedLinear', `groups of ${N} rows in all and a layer for each`, { rows: next, layers: layers.length }));
  }
}

/** The first D columns of a group's rows. The caller's tidy owns it. */
const part = (x: tf.Tensor2D, { from, count }: RowGroup, D: number): tf.Tensor2D => tf.slice(x, [from, 0], [count, D]);

function padded(y: tf.Tensor2D, width: number, fill: number): tf.Tensor2D {
  const missing = width - y.shape[1];
  if (missing === 0) return y;
  const edges: [[number, number], [number, number]] = [
    [0, 0],
    [0, missing],
  ];
  return tf.pad(y, edges, fill);
}

/**
 * @param x - `[N, C]`.
 * @param groups - consecutive rows, N in all.
 * @param layers - one per group.
 * @returns `[N, W]`. The caller owns it.
 */
export function groupedLinear(x: tf.Tensor2D, groups: readonly RowGroup[], layers: readonly GroupLayer[], options: GroupedOptions = {}): tf.Tensor2D {
  check(x, groups, layers);
  const isInputFixed = options.isInputFixed === true;
  const C = x.shape[1];
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    save([x, ...layers.map(({ weight }) => weight)]);
    return {
      value: tf.tidy(() => forward(x, groups, layers, options.fill ?? 0)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [savedX, ...weights] = saved as [tf.Tensor2D, ...tf.Tensor2D[]];
          const slopes = groups.map((group, i) => part(dy as tf.Tensor2D, group, weights[i]?.shape[1] ?? 0)); // [n, D] each
          const inputs = isInputFixed ? [] : [joined(slopes.map((slope, i) => matMulNT(slope, weights[i] as tf.Tensor2D)))];
          const ofWeights = slopes.map((slope, i) => matMulTN(part(savedX, groups[i] as RowGroup, C), slope));
          return [...inputs, ...ofWeights, ...slopes.map(columnSum)];
        }),
    };
  });
  const weights = layers.map(({ weight }) => weight);
  const biases = layers.map(({ bias }) => bias);
  return op(...(isInputFixed ? [] : [x]), ...weights, ...biases) as tf.Tensor2D;
}

function forward(x: tf.Tensor2D, groups: readonly RowGroup[], layers: readonly GroupLayer[], fill: number): tf.Tensor2D {
  const width = Math.max(...layers.map(({ weight }) => weight.shape[1]));
  return joined(
    layers.map(({ weight, bias }, i) => {
      const rows = part(x, groups[i] as RowGroup, x.shape[1]);
      return padded(tf.fused.matMul({ a: rows, b: weight, bias }) as tf.Tensor2D, width, fill);
    }),
  );
}

const joined = (parts: tf.Tensor2D[]): tf.Tensor2D => (parts.length === 1 ? (parts[0] as tf.Tensor2D) : tf.concat(parts, 0));

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function groupedLinearPlain(x: tf.Tensor2D, groups: readonly RowGroup[], layers: readonly GroupLayer[], fill = 0): tf.Tensor2D {
  const width = Math.max(...layers.map(({ weight }) => weight.shape[1]));
  return tf.tidy(() => {
    const rows = layers.map(({ weight, bias }, i) => {
      const { from, count } = groups[i] as RowGroup;
      const y = tf.add<tf.Tensor2D>(tf.matMul(tf.slice(x, [from, 0], [count, x.shape[1]]), weight), bias); // [n, D]
      return tf.concat([y, tf.fill([count, width - y.shape[1]], fill)], 1) as tf.Tensor2D; // [n, W]
    });
    return tf.concat(rows, 0);
  });
}
