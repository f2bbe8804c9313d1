/**
 * Bilinear resampling with half-pixel centres and its transpose, one dispatch each. Not differentiable: ops/resample.ts is.
 *
 * Centres of outputs are kept as whole numbers, in units of 1 / (2 * out) of an input cell, so that no rounding moves a tap. An output gives to input i
 * the weight max(0, 1 - |centre - i|), which is what both directions use: forward two taps per axis, backward a gather over the outputs in reach.
 *
 * Letters: B batch, Y and X cells in, y and x cells out, C channels.
 */
import type * as tf from '../tf.ts';
import { runKernel } from './kernel.ts';
import { overRows, vectorsOf } from './row-grid.ts';

/** WGSL: centre of output `o`, clamped, in units of 1 / (2 * output). */
const centre = (o: string, input: number, output: number): string => `clamp((2 * ${o} + 1) * ${input} - ${output}, 0, ${(input - 1) * 2 * output})`;

/**
 * @param grid - `[B, Y, X, C]`.
 * @returns `[B, y, x, C]`. The caller owns it.
 */
export function resampleForward(grid: tf.Tensor4D, y: number, x: number): tf.Tensor4D {
  const [B, Y, X, C] = grid.shape;
  const { as, count } = vectorsOf(C);
  const axis = (name: string, o: string, input: number, output: number): string => `let ${name} = ${centre(o, input, output)};
  let ${name}Low = ${name} / ${2 * output};
  let ${name}High = min(${name}Low + 1, ${input - 1});
  let ${name}Share = f32(${name} % ${2 * output}) / ${2 * output}.0;`;
  const place = (row: string, column: string): string => `((b * ${Y} + ${row}) * ${X} + ${column}) * ${count}`;
  const [out] = runKernel({
    name: 'resample',
    inputs: { grid: { tensor: grid, as } },
    outputs: { out: { shape: [B, y, x, C], as } },
    ...overRows({
      rows: B * y * x,
      count,
      perRow: `let cell = i32(row);
  let b = cell / ${y * x};
  ${axis('v', `(cell / ${x} % ${y})`, Y, y)}
  ${axis('h', `(cell % ${x})`, X, x)}
  let lowLow = ${place('vLow', 'hLow')};
  let lowHigh = ${place('vLow', 'hHigh')};
  let highLow = ${place('vHigh', 'hLow')};
  let highHigh = ${place('vHigh', 'hHigh')};`,
      perVector: `let k = i32(c);
    let low = (1.0 - hShare) * grid[lowLow + k] + hShare * grid[lowHigh + k];
    let high = (1.0 - hShare) * grid[highLow + k] + hShare * grid[highHigh + k];
    out[row * ${count}u + c] = (1.0 - vShare) * low + vShare * high;`,
    }),
  });
  return out as tf.Tensor4D;
}

/**
 * The transpose of `resampleForward`.
 *
 * @param dy - `[B, y, x, C]`.
 * @returns `[B, Y, X, C]`. The caller owns it.
 */
export function resampleBackward(dy: tf.Tensor4D, Y: number, X: number): tf.Tensor4D {
  const [B, y, x, C] = dy.shape;
  const { as, count } = vectorsOf(C);
  // Outputs whose centre may be less than one cell from input i, those clamped to an edge among them. The few just out of reach weigh 0.
  const reach = (name: string, i: string, input: number, output: number): string => `let ${name} = ${i};
  let ${name}First = max(0, ((2 * ${name} - 1) * ${output} - ${input}) / ${2 * input});
  let ${name}Last = min(${output - 1}, ((2 * ${name} + 3) * ${output} - ${input}) / ${2 * input} + 1);`;
  const weight = (o: string, i: string, input: number, output: number): string =>
    `f32(max(0, ${2 * output} - abs(${centre(o, input, output)} - ${i} * ${2 * output}))) / ${2 * output}.0`;
  const [dx] = runKernel({
    name: 'resample backward',
    inputs: { dy: { tensor: dy, as } },
    outputs: { dx: { shape: [B, Y, X, C], as } },
    ...overRows({
      rows: B * Y * X,
      count,
      perRow: `let cell = i32(row);
  let b = cell / ${Y * X};
  ${reach('v', `cell / ${X} % ${Y}`, Y, y)}
  ${reach('h', `cell % ${X}`, X, x)}`,
      perVector: `var sum = ${as}();
    for (var o = vFirst; o <= vLast; o++) {
      let down = ${weight('o', 'v', Y, y)};
      for (var p = hFirst; p <= hLast; p++) {
        sum += down * (${weight('p', 'h', X, x)}) * dy[((b * ${y} + o) * ${x} + p) * ${count} + i32(c)];
      }
    }
    dx[row * ${count}u + c] = sum;`,
    }),
  });
  return dx as tf.Tensor4D;
}
