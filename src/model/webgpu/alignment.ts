/**
 * The alignment loss on WebGPU (ops/alignment.ts): two dispatches forward (partial sums, then their sum and ratio), one backward. In fixed order.
 *
 * Letters: R rows, D channels, S invocations that leave partial sums.
 */
import type * as tf from '../tf.ts';
import { kernelFamily } from './family.ts';
import { runKernel } from './kernel.ts';
import { ELEMENT_WORKGROUP, GROUP_INDEX, gridOf, laneOf, ROW_WORKGROUP, totalCode } from './rows.ts';

/** Most invocations that leave partial sums: on GPUs many, to fill them; in software few, since their sum costs too. Ours. */
const MAX_PARTIALS = { software: 256, hardware: 4096 } as const;

/**
 * `sum((x - t)^2) / sum(t^2)`. Not differentiable.
 *
 * @param x - `[R, D]`.
 * @param targets - t, `[R, D]`, not all 0.
 * @returns the loss and `sum(t^2)`, scalars. The caller owns them.
 */
export function alignmentForward(x: tf.Tensor2D, targets: tf.Tensor2D): [loss: tf.Scalar, size: tf.Scalar] {
  const lane = laneOf(x.size);
  const { as } = lane;
  const count = x.size / lane.width;
  const family = kernelFamily();
  const S = Math.min(count, MAX_PARTIALS[family]);
  const [partials] = runKernel({
    name: 'alignment',
    inputs: { x: { tensor: x, as }, targets: { tensor: targets, as } },
    outputs: { partials: { shape: [S, 2], as: 'vec2f' } },
    code: /* wgsl */ `${totalCode(lane)}
@compute @workgroup_size(${ELEMENT_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ${S}u) { return; }
  var gaps = ${as}(0.0);
  var squares = ${as}(0.0);
  for (var i = id.x; i < ${count}u; i += ${S}u) {
    let wanted = targets[i];
    let gap = x[i] - wanted;
    gaps += gap * gap;
    squares += wanted * wanted;
  }
  partials[id.x] = vec2f(total(gaps), total(squares));
}`,
    workgroups: [Math.ceil(S / ELEMENT_WORKGROUP)],
  }) as [tf.Tensor];
  const invocations = family === 'software' ? 32 : ROW_WORKGROUP;
  const result = runKernel({
    name: 'alignment sum',
    inputs: { partials: { tensor: partials, as: 'vec2f' } },
    outputs: { loss: { shape: [], as: 'f32' }, size: { shape: [], as: 'f32' } },
    code: /* wgsl */ `
var<workgroup> sums: array<vec2f, ${invocations}>;
@compute @workgroup_size(${invocations})
fn main(@builtin(local_invocation_index) local: u32) {
  var own = vec2f(0.0);
  for (var i = local; i < ${S}u; i += ${invocations}u) { own += partials[i]; }
  sums[local] = own;
  for (var half = ${invocations / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  if (local == 0u) {
    loss[0] = sums[0].x / sums[0].y;
    size[0] = sums[0].y;
  }
}`,
    workgroups: [1],
  });
  partials.dispose();
  return result as [tf.Scalar, tf.Scalar];
}

/**
 * Gradient of the loss with respect to x, `[R, D]`. The caller owns it.
 *
 * @param dy - gradient of the loss, a scalar; read on the device.
 * @param size - as given by the forward pass.
 */
export function alignmentBackward(dy: tf.Tensor, x: tf.Tensor2D, targets: tf.Tensor2D, size: tf.Tensor): tf.Tensor2D {
  const lane = laneOf(x.size);
  const { as } = lane;
  const [dx] = runKernel({
    name: 'alignment backward',
    inputs: { dy: { tensor: dy, as: 'f32' }, x: { tensor: x, as }, targets: { tensor: targets, as }, size: { tensor: size, as: 'f32' } },
    outputs: { dx: { shape: x.shape, as } },
    code: /* wgsl */ `${GROUP_INDEX}
@compute @workgroup_size(${ELEMENT_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = groupIndex(group, grid) * ${ELEMENT_WORKGROUP}u + local;
  if (i >= arrayLength(&dx)) { return; }
  dx[i] = (x[i] - targets[i]) * (2.0 * dy[0] / size[0]);
}`,
    workgroups: gridOf(Math.ceil(x.size / lane.width / ELEMENT_WORKGROUP)),
  });
  return dx as tf.Tensor2D;
}
