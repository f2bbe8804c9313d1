/**
 * Decoding in tfjs ops with a key/value cache, batched: the way on wasm and cpu, and on WebGPU for shapes that our kernels there do not know
 * (webgpu/decode.ts). Rows may have prompts of different length (right padded); a row that wrote `<eos>` is left out of the work as soon as half of the
 * rows at work are done.
 *
 * The cache of a layer has two parts: the prompt's, written once, and the answer's, which grows by one slot per step; so a step copies only the
 * short part. Slots of a short row's padding stay in the prompt part and are masked. RoPE positions are the row's own (prompt length + step), so a row
 * decodes to the same tokens in any batch.
 *
 * Letters: B rows at work, P image tokens, T prompt slots, N = P + T, S answer slots so far, H heads, G key/value heads, R = H/G, d head, D width,
 * V vocabulary.
 */
import { imageTokens, pixelTensor } from './adapter.ts';
import type { VlmConfig } from './config.ts';
import { checkPrompts, checkSampling, type DecodeOptions, type DecodePrompts, type Sampling } from './decode-options.ts';
import { sampleToken, samplingKey, samplingUniform } from './decode-sampling.ts';
import { attentionOutput, feedForward, projections, tokenEmbeddings, tokenLogits } from './decoder.ts';
import { attention, MASKED, splitHeads } from './ops/attention.ts';
import { ropeTables, rotateHeads, type RopeTables } from './ops/rope.ts';
import type { Params } from './params.ts';
import * as tf from './tf.ts';
import { patchPlaces } from './vit.ts';
import { decoderInput, promptTensors } from './vlm.ts';

interface LayerCache {
  /** `[B*G, N, d]`, keys rotated. */
  readonly promptKeys: tf.Tensor3D;
  readonly promptValues: tf.Tensor3D;
  /** `[B*G, S, d]`; null before the first step. */
  readonly answerKeys: tf.Tensor3D | null;
  readonly answerValues: tf.Tensor3D | null;
}

/** All tensors that live from step to step; replaced as a whole. */
interface State {
  readonly caches: readonly LayerCache[];
  /** 0 or MASKED over the prompt slots, `[B, 1, N]`. */
  readonly promptMask: tf.Tensor3D;
  /** Of the token that comes next, `[B, V]`. */
  readonly logits: tf.Tensor2D;
}

/** How many steps run between two reads: reading stalls a GPU queue, on the CPU it costs nothing and lets finished rows go at once. Ours. */
const STEPS_PER_READ = { webgpu: 8, other: 1 } as const;
/** Steps between two macrotasks, in which an abort can arrive. Ours: a step of `nano` on wasm takes about 20 ms. */
const STEPS_PER_TASK = 4;

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function tensorsOf({ caches, promptMask, logits }: State): tf.Tensor[] {
  const cached = caches.flatMap((c) => [c.promptKeys, c.promptValues, c.answerKeys, c.answerValues]);
  return [...cached.filter((tensor) => tensor !== null), promptMask, logits];
}

/** Runs `f` in a tidy and hands the tensors of its state out. */
function stateTidy(f: () => State): State {
  let state: State | null = null;
  tf.tidy(() => {
    state = f();
    return tensorsOf(state);
  });
  if (state === null) throw new Error('internal: stateTidy: f did not run');
  return state;
}

/** Whole prompts at once: fills the caches and gives the logits of the first token of every answer. */
function prefill(params: Params, config: VlmConfig, prompts: DecodePrompts): State {
  const { batchSize: B, textLength: T, image, lengths } = prompts;
  const { layers, heads: H, kvHeads: G, dim: D, ropeBase } = config.decoder;
  const d = D / H;
  return stateTidy(() => {
    const vision =
      image === null ? null : imageTokens(params, config, pixelTensor(config, image, B), patchPlaces(B, image.gridRows, image.gridColumns));
    const P = vision === null ? 0 : vision.shape[0] / B;
    const N = P + T;
    const rope = ropeTables(
      Array.from({ length: N }, (_, i) => i),
      d,
      ropeBase,
    );
    const form = { batch: B, heads: H, kvHeads: G, mask: { prefix: P }, rope: { base: ropeBase } };
    let h = decoderInput(params, promptTensors(prompts), B, vision); // [B*N, D]
    const caches: LayerCache[] = [];
    for (let i = 0; i < layers; i++) {
      const at = `decoder.layers.${i}`;
      const [q, k, v] = projections(params, at, h);
      const promptKeys = rotateHeads(splitHeads(k, B, N, G, d), rope, false); // [B*G, N, d]
      caches.push({ promptKeys, promptValues: splitHeads(v, B, N, G, d), answerKeys: null, answerValues: null });
      const mixed = attention(q, k, v, form);
      h = feedForward(params, at, attentionOutput(params, at, h, mixed));
    }
    const ends = Int32Array.from(lengths, (length, b) => b * N + P + length - 1);
    const promptMask = new Float32Array(B * N);
    lengths.forEach((length, b) => promptMask.fill(MASKED, b * N + P + length, (b + 1) * N));
    const logits = tokenLogits(params, tf.gather(h, tf.tensor1d(ends, 'int32')));
    return { caches, promptMask: tf.tensor3d(promptMask, [B, 1, N]), logits };
  });
}

