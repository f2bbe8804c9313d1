/**
 * The next token of every row, on the device: the likeliest, or drawn as decode-sampling.ts draws it, with the same random numbers. The token is written
 * down, and its embedding and the angles of its position become the row of the stream for the next step.
 *
 * The likeliest k and the nucleus are found without sorting: their bound is a logit, whose bits are found one by one from the highest, by counting what
 * lies above. Of the tokens that equal the bound, those with the lowest ids are in.
 *
 * A workgroup per row; on software adapters it is one invocation, which waits at no barrier. All sums are in a fixed order.
 *
 * Letters: as in decode-state.ts.
 */
import { samplingKey } from '../decode-sampling.ts';
import type { Sampling } from '../decode-options.ts';
import type * as tf from '../tf.ts';
import { OPTIONS, STATE, WRITTEN, type DecodeSizes, type DecodeRows } from './decode-state.ts';
import { kernelFamily } from './family.ts';
import { runKernel } from './kernel.ts';
import { PHILOX } from './philox.ts';
import { acrossLanes } from './rows.ts';

const HARDWARE_WORKGROUP = 128;

/** Most words of a vocabulary that are drawn from: two numbers of each stay in workgroup memory, of which there are 16 KB. */
export const MOST_WORDS = 1500;

/** Times a difference of logits it must stay within float32. */
const MOST_INVERSE = 1e30;

export type Choice = 'likeliest' | 'drawn';

/** The numbers of a call for `DecodeRows.writeOptions`. */
export function optionValues(eosId: number, sampling: Sampling | undefined): Int32Array {
  const values = new Int32Array(OPTIONS.size);
  const floats = new Float32Array(values.buffer);
  values[OPTIONS.eosId] = eosId;
  if (sampling === undefined || sampling.temperature === 0) return values;
  const [low, high] = samplingKey(sampling.seed);
  floats[OPTIONS.inverseTemperature] = Math.min(1 / sampling.temperature, MOST_INVERSE);
  values[OPTIONS.topK] = sampling.topK ?? 0;
  floats[OPTIONS.topP] = sampling.topP ?? 1;
  values[OPTIONS.keyLow] = low;
  values[OPTIONS.keyHigh] = high;
  return values;
}

/**
 * Chooses the token after each row's last position and moves the row on, in place.
 *
 * @param logits - `[B, V]`.
 * @param embedding - `[V, D]`.
 */
export function chooseTokens(sizes: DecodeSizes, target: DecodeRows, logits: tf.Tensor, embedding: tf.Tensor, choice: Choice): void {
  const { rows, capacity, state, stream, turns, options } = target;
  runKernel({
    name: `decode ${choice} token`,
    code: codeOf(sizes, choice),
    inputs: {
      logits: { tensor: logits, as: 'f32' },
      embedding: { tensor: embedding, as: 'vec4f' },
      turns: { tensor: turns, as: 'vec4f' },
      options: { tensor: options, as: 'u32' },
    },
    outputs: {},
    updates: { state: { tensor: state, as: 'i32' }, stream: { tensor: stream, as: 'vec4f' } },
    numbers: { capacity: ['u32', capacity] },
    workgroups: [rows],
  });
}

function codeOf({ D, V, d }: DecodeSizes, choice: Choice): string {
  const W = kernelFamily() === 'software' ? 1 : HARDWARE_WORKGROUP;
  const [Q, half] = [D / 4, d / 8];
  return /* wgsl */ `
const V = ${V}u;
const W = ${W}u;
${choice === 'likeliest' ? likeliestCode(W) : drawnCode(W)}
var<workgroup> chosen: array<u32, 2>;
@compute @workgroup_size(${W})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.x;
  let at = row * ${STATE.stride}u;
  let best = choose(row, local);
  if (local == 0u) {
    let eos = bitcast<i32>(options[${OPTIONS.eosId}]);
    let isDone = state[at + ${STATE.isDone}u] != 0;
    let token = select(i32(best), eos, isDone);
    let count = u32(state[at + ${STATE.count}u]);
    state[at + ${STATE.written}u + count % ${WRITTEN}u] = token;
    state[at + ${STATE.count}u] = i32(count + 1u);
    if (!isDone) {
      if (token == eos) { state[at + ${STATE.isDone}u] = 1; } else { state[at + ${STATE.length}u] += 1; }
    }
    chosen = array(u32(clamp(token, 0, ${V - 1})), u32(state[at + ${STATE.length}u]));
  }
  workgroupBarrier();
  let to = row * ${Q + 2 * half}u;
  for (var i = local; i < ${Q}u; i += W) { stream[to + i] = embedding[chosen[0] * ${Q}u + i]; }
  for (var i = local; i < ${half}u; i += W) {
    stream[to + ${Q}u + i] = turns[chosen[1] * ${half}u + i];
    stream[to + ${Q + half}u + i] = turns[(numbers.capacity + chosen[1]) * ${half}u + i];
  }
}`;
}

