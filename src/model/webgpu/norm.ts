/**
 * RMS norm and layer norm on WebGPU: one dispatch forward, two backward (the gradient of the rows with partial sums of the parameters' gradients, then
 * their sum in fixed order). Kept for the backward pass are only the mean and scale of every row; the normalised rows are computed again from x.
 *
 * On software adapters one invocation has a few rows to itself; on GPUs a row is shared among invocations that meet in workgroup memory.
 *
 * Letters: N rows, C channels, K lanes of a row (laneOf), S workgroups or invocations that leave partial sums, P parameters (weight, bias).
 */
import type * as tf from '../tf.ts';
import { sumPartials } from './column-sum.ts';
import { kernelFamily } from './family.ts';
import { runKernel, type Kernel } from './kernel.ts';
import { acrossLanes, GROUP_INDEX, gridOf, laneOf, powerOfTwo, ROW_WORKGROUP, totalCode, unrolled, type Lane } from './rows.ts';

/** Invocations of a software workgroup: few, so that a few hundred rows give work to every core. */
const SOFTWARE_WORKGROUP = 16;
/** Most invocations that share a row. */
const MAX_LANES = 64;
/** Workgroups that a backward pass should have at least on a GPU, before each takes several rows per lane. Ours. */
const WANTED_GROUPS = 128;
const MAX_STEPS = 16;

/** What the code of a norm depends on. */
interface Norm {
  readonly name: string;
  /** True for layer norm: the mean is taken off and a bias added. */
  readonly isCentred: boolean;
  readonly epsilon: number;
}

interface Sizes {
  readonly N: number;
  readonly C: number;
  readonly K: number;
  readonly lane: Lane;
}

/**
 * RMS norm with weight. Not differentiable.
 *
 * @param x - `[N, C]`.
 * @param w - `[C]`.
 * @returns y `[N, C]` and the scale of every row `[N]`. The caller owns them.
 */
export function rmsNormForward(x: tf.Tensor2D, w: tf.Tensor1D, epsilon: number): [y: tf.Tensor2D, scale: tf.Tensor] {
  return forward({ name: 'rms norm', isCentred: false, epsilon }, x, w, null);
}

/**
 * Gradients of `rmsNormForward` with respect to x `[N, C]` and w `[C]`. The caller owns them.
 *
 * @param scale - as given by the forward pass.
 */
export function rmsNormBackward(dy: tf.Tensor2D, x: tf.Tensor2D, w: tf.Tensor1D, scale: tf.Tensor): tf.Tensor[] {
  return backward({ name: 'rms norm', isCentred: false, epsilon: 0 }, dy, x, w, scale);
}

/**
 * Layer norm with weight and bias. Not differentiable.
 *
 * @param x - `[N, C]`.
 * @param w - `[C]`.
 * @param b - `[C]`.
 * @returns y `[N, C]`, and mean and scale of every row `[N, 2]`. The caller owns them.
 */
export function layerNormForward(x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D, epsilon: number): [y: tf.Tensor2D, stats: tf.Tensor] {
  return forward({ name: 'layer norm', isCentred: true, epsilon }, x, w, b);
}

/**
 * Gradients of `layerNormForward` with respect to x `[N, C]`, w `[C]` and b `[C]`. The caller owns them.
 *
 * @param stats - as given by the forward pass.
 */
export function layerNormBackward(dy: tf.Tensor2D, x: tf.Tensor2D, w: tf.Tensor1D, stats: tf.Tensor): tf.Tensor[] {
  return backward({ name: 'layer norm', isCentred: true, epsilon: 0 }, dy, x, w, stats);
}

function sizesOf(x: tf.Tensor2D): Sizes {
  const [N, C] = x.shape;
  const lane = laneOf(C);
  return { N, C, K: C / lane.width, lane };
}