/** Attention of one new position per row over the cache; gives `[B, H*d]` and the grown cache. */
function attendCached(
  rows: readonly [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D],
  cache: LayerCache,
  promptMask: tf.Tensor3D,
  rope: RopeTables,
  [H, G, d]: readonly [number, number, number],
): { mixed: tf.Tensor2D; cache: LayerCache } {
  const B = rows[0].shape[0];
  const N = cache.promptKeys.shape[1];
  const q = tf.mul(rotateHeads(tf.reshape(rows[0], [B, H, d]), rope, false), 1 / Math.sqrt(d)); // [B, H, d]
  const queries = tf.reshape<tf.Rank.R3>(q, [B * G, H / G, d]); // [B*G, R, d]
  const key = tf.reshape<tf.Rank.R3>(rotateHeads(tf.reshape(rows[1], [B, G, d]), rope, false), [B * G, 1, d]);
  const value = tf.reshape<tf.Rank.R3>(rows[2], [B * G, 1, d]);
  const answerKeys = cache.answerKeys === null ? key : tf.concat([cache.answerKeys, key], 1); // [B*G, S, d]
  const answerValues = cache.answerValues === null ? value : tf.concat([cache.answerValues, value], 1);
  const S = answerKeys.shape[1];
  const onPrompt = tf.add(tf.reshape(tf.matMul(queries, cache.promptKeys, false, true), [B, H, N]), promptMask); // [B, H, N]
  const onAnswer = tf.reshape(tf.matMul(queries, answerKeys, false, true), [B, H, S]); // [B, H, S]
  const p = tf.softmax(tf.concat([onPrompt, onAnswer], 2)); // [B, H, N+S]
  const p3 = tf.reshape<tf.Rank.R3>(p, [B * G, H / G, N + S]);
  const fromPrompt = tf.matMul(tf.slice(p3, [0, 0, 0], [-1, -1, N]), cache.promptValues); // [B*G, R, d]
  const fromAnswer = tf.matMul(tf.slice(p3, [0, 0, N], [-1, -1, S]), answerValues);
  const mixed = tf.reshape<tf.Rank.R2>(tf.add(fromPrompt, fromAnswer), [B, H * d]);
  return { mixed, cache: { ...cache, answerKeys, answerValues } };
}

/** Takes in one token of every row at work, `last` int32 `[B]`. The old state's tensors stay the caller's. */
function advance(params: Params, config: VlmConfig, state: State, last: tf.Tensor1D, positions: readonly number[]): State {
  const { layers, heads: H, kvHeads: G, dim: D, ropeBase } = config.decoder;
  const B = positions.length;
  const d = D / H;
  return stateTidy(() => {
    const tables = ropeTables(positions, d, ropeBase); // [B, d]
    // A row's position instead of a slot's: [B, 1, d] against [B, heads, d].
    const rope = { cos: tf.reshape(tables.cos, [B, 1, d]), sin: tf.reshape(tables.sin, [B, 1, d]), rotate: tables.rotate };
    let h = tokenEmbeddings(params, last); // [B, D]
    const caches = state.caches.map((old, i) => {
      if (i >= layers) throw new Error('internal: advance: more caches than layers');
      const at = `decoder.layers.${i}`;
      const { mixed, cache } = attendCached(projections(params, at, h), old, state.promptMask, rope, [H, G, d]);
      h = feedForward(params, at, attentionOutput(params, at, h, mixed));
      return cache;
    });
    return { caches, promptMask: state.promptMask, logits: tokenLogits(params, h) };
  });
}

