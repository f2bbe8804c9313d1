/**
 * Attention of one new position per row over the cache (decode-state.ts): positions 0..length of the row, the new one included. In one pass over keys and
 * values, with a running maximum (arXiv 1805.02867), all query heads of a key/value head together, so that a key is loaded once for them.
 *
 * On software adapters an invocation does a row's key/value head alone; on GPUs a workgroup does: a position per invocation for the scores, then four
 * channels and a share of the positions per invocation for the mixture.
 *
 * Letters: as in decode-state.ts; Q = d/4.
 */
import type * as tf from '../tf.ts';
import { STATE, type DecodeSizes, type DecodeRows } from './decode-state.ts';
import { kernelFamily } from './family.ts';
import { runKernel } from './kernel.ts';
import { acrossLanes } from './rows.ts';

/** Positions that a software invocation takes together; the capacity is a multiple of it. */
const BLOCK = 4;
const SOFTWARE_WORKGROUP = 4;
/** Invocations of a GPU's workgroup, and positions that it takes between two maxima. Ours. */
const HARDWARE_WORKGROUP = 128;
const CHUNK = 256;

/** Below every score; finite, so that a difference of two is a number. */
const LOWEST = '-1e30';

/**
 * @param queries - rotated and divided by sqrt(d), `[B, H*d]`.
 * @param cache - of the layer.
 * @returns `[B, H*d]`. The caller owns it.
 */
export function attendCache(sizes: DecodeSizes, { rows, capacity, state }: DecodeRows, queries: tf.Tensor, cache: tf.Tensor): tf.Tensor {
  const { H, G, d } = sizes;
  const isSoftware = kernelFamily() === 'software';
  const [mixed] = runKernel({
    name: 'decode attention',
    code: isSoftware ? softwareCode(sizes) : hardwareCode(sizes),
    inputs: { queries: { tensor: queries, as: 'vec4f' }, cache: { tensor: cache, as: 'vec4f' }, state: { tensor: state, as: 'i32' } },
    outputs: { mixed: { shape: [rows, H * d], as: 'vec4f' } },
    numbers: { rows: ['u32', rows], capacity: ['u32', capacity] },
    workgroups: [isSoftware ? Math.ceil((rows * G) / SOFTWARE_WORKGROUP) : rows * G],
  });
  return mixed as tf.Tensor;
}

const list = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const each = (count: number, line: (i: number) => string, separator = '\n  '): string => list(count).map(line).join(separator);

/** Where row and key/value head of number `index` have their queries, keys and values, in vectors of four. */
function places({ H, G, d }: DecodeSizes): string {
  return `
  let row = index / ${G}u;
  let g = index % ${G}u;
  let length = u32(state[row * ${STATE.stride}u + ${STATE.length}u]) + 1u;
  let queryAt = (row * ${H}u + g * ${H / G}u) * ${d / 4}u;
  let slot = u32(state[row * ${STATE.stride}u + ${STATE.slot}u]);
  let keyAt = (slot * ${2 * G}u + g) * numbers.capacity * ${d / 4}u;
  let valueAt = keyAt + ${G}u * numbers.capacity * ${d / 4}u;`;
}