function forward(norm: Norm, x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D | null): [tf.Tensor2D, tf.Tensor] {
  const sizes = sizesOf(x);
  const { N, C, lane } = sizes;
  const isSoftware = kernelFamily() === 'software';
  const { as } = lane;
  const kernel: Omit<Kernel, 'code' | 'workgroups'> = {
    name: norm.name,
    inputs: { x: { tensor: x, as }, w: { tensor: w, as }, ...(b === null ? {} : { b: { tensor: b, as } }) },
    outputs: { y: { shape: [N, C], as }, stats: norm.isCentred ? { shape: [N, 2], as: 'vec2f' } : { shape: [N], as: 'f32' } },
  };
  const code = isSoftware ? softwareForward(norm, sizes) : hardwareForward(norm, sizes);
  const rows = isSoftware ? SOFTWARE_WORKGROUP : ROW_WORKGROUP / lanesOf(sizes);
  return runKernel({ ...kernel, code, numbers: { N: ['u32', N] }, workgroups: gridOf(Math.ceil(N / rows)) }) as [tf.Tensor2D, tf.Tensor];
}

function backward(norm: Norm, dy: tf.Tensor2D, x: tf.Tensor2D, w: tf.Tensor1D, stats: tf.Tensor): tf.Tensor[] {
  const sizes = sizesOf(x);
  const { N, C, lane } = sizes;
  const isSoftware = kernelFamily() === 'software';
  const { as } = lane;
  const P = norm.isCentred ? 2 : 1;
  const rows = isSoftware ? softwareRows(sizes) : hardwareRows(sizes);
  const S = Math.ceil(N / rows);
  const [dx, partials] = runKernel({
    name: `${norm.name} backward`,
    inputs: {
      dy: { tensor: dy, as },
      x: { tensor: x, as },
      w: { tensor: w, as },
      stats: { tensor: stats, as: norm.isCentred ? 'vec2f' : 'f32' },
    },
    outputs: { dx: { shape: [N, C], as }, partials: { shape: [S, P * C], as } },
    code: isSoftware ? softwareBackward(norm, sizes, rows) : hardwareBackward(norm, sizes),
    numbers: isSoftware
      ? { N: ['u32', N], S: ['u32', S] }
      : { N: ['u32', N], S: ['u32', S], steps: ['u32', rows / (ROW_WORKGROUP / lanesOf(sizes))] },
    workgroups: gridOf(isSoftware ? Math.ceil(S / SOFTWARE_WORKGROUP) : S),
  }) as [tf.Tensor2D, tf.Tensor2D];
  const sums = sumPartials(partials, P);
  partials.dispose();
  return [dx, ...sums];
}

// Software: an invocation has rows of its own.

function softwareForward({ isCentred, epsilon }: Norm, { C, K, lane: { as, ...lane } }: Sizes): string {
  const mean = `
  var sums = ${as}(0.0);
  ${unrolled(K, (k) => `sums += x[first + ${k}];`)}
  let mean = total(sums) / ${C}.0;`;
  const off = isCentred ? ' - mean' : '';
  return /* wgsl */ `${GROUP_INDEX}${totalCode({ as, ...lane })}
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = groupIndex(group, grid) * ${SOFTWARE_WORKGROUP}u + local;
  if (row >= numbers.N) { return; }
  let first = row * ${K}u;
  ${isCentred ? mean : ''}
  var squares = ${as}(0.0);
  ${unrolled(K, (k) => `let v = x[first + ${k}]${off}; squares += v * v;`)}
  let scale = inverseSqrt(total(squares) / ${C}.0 + ${epsilon});
  stats[row] = ${isCentred ? 'vec2f(mean, scale)' : 'scale'};
  ${unrolled(K, (k) => `y[first + ${k}] = (x[first + ${k}]${off}) * scale * w[${k}]${isCentred ? ` + b[${k}]` : ''};`)}
}`;
}

/** Rows of one invocation: the more, the fewer partial sums, as long as every core has work. */
function softwareRows({ N }: Sizes): number {
  return N >= 1024 ? 8 : 4;
}