/** The rows `keep` (indices into the rows at work) of a state. The old state's tensors stay the caller's. */
function keepRows(state: State, keep: readonly number[]): State {
  return stateTidy(() => {
    const B = state.logits.shape[0];
    const rows = tf.tensor1d([...keep], 'int32');
    const pick = (x: tf.Tensor3D): tf.Tensor3D => {
      const [BG, S, d] = x.shape;
      const picked = tf.gather(tf.reshape(x, [B, (BG / B) * S * d]), rows);
      return tf.reshape(picked, [(keep.length * BG) / B, S, d]);
    };
    const caches = state.caches.map((c) => ({
      promptKeys: pick(c.promptKeys),
      promptValues: pick(c.promptValues),
      answerKeys: c.answerKeys === null ? null : pick(c.answerKeys),
      answerValues: c.answerValues === null ? null : pick(c.answerValues),
    }));
    return { caches, promptMask: pick(state.promptMask), logits: tf.gather(state.logits, rows) };
  });
}

/** Frees the tensors of `old` that `next` does not hold. */
function replaceState(old: State, next: State): State {
  const held = new Set(tensorsOf(next));
  tf.dispose(tensorsOf(old).filter((tensor) => !held.has(tensor)));
  return next;
}

/** How the next tokens are chosen from logits `[B, V]`: int32 `[B]`, which the caller owns. `rows` are the prompts' numbers. */
type Chooser = (logits: tf.Tensor2D, rows: readonly number[], position: number) => Promise<tf.Tensor1D>;

function chooserOf(sampling: Sampling | undefined): Chooser {
  if (sampling === undefined || sampling.temperature === 0) return (logits) => Promise.resolve(tf.tidy(() => tf.argMax(logits, 1)));
  const key = samplingKey(sampling.seed);
  return async (logits, rows, position) => {
    const values = await logits.data<'float32'>();
    const V = values.length / rows.length;
    const draw = (row: number, i: number): number =>
      sampleToken(values.slice(i * V, (i + 1) * V), sampling, samplingUniform(key, (sampling.firstRow ?? 0) + row, position));
    return tf.tensor1d(rows.map(draw), 'int32');
  };
}

/** `Decoder.decode` in tfjs ops, on the backend that is active. */
export async function decodeOnHost(params: Params, config: VlmConfig, prompts: DecodePrompts, options: DecodeOptions): Promise<Int32Array[]> {
  checkPrompts(prompts);
  const { maxNewTokens, eosId, sampling, signal, onProgress } = options;
  if (sampling !== undefined) checkSampling(sampling);
  const P = prompts.image === null ? 0 : prompts.image.gridRows * prompts.image.gridColumns;
  const written: number[][] = Array.from({ length: prompts.batchSize }, () => []);
  const isDone: boolean[] = written.map(() => maxNewTokens < 1);
  if (isDone.every(Boolean)) return written.map((row) => Int32Array.from(row));
  signal?.throwIfAborted();

  const choose = chooserOf(sampling);
  /** Which prompt each row at work belongs to. */
  let atWork: readonly number[] = written.map((_, row) => row);
  let state = prefill(params, config, prompts);
  /** Tokens not read yet, one tensor per step. */
  const unread: tf.Tensor1D[] = [];
  let last: tf.Tensor1D | null = null;
  try {
    const stepsPerRead = tf.getBackend() === 'webgpu' ? STEPS_PER_READ.webgpu : STEPS_PER_READ.other;
    for (let step = 0; ; step++) {
      last?.dispose();
      last = null;
      last = await choose(state.logits, atWork, step);
      unread.push(tf.clone(last));
      const isLast = step + 1 >= maxNewTokens;
      if (isLast || unread.length >= stepsPerRead) {
        const steps = await Promise.all(unread.map((tokens) => tokens.data<'int32'>()));
        tf.dispose(unread.splice(0));
        for (const tokens of steps) {
          atWork.forEach((row, i) => {
            if (isDone[row] === true) return;
            const token = tokens[i];
            if (token === eosId || token === undefined) isDone[row] = true;
            else written[row]?.push(token);
          });
        }
        const alive = atWork.flatMap((row, i) => (isDone[row] === true ? [] : [i]));
        onProgress?.({ rowsDone: isLast ? written.length : isDone.filter(Boolean).length, rows: written.length, step: step + 1 });
        if (isLast || alive.length === 0) return written.map((row) => Int32Array.from(row));
        if (alive.length * 2 <= atWork.length) {
          state = replaceState(state, keepRows(state, alive));
          const kept = tf.tidy(() => tf.gather(last as tf.Tensor1D, tf.tensor1d([...alive], 'int32')));
          last.dispose();
          last = kept;
          atWork = alive.map((i) => atWork[i] ?? 0);
        }
      }
      if (step % STEPS_PER_TASK === 0) await macrotask();
      signal?.throwIfAborted();
      const positions = atWork.map((row) => P + (prompts.lengths[row] ?? 0) + step);
      state = replaceState(state, advance(params, config, state, last, positions));
    }
  } finally {
    tf.dispose([...tensorsOf(state), ...unread]);
    last?.dispose();
  }
}
