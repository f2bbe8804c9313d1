/**
 * Elementwise kernels on WebGPU: GELU, the gate of SwiGLU (two tensors or one packed), and the residual with a scale per channel. One dispatch each
 * way, except the residual's backward pass, whose sum over rows takes a second one. Nothing is kept for the backward pass but the inputs.
 *
 * The same code serves every adapter, four numbers per invocation where the size allows: ours; on SwiftShader it took 0.4 of the time of one number per
 * invocation, on GPUs it is not measured. The count comes from the length of the buffers, so that one pipeline serves all sizes.
 *
 * Letters: N rows, F hidden channels, C channels, S chunks of rows.
 */
import type * as tf from '../tf.ts';
import { sumPartials } from './column-sum.ts';
import { kernelFamily } from './family.ts';
import { runKernel, type Kernel } from './kernel.ts';
import { ELEMENT_WORKGROUP, GROUP_INDEX, gridOf, laneOf, type Lane } from './rows.ts';

/** Rows that an invocation of the residual's backward pass adds up: on GPUs few, for many invocations; in software more, for few partial sums. */
const RESIDUAL_ROWS = { software: 32, hardware: 16 } as const;

/** Largest argument of exp: its result is finite, and 1 / (1 + exp(80)) is 0 for every purpose. */
const EXP_LIMIT = 80;

/** 2 sqrt(2 / pi), and the weight of the cube: see ops/gelu.ts. */
const TWO_ROOT = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

const sigmoidCode = ({ as }: Lane) => `fn sigmoid(v: ${as}) -> ${as} { return ${as}(1.0) / (${as}(1.0) + exp(min(-v, ${as}(${EXP_LIMIT}.0)))); }\n`;

/** WGSL of a kernel that runs `body` for every lane `i` below `count`. */
function everyLane(count: string, body: string): string {
  return /* wgsl */ `${GROUP_INDEX}
@compute @workgroup_size(${ELEMENT_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = groupIndex(group, grid) * ${ELEMENT_WORKGROUP}u + local;
  if (i >= ${count}) { return; }
  ${body}
}`;
}

/** Runs an elementwise kernel over `size` numbers. */
function run(kernel: Omit<Kernel, 'workgroups'>, size: number, { width }: Lane): tf.Tensor[] {
  return runKernel({ ...kernel, workgroups: gridOf(Math.ceil(size / width / ELEMENT_WORKGROUP)) });
}

/**
 * GELU, tanh approximation. Not differentiable.
 *
 * @param x - any shape.
 * @returns the same shape. The caller owns it.
 */
export function geluForward(x: tf.Tensor): tf.Tensor {
  const lane = laneOf(x.size);
  const { as } = lane;
  const code = sigmoidCode(lane) + everyLane('arrayLength(&y)', `let v = x[i]; y[i] = v * sigmoid(v * (${TWO_ROOT} + ${TWO_ROOT * CUBE} * v * v));`);
  const [y] = run({ name: 'gelu', inputs: { x: { tensor: x, as } }, outputs: { y: { shape: x.shape, as } }, code }, x.size, lane);
  return y as tf.Tensor;
}

/** Gradient of `geluForward` with respect to x, of its shape. The caller owns it. */
export function geluBackward(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const lane = laneOf(x.size);
  const { as } = lane;
  // d/dx x s(u(x)) = s + x s (1 - s) u'
  const body = `let v = x[i];
  let s = sigmoid(v * (${TWO_ROOT} + ${TWO_ROOT * CUBE} * v * v));
  dx[i] = dy[i] * (s + v * (${TWO_ROOT} + ${3 * TWO_ROOT * CUBE} * v * v) * (s - s * s));`;
  const code = sigmoidCode(lane) + everyLane('arrayLength(&dx)', body);
  const inputs = { dy: { tensor: dy, as }, x: { tensor: x, as } };
  const [dx] = run({ name: 'gelu backward', inputs, outputs: { dx: { shape: x.shape, as } }, code }, x.size, lane);
  return dx as tf.Tensor;
}

/**
 * `silu(g) * u`. Not differentiable.
 *
 * @param g - any shape.
 * @param u - the same shape.
 * @returns the same shape. The caller owns it.
 */
export function swigluForward(g: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const lane = laneOf(g.size);
  const { as } = lane;
  const code = sigmoidCode(lane) + everyLane('arrayLength(&y)', 'y[i] = g[i] * sigmoid(g[i]) * u[i];');
  const inputs = { g: { tensor: g, as }, u: { tensor: u, as } };
  const [y] = run({ name: 'swiglu', inputs, outputs: { y: { shape: g.shape, as } }, code }, g.size, lane);
  return y as tf.Tensor;
}

/** WGSL: from `d` (gradient), `gate` and `value` to the gradients `dg` and `du`. */
const GATE_GRADIENTS = `let s = sigmoid(gate);
  let silu = gate * s;
  let toGate = d * value * (s + silu - silu * s);
  let toValue = d * silu;`;