function softwareBackward({ isCentred }: Norm, { N, C, K, lane }: Sizes, rows: number): string {
  const { as } = lane;
  const each = (body: (r: number) => string) => Array.from({ length: rows }, (_, r) => body(r)).join('\n    ');
  // The last invocation may have fewer rows; the others' loads then repeat its last row, weighted 0.
  const isUneven = N % rows !== 0;
  const start = each((r) =>
    [
      isUneven ? `let row${r} = min(s * ${rows}u + ${r}u, numbers.N - 1u);` : `let row${r} = s * ${rows}u + ${r}u;`,
      isUneven ? `let live${r} = select(0.0, 1.0, s * ${rows}u + ${r}u < numbers.N);` : '',
      `let first${r} = row${r} * ${K}u;`,
      isCentred ? `let mean${r} = stats[row${r}].x; let scale${r} = stats[row${r}].y;` : `let scale${r} = stats[row${r}];`,
      `var along${r} = ${as}(0.0); ${isCentred ? `var shift${r} = ${as}(0.0);` : ''}`,
    ].join(' '),
  );
  const off = (r: number) => (isCentred ? ` - mean${r}` : '');
  const sums = each((r) => {
    const shift = isCentred ? `shift${r} += g;` : '';
    return `{ let g = dy[first${r} + k] * weight; along${r} += g * (x[first${r} + k]${off(r)}); ${shift} }`;
  });
  // dx = scale (dy w - mean(dy w) - u mean(dy w u)) with u = (x - mean) scale
  const means = each(
    (r) => `let a${r} = total(along${r}) * scale${r} * scale${r} / ${C}.0; ${isCentred ? `let b${r} = total(shift${r}) / ${C}.0;` : ''}`,
  );
  const rowsOut = each((r) => {
    const live = isUneven ? ` * live${r}` : '';
    const value = `(d * weight${isCentred ? ` - b${r}` : ''} - v * a${r}) * scale${r}`;
    const write = isUneven ? `if (live${r} > 0.0) { dx[first${r} + k] = ${value}; }` : `dx[first${r} + k] = ${value};`;
    return `{ let d = dy[first${r} + k]${live}; let v = x[first${r} + k]${off(r)}; dw += d * v * scale${r}; ${isCentred ? 'db += d;' : ''} ${write} }`;
  });
  const width = isCentred ? 2 * K : K;
  return /* wgsl */ `${GROUP_INDEX}${totalCode(lane)}
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let s = groupIndex(group, grid) * ${SOFTWARE_WORKGROUP}u + local;
  if (s >= numbers.S) { return; }
  ${start}
  for (var k = 0u; k < ${K}u; k++) {
    let weight = w[k];
    ${sums}
  }
  ${means}
  for (var k = 0u; k < ${K}u; k++) {
    let weight = w[k];
    var dw = ${as}(0.0);
    ${isCentred ? `var db = ${as}(0.0);` : ''}
    ${rowsOut}
    partials[s * ${width}u + k] = dw;
    ${isCentred ? `partials[s * ${width}u + ${K}u + k] = db;` : ''}
  }
}`;
}

// Hardware: a row is shared by neighbouring invocations, each with `held` lanes of it in registers.

function lanesOf({ K }: Sizes): number {
  return Math.min(powerOfTwo(K), MAX_LANES);
}

const SUM = (a: string, b: string) => `${a} + ${b}`;

function hardwareForward({ isCentred, epsilon }: Norm, sizes: Sizes): string {
  const { C, K, lane } = sizes;
  const lanes = lanesOf(sizes);
  const held = Math.ceil(K / lanes);
  const eachHeld = (body: string) => `for (var j = 0u; j < ${held}u; j++) { let k = j * ${lanes}u + lane; if (isInside && k < ${K}u) { ${body} } }`;
  const mean = `
  var sum = 0.0;
  ${eachHeld('sum += total(v[j]);')}
  let mean = acrossRow(local, sum) / ${C}.0;
  ${eachHeld('v[j] -= mean;')}`;
  return /* wgsl */ `${GROUP_INDEX}${totalCode(lane)}${acrossLanes('acrossRow', 'f32', lanes, SUM)}
@compute @workgroup_size(${ROW_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let row = groupIndex(group, grid) * ${ROW_WORKGROUP / lanes}u + local / ${lanes}u;
  let isInside = row < numbers.N;
  var v: array<${lane.as}, ${held}>;
  ${eachHeld(`v[j] = x[row * ${K}u + k];`)}
  ${isCentred ? mean : ''}
  var square = 0.0;
  ${eachHeld('square += total(v[j] * v[j]);')}
  let scale = inverseSqrt(acrossRow(local, square) / ${C}.0 + ${epsilon});
  ${eachHeld(`y[row * ${K}u + k] = v[j] * scale * w[k]${isCentred ? ' + b[k]' : ''};`)}
  if (isInside && lane == 0u) { stats[row] = ${isCentred ? 'vec2f(mean, scale)' : 'scale'}; }
}`;
}

