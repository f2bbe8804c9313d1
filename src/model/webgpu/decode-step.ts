/**
 * What a recording of decoding holds: one step, and the pass over the prompts before the first. Both end with a token for every row (sampling.ts). All
 * state is on the device and changed in place, so the same dispatches serve every step: five per layer, and two.
 *
 * The pass over the prompts needs the last layer for one position of each row only: there it fills the cache and goes on as a step does.
 *
 * Letters: as in decode-state.ts; P image tokens, T prompt slots, N = P + T.
 */
import { imageTokens } from '../adapter.ts';
import type { VlmConfig } from '../config.ts';
import { attentionOutput, feedForward, projections } from '../decoder.ts';
import { attention } from '../ops/attention.ts';
import { matrixOf, paramOf, vectorOf, type Params } from '../params.ts';
import * as tf from '../tf.ts';
import { patchPlaces } from '../vit.ts';
import { decoderInput, type MicroTensors } from '../vlm.ts';
import { attendCache } from './decode-attention.ts';
import { addToStream, gatedHidden, queriesAndCache, streamLogits } from './decode-products.ts';
import { decodeSizes, STATE, type DecodeSizes, type DecodeRows } from './decode-state.ts';
import { runKernel } from './kernel.ts';
import { GROUP_INDEX, gridOf } from './rows.ts';
import { chooseTokens, type Choice } from './sampling.ts';

/** Weights and sizes. */
export interface DecodeModel {
  readonly params: Params;
  readonly config: VlmConfig;
}

/** The prompts as tensors: see MicroTensors. Pixels are normalised, `[B, Y, X, 3]`; null without a picture. */
export interface PromptTensors extends Pick<MicroTensors, 'tokens' | 'lines' | 'columns'> {
  readonly pixels: tf.Tensor4D | null;
}

/** One step, in place: takes in the token that the stream holds, and chooses the next. Everything that it makes is freed. */
export function decodeStep(model: DecodeModel, target: DecodeRows, choice: Choice): void {
  tf.tidy(() => {
    const { layers } = decodeSizes(model.config);
    for (let i = 0; i < layers; i++) layerStep(model, target, i);
    nextTokens(model, target, choice);
  });
}

/** The pass over the prompts: fills the caches and chooses the first token. `state` holds for each row the place of its last position, P + length - 1. */
export function decodePrompts(model: DecodeModel, target: DecodeRows, prompts: PromptTensors, choice: Choice): void {
  const { params, config } = model;
  const { heads, kvHeads, ropeBase } = config.decoder;
  const sizes = decodeSizes(config);
  const { rows: B } = target;
  tf.tidy(() => {
    const { pixels } = prompts;
    const vision = pixels === null ? null : imageTokens(params, config, pixels, placesOf(config, pixels));
    const P = vision === null ? 0 : vision.shape[0] / B;
    const form = { batch: B, heads, kvHeads, mask: { prefix: P }, rope: { base: ropeBase } };
    let h = decoderInput(params, prompts, B, vision); // [B*N, D]
    target.caches.forEach((cache, i) => {
      const at = `decoder.layers.${i}`;
      const [q, k, v] = projections(params, at, h);
      fillCache(sizes, target, cache, k, v);
      if (i < sizes.layers - 1) h = feedForward(params, at, attentionOutput(params, at, h, attention(q, k, v, form)));
    });
    takeEnds(sizes, target, h);
    layerStep(model, target, sizes.layers - 1);
    nextTokens(model, target, choice);
  });
}

function placesOf({ image }: VlmConfig, pixels: tf.Tensor4D): ReturnType<typeof patchPlaces> {
  return patchPlaces(pixels.shape[0], pixels.shape[1] / image.patchPx, pixels.shape[2] / image.patchPx);
}

function layerStep({ params, config }: DecodeModel, target: DecodeRows, layer: number): void {
  const sizes = decodeSizes(config);
  const cache = target.caches[layer];
  if (cache === undefined) throw new Error('internal: layerStep: a layer without a cache');
  const at = `decoder.layers.${layer}`;
  const matrix = (name: string): tf.Tensor => matrixOf(params, `${at}.${name}`);
  const queries = queriesAndCache(sizes, target, cache, {
    norm: vectorOf(params, `${at}.norm1.weight`),
    query: matrix('attention.query'),
    key: matrix('attention.key'),
    value: matrix('attention.value'),
  });
  const mixed = attendCache(sizes, target, queries, cache);
  addToStream('attention output', sizes, target, mixed, matrix('attention.output'));
  const hidden = gatedHidden(sizes, target, { norm: vectorOf(params, `${at}.norm2.weight`), gate: matrix('mlp.gate'), up: matrix('mlp.up') });
  addToStream('mlp output', sizes, target, hidden, matrix('mlp.down'));
  tf.dispose([queries, mixed, hidden]);
}