/** Gradients of `swigluForward` with respect to g and u, of their shape. The caller owns them. */
export function swigluBackward(dy: tf.Tensor, g: tf.Tensor, u: tf.Tensor): tf.Tensor[] {
  const lane = laneOf(g.size);
  const { as } = lane;
  const body = `let d = dy[i]; let gate = g[i]; let value = u[i];
  ${GATE_GRADIENTS}
  dg[i] = toGate;
  du[i] = toValue;`;
  const code = sigmoidCode(lane) + everyLane('min(arrayLength(&dg), arrayLength(&du))', body);
  const inputs = { dy: { tensor: dy, as }, g: { tensor: g, as }, u: { tensor: u, as } };
  return run({ name: 'swiglu backward', inputs, outputs: { dg: { shape: g.shape, as }, du: { shape: g.shape, as } }, code }, g.size, lane);
}

/** WGSL: the places of the gate and the value that belong to lane `i` of `[N, F]`. */
function packedPlaces(F: number): string {
  return `let gateAt = i / ${F}u * ${2 * F}u + i % ${F}u; let valueAt = gateAt + ${F}u;`;
}

/**
 * `silu(g) * u` of rows that hold g, then u. Not differentiable.
 *
 * @param gu - `[N, 2F]`.
 * @returns `[N, F]`. The caller owns it.
 */
export function packedSwigluForward(gu: tf.Tensor2D): tf.Tensor2D {
  const [N, F] = [gu.shape[0], gu.shape[1] / 2];
  const lane = laneOf(F);
  const { as } = lane;
  const body = `${packedPlaces(F / lane.width)}
  let gate = gu[gateAt];
  y[i] = gate * sigmoid(gate) * gu[valueAt];`;
  const code = sigmoidCode(lane) + everyLane('arrayLength(&y)', body);
  const [y] = run({ name: 'packed swiglu', inputs: { gu: { tensor: gu, as } }, outputs: { y: { shape: [N, F], as } }, code }, N * F, lane);
  return y as tf.Tensor2D;
}

/** Gradient of `packedSwigluForward` with respect to gu, `[N, 2F]`. The caller owns it. */
export function packedSwigluBackward(dy: tf.Tensor2D, gu: tf.Tensor2D): tf.Tensor2D {
  const [N, F] = dy.shape;
  const lane = laneOf(F);
  const { as } = lane;
  const body = `${packedPlaces(F / lane.width)}
  let d = dy[i]; let gate = gu[gateAt]; let value = gu[valueAt];
  ${GATE_GRADIENTS}
  dgu[gateAt] = toGate;
  dgu[valueAt] = toValue;`;
  const code = sigmoidCode(lane) + everyLane('numbers.lanes', body);
  const numbers = { lanes: ['u32', (N * F) / lane.width] } as const;
  const inputs = { dy: { tensor: dy, as }, gu: { tensor: gu, as } };
  const [dgu] = run({ name: 'packed swiglu backward', inputs, outputs: { dgu: { shape: [N, 2 * F], as } }, code, numbers }, N * F, lane);
  return dgu as tf.Tensor2D;
}

/**
 * `x + y * scale`. Not differentiable.
 *
 * @param x - `[N, C]`.
 * @param y - `[N, C]`.
 * @param scale - `[C]`.
 * @returns `[N, C]`. The caller owns it.
 */
export function scaledResidualForward(x: tf.Tensor2D, y: tf.Tensor2D, scale: tf.Tensor1D): tf.Tensor2D {
  const [N, C] = x.shape;
  const lane = laneOf(C);
  const { as } = lane;
  const code = everyLane('arrayLength(&z)', `z[i] = x[i] + y[i] * scale[i % ${C / lane.width}u];`);
  const inputs = { x: { tensor: x, as }, y: { tensor: y, as }, scale: { tensor: scale, as } };
  const [z] = run({ name: 'scaled residual', inputs, outputs: { z: { shape: [N, C], as } }, code }, N * C, lane);
  return z as tf.Tensor2D;
}

/** Gradients of `scaledResidualForward` with respect to y `[N, C]` and scale `[C]` (that of x is dz itself). The caller owns them. */
export function scaledResidualBackward(dz: tf.Tensor2D, y: tf.Tensor2D, scale: tf.Tensor1D): [dy: tf.Tensor2D, dscale: tf.Tensor1D] {
  const [N, C] = dz.shape;
  const lane = laneOf(C);
  const { as } = lane;
  const K = C / lane.width;
  const rows = Math.max(RESIDUAL_ROWS[kernelFamily()], Math.ceil(N / 1024));
  const S = Math.ceil(N / rows);
  const body = `let k = i % ${K}u;
  let factor = scale[k];
  var sum = ${as}(0.0);
  for (var row = i / ${K}u * numbers.rows; row < min((i / ${K}u + 1u) * numbers.rows, numbers.N); row++) {
    let d = dz[row * ${K}u + k];
    dy[row * ${K}u + k] = d * factor;
    sum += d * y[row * ${K}u + k];
  }
  partials[i] = sum;`;
  const code = everyLane(`numbers.S * ${K}u`, body);
  const numbers = { rows: ['u32', rows], N: ['u32', N], S: ['u32', S] } as const;
  const inputs = { dz: { tensor: dz, as }, y: { tensor: y, as }, scale: { tensor: scale, as } };
  const outputs = { dy: { shape: [N, C], as }, partials: { shape: [S, C], as } };
  const [dy, partials] = run({ name: 'scaled residual backward', inputs, outputs, code, numbers }, S * C, lane) as [tf.Tensor2D, tf.Tensor2D];
  const [dscale] = sumPartials(partials, 1) as [tf.Tensor1D];
  partials.dispose();
  return [dy, dscale];
}