function softwareCode(sizes: DecodeSizes): string {
  const { H, G, d } = sizes;
  const [R, Q] = [H / G, d / 4];
  const heads = (line: (r: number) => string): string => each(R, line);
  const scores = each(BLOCK, (i) => {
    const products = each(
      Q,
      (j) => `{ let key = cache[keyAt + (p + ${i}u) * ${Q}u + ${j}u]; ${each(R, (r) => `s${r}.${'xyzw'[i]} += dot(q${r}_${j}, key);`, ' ')} }`,
    );
    return products;
  });
  const mixture = each(Q, (j) => {
    const values = each(BLOCK, (i) => `let v${i} = cache[valueAt + (p + ${i}u) * ${Q}u + ${j}u];`, ' ');
    const sums = each(R, (r) => `o${r}_${j} = o${r}_${j} * c${r} + (e${r}.x * v0 + e${r}.y * v1) + (e${r}.z * v2 + e${r}.w * v3);`, ' ');
    return `{ ${values} ${sums} }`;
  });
  return /* wgsl */ `
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.x;
  if (index >= numbers.rows * ${G}u) { return; }
  ${places(sizes)}
  ${heads((r) => `${each(Q, (j) => `let q${r}_${j} = queries[queryAt + ${r * Q + j}u]; var o${r}_${j} = vec4f();`, ' ')} var m${r} = ${LOWEST}; var l${r} = 0.0;`)}
  for (var p = 0u; p < length; p += ${BLOCK}u) {
    ${heads((r) => `var s${r} = vec4f();`)}
    ${scores}
    let isBehind = vec4u(p, p + 1u, p + 2u, p + 3u) >= vec4u(length);
    ${heads(
      (r) => `s${r} = select(s${r}, vec4f(${LOWEST}), isBehind);
    let top${r} = max(m${r}, max(max(s${r}.x, s${r}.y), max(s${r}.z, s${r}.w)));
    let c${r} = exp(m${r} - top${r});
    let e${r} = exp(s${r} - top${r});
    m${r} = top${r};
    l${r} = l${r} * c${r} + ((e${r}.x + e${r}.y) + (e${r}.z + e${r}.w));`,
    )}
    ${mixture}
  }
  ${heads((r) => each(Q, (j) => `mixed[queryAt + ${r * Q + j}u] = o${r}_${j} / l${r};`, ' '))}
}`;
}

function hardwareCode(sizes: DecodeSizes): string {
  const { H, G, d } = sizes;
  const [R, Q] = [H / G, d / 4];
  const slices = Math.floor(HARDWARE_WORKGROUP / Q);
  const heads = (line: (r: number) => string): string => each(R, line);
  return /* wgsl */ `
${acrossLanes('highest', 'f32', HARDWARE_WORKGROUP, (a, b) => `max(${a}, ${b})`)}
${acrossLanes('total', 'f32', HARDWARE_WORKGROUP, (a, b) => `${a} + ${b}`)}
var<workgroup> weights: array<array<f32, ${R}>, ${CHUNK}>;
var<workgroup> partial: array<vec4f, ${HARDWARE_WORKGROUP}>;
@compute @workgroup_size(${HARDWARE_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = group.x;
  ${places(sizes)}
  let j = local % ${Q}u;
  let slice = local / ${Q}u;
  ${heads((r) => `${each(Q, (i) => `let q${r}_${i} = queries[queryAt + ${r * Q + i}u];`, ' ')} var o${r} = vec4f(); var m${r} = ${LOWEST}; var l${r} = 0.0;`)}
  for (var start = 0u; start < length; start += ${CHUNK}u) {
    let end = min(start + ${CHUNK}u, length);
    ${heads((r) => `var top${r} = ${LOWEST};`)}
    for (var p = start + local; p < end; p += ${HARDWARE_WORKGROUP}u) {
      ${heads((r) => `var s${r} = 0.0;`)}
      ${each(Q, (i) => `{ let key = cache[keyAt + p * ${Q}u + ${i}u]; ${each(R, (r) => `s${r} += dot(q${r}_${i}, key);`, ' ')} }`)}
      ${heads((r) => `weights[p - start][${r}] = s${r}; top${r} = max(top${r}, s${r});`)}
    }
    ${heads((r) => `let next${r} = max(m${r}, highest(local, top${r})); let c${r} = exp(m${r} - next${r}); m${r} = next${r}; l${r} *= c${r}; o${r} *= c${r};`)}
    for (var p = start + local; p < end; p += ${HARDWARE_WORKGROUP}u) {
      ${heads((r) => `{ let e = exp(weights[p - start][${r}] - m${r}); weights[p - start][${r}] = e; l${r} += e; }`)}
    }
    workgroupBarrier();
    if (slice < ${slices}u) {
      for (var p = start + slice; p < end; p += ${slices}u) {
        let value = cache[valueAt + p * ${Q}u + j];
        ${heads((r) => `o${r} += weights[p - start][${r}] * value;`)}
      }
    }
    workgroupBarrier();
  }
  ${heads(
    (r) => `{
    let sum = total(local, l${r});
    partial[local] = o${r};
    workgroupBarrier();
    if (local < ${Q}u) {
      var mixture = vec4f();
      for (var s = 0u; s < ${slices}u; s++) { mixture += partial[s * ${Q}u + local]; }
      mixed[queryAt + ${r * Q}u + local] = mixture / sum;
    }
    workgroupBarrier();
  }`,
  )}
}`;
}