function nextTokens({ params, config }: DecodeModel, target: DecodeRows, choice: Choice): void {
  const sizes = decodeSizes(config);
  const embedding = paramOf(params, 'decoder.embedding');
  const logits = streamLogits(sizes, target, { norm: vectorOf(params, 'decoder.norm.weight'), embedding });
  chooseTokens(sizes, target, logits, embedding, choice);
  logits.dispose();
}

const WORKGROUP = 64;

/** Writes keys (rotated) and values of all positions, `[B*N, G*d]` each, into the cache; row b has place b of the room. */
function fillCache({ G, d }: DecodeSizes, { rows, capacity, turns }: DecodeRows, cache: tf.Tensor, k: tf.Tensor, v: tf.Tensor): void {
  const half = d / 8;
  const N = (k.shape[0] ?? 0) / rows;
  const code = /* wgsl */ `${GROUP_INDEX}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = groupIndex(group, grid) * ${WORKGROUP}u + local;
  if (index >= numbers.rows * numbers.positions * ${G * half}u) { return; }
  let j = index % ${half}u;
  let g = (index / ${half}u) % ${G}u;
  let place = index / ${G * half}u;
  let row = place / numbers.positions;
  let position = place % numbers.positions;
  let source = (place * ${G}u + g) * ${2 * half}u + j;
  let cosine = turns[position * ${half}u + j];
  let sine = turns[(numbers.capacity + position) * ${half}u + j];
  let low = keys[source];
  let high = keys[source + ${half}u];
  let keyTo = ((row * ${2 * G}u + g) * numbers.capacity + position) * ${2 * half}u + j;
  let valueTo = keyTo + ${G * 2 * half}u * numbers.capacity;
  cache[keyTo] = low * cosine - high * sine;
  cache[keyTo + ${half}u] = high * cosine + low * sine;
  cache[valueTo] = values[source];
  cache[valueTo + ${half}u] = values[source + ${half}u];
}`;
  runKernel({
    name: 'decode fill cache',
    code,
    inputs: { keys: { tensor: k, as: 'vec4f' }, values: { tensor: v, as: 'vec4f' }, turns: { tensor: turns, as: 'vec4f' } },
    outputs: {},
    updates: { cache: { tensor: cache, as: 'vec4f' } },
    numbers: { rows: ['u32', rows], positions: ['u32', N], capacity: ['u32', capacity] },
    workgroups: gridOf(Math.ceil((rows * N * G * half) / WORKGROUP)),
  });
}

/** Puts each row's last position of `h` `[B*N, D]` into the stream, with the angles there. */
function takeEnds({ D, d }: DecodeSizes, { rows, capacity, state, stream, turns }: DecodeRows, h: tf.Tensor): void {
  const [Q, half] = [D / 4, d / 8];
  const width = Q + 2 * half;
  const N = (h.shape[0] ?? 0) / rows;
  const code = /* wgsl */ `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= numbers.rows * ${width}u) { return; }
  let row = id.x / ${width}u;
  let j = id.x % ${width}u;
  let position = u32(state[row * ${STATE.stride}u + ${STATE.length}u]);
  if (j < ${Q}u) { stream[id.x] = h[(row * numbers.positions + position) * ${Q}u + j]; }
  else if (j < ${Q + half}u) { stream[id.x] = turns[position * ${half}u + j - ${Q}u]; }
  else { stream[id.x] = turns[(numbers.capacity + position) * ${half}u + j - ${Q + half}u]; }
}`;
  runKernel({
    name: 'decode last positions',
    code,
    inputs: { h: { tensor: h, as: 'vec4f' }, turns: { tensor: turns, as: 'vec4f' }, state: { tensor: state, as: 'i32' } },
    outputs: {},
    updates: { stream: { tensor: stream, as: 'vec4f' } },
    numbers: { rows: ['u32', rows], positions: ['u32', N], capacity: ['u32', capacity] },
    workgroups: [Math.ceil((rows * width) / WORKGROUP)],
  });
}