/** The highest logit, of equals the lowest id: what tf.argMax gives. */
function likeliestCode(W: number): string {
  return /* wgsl */ `
struct Best { logit: f32, token: u32 }
fn better(a: Best, b: Best) -> Best {
  if (b.logit > a.logit || (b.logit == a.logit && b.token < a.token)) { return b; }
  return a;
}
${acrossLanes('bestOf', 'Best', W, (a, b) => `better(${a}, ${b})`)}
fn choose(row: u32, local: u32) -> u32 {
  var best = Best(-3.4e38, local);
  for (var i = local; i < V; i += W) { best = better(best, Best(logits[row * V + i], i)); }
  return min(bestOf(local, best).token, V - 1u);
}`;
}

function drawnCode(W: number): string {
  return /* wgsl */ `
${PHILOX}
${acrossLanes('highest', 'f32', W, (a, b) => `max(${a}, ${b})`)}
${acrossLanes('total', 'f32', W, (a, b) => `${a} + ${b}`)}
${acrossLanes('count', 'u32', W, (a, b) => `${a} + ${b}`)}
const SHARE = (V + W - 1u) / W;
/** Bits of the logits that sort as the logits do. */
var<workgroup> keys: array<u32, V>;
var<workgroup> weights: array<f32, V>;
var<workgroup> shares: array<f32, W>;
var<workgroup> drawn: u32;
fn keyOf(logit: f32) -> u32 {
  let bits = bitcast<u32>(logit + 0.0);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
fn countFrom(local: u32, bound: u32) -> u32 {
  var sum = 0u;
  for (var i = local; i < V; i += W) { sum += select(0u, 1u, keys[i] >= bound); }
  return count(local, sum);
}
fn massFrom(local: u32, bound: u32) -> f32 {
  var sum = 0.0;
  for (var i = local; i < V; i += W) { sum += select(0.0, weights[i], keys[i] >= bound); }
  return total(local, sum);
}
fn weightAt(local: u32, bound: u32) -> f32 {
  var weight = 0.0;
  for (var i = local; i < V; i += W) { weight = max(weight, select(0.0, weights[i], keys[i] == bound)); }
  return highest(local, weight);
}
fn choose(row: u32, local: u32) -> u32 {
  let inverseTemperature = bitcast<f32>(options[${OPTIONS.inverseTemperature}]);
  let topK = options[${OPTIONS.topK}];
  let topP = bitcast<f32>(options[${OPTIONS.topP}]);
  var top = -3.4e38;
  for (var i = local; i < V; i += W) { top = max(top, logits[row * V + i]); }
  top = highest(local, top);
  for (var i = local; i < V; i += W) {
    keys[i] = keyOf(logits[row * V + i]);
    weights[i] = exp((logits[row * V + i] - top) * inverseTemperature);
  }
  workgroupBarrier();
  // In are the keys above \`bound\`, and the first \`equals\` of those that equal it.
  var bound = 0u;
  var equals = V;
  if (topK > 0u && topK < V) {
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      let next = bound | bit;
      if (countFrom(local, next) >= topK) { bound = next; }
    }
    equals = topK - countFrom(local, bound + 1u);
  }
  if (topP < 1.0) {
    let above = massFrom(local, bound + 1u);
    let goal = topP * (above + select(0.0, f32(min(equals, countFrom(local, bound) - countFrom(local, bound + 1u))) * weightAt(local, bound), bound > 0u));
    var nucleus = 0u;
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      let next = nucleus | bit;
      let mass = massFrom(local, next);
      if (next <= bound || mass >= goal) { nucleus = next; }
    }
    let weight = weightAt(local, nucleus);
    let missing = goal - massFrom(local, nucleus + 1u);
    let needed = select(1u, u32(clamp(ceil(missing / weight), 1.0, f32(V))), weight > 0.0);
    equals = select(needed, min(equals, needed), nucleus == bound);
    bound = nucleus;
  }
  // Weights of what is out become 0; each invocation then adds up a run of neighbours.
  for (var i = local; i < V; i += W) {
    var isIn = keys[i] > bound || (keys[i] == bound && equals >= V);
    if (keys[i] == bound && !isIn) {
      var before = 0u;
      for (var j = 0u; j < i; j++) { before += select(0u, 1u, keys[j] == bound); }
      isIn = before < equals;
    }
    if (!isIn) { weights[i] = 0.0; }
  }
  workgroupBarrier();
  var share = 0.0;
  for (var i = local * SHARE; i < min((local + 1u) * SHARE, V); i++) { share += weights[i]; }
  shares[local] = share;
  workgroupBarrier();
  if (local == 0u) {
    var sum = 0.0;
    for (var s = 0u; s < W; s++) { sum += shares[s]; }
    let at = row * ${STATE.stride}u;
    let counter = vec4u(u32(state[at + ${STATE.count}u]), u32(state[at + ${STATE.row}u]), 0u, 0u);
    let word = philox(counter, vec2u(options[${OPTIONS.keyLow}], options[${OPTIONS.keyHigh}])).x;
    let goal = f32(word >> 8u) * ${2 ** -24} * sum;
    var reached = 0.0;
    var s = 0u;
    while (s + 1u < W && reached + shares[s] <= goal) { reached += shares[s]; s++; }
    drawn = V;
    var last = 0u;
    for (var i = s * SHARE; i < V; i++) {
      if (weights[i] > 0.0) { last = i; }
      reached += weights[i];
      if (reached > goal) { drawn = i; break; }
    }
    // Rounding can leave the goal unreached.
    if (drawn == V) { drawn = last; }
  }
  workgroupBarrier();
  return drawn;
}`;
}