/** Rows of one workgroup. */
function hardwareRows(sizes: Sizes): number {
  const abreast = ROW_WORKGROUP / lanesOf(sizes);
  return abreast * Math.min(MAX_STEPS, Math.max(1, Math.floor(sizes.N / (abreast * WANTED_GROUPS))));
}

function hardwareBackward({ isCentred }: Norm, sizes: Sizes): string {
  const { C, K, lane } = sizes;
  const { as } = lane;
  const lanes = lanesOf(sizes);
  const held = Math.ceil(K / lanes);
  const abreast = ROW_WORKGROUP / lanes;
  const pair = isCentred ? 'vec2f' : 'f32';
  const eachHeld = (condition: string, body: string) =>
    `for (var j = 0u; j < ${held}u; j++) { let k = j * ${lanes}u + lane; if (${condition}k < ${K}u) { ${body} } }`;
  const meet = (sums: string, part: number) => `
  for (var j = 0u; j < ${held}u; j++) {
    let k = j * ${lanes}u + lane;
    columns[local] = ${sums}[j];
    for (var half = ${abreast / 2}u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (local < half * ${lanes}u) { columns[local] += columns[local + half * ${lanes}u]; }
    }
    if (local < ${lanes}u && k < ${K}u && s < numbers.S) { partials[s * ${(isCentred ? 2 : 1) * K}u + ${part * K}u + k] = columns[local]; }
    workgroupBarrier();
  }`;
  return /* wgsl */ `${GROUP_INDEX}${totalCode(lane)}${acrossLanes('acrossRow', pair, lanes, SUM)}
var<workgroup> columns: array<${as}, ${ROW_WORKGROUP}>;
@compute @workgroup_size(${ROW_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let s = groupIndex(group, grid);
  let lane = local % ${lanes}u;
  var dw: array<${as}, ${held}>;
  ${isCentred ? `var db: array<${as}, ${held}>;` : ''}
  for (var step = 0u; step < numbers.steps; step++) {
    let row = (s * numbers.steps + step) * ${abreast}u + local / ${lanes}u;
    let isInside = row < numbers.N;
    let stat = stats[min(row, numbers.N - 1u)];
    let scale = ${isCentred ? 'stat.y' : 'stat'};
    var g: array<${as}, ${held}>;
    var u: array<${as}, ${held}>;
    var own = ${pair}(0.0);
    ${eachHeld(
      'isInside && ',
      `let d = dy[row * ${K}u + k];
      u[j] = (x[row * ${K}u + k]${isCentred ? ' - stat.x' : ''}) * scale;
      g[j] = d * w[k];
      own += ${isCentred ? 'vec2f(total(g[j] * u[j]), total(g[j]))' : 'total(g[j] * u[j])'};
      dw[j] += d * u[j];
      ${isCentred ? 'db[j] += d;' : ''}`,
    )}
    let means = acrossRow(local, own) / ${C}.0;
    ${eachHeld('isInside && ', `dx[row * ${K}u + k] = (g[j]${isCentred ? ' - means.y' : ''} - u[j] * ${isCentred ? 'means.x' : 'means'}) * scale;`)}
  }
  ${meet('dw', 0)}
  ${isCentred ? meet('db', 1) : ''}
}`;
}
