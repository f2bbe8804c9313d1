/**
 * What decoding keeps on the device from step to step, and where it lies. A batch that shrinks takes its few numbers per row to a smaller one; the cache of a
 * row stays where it is, in a room that batches of all sizes share, and the row remembers the place.
 *
 * Letters: B rows, C slots of the cache, D width, F hidden width, H query heads, G key/value heads, R = H/G, d channels of a head, V vocabulary.
 */
import { fault } from '../../lib/errors.ts';
import type { VlmConfig } from '../config.ts';
import { angleTable } from '../ops/rope.ts';
import * as tf from '../tf.ts';
import { tensorOfView } from './capture.ts';
import { bindingOf, webgpuBackend } from './kernel.ts';
import type { BufferView } from './own-backend.ts';

/** Sizes of a decoder. */
export interface DecodeSizes {
  readonly layers: number;
  readonly D: number;
  readonly F: number;
  readonly H: number;
  readonly G: number;
  readonly d: number;
  readonly V: number;
}

export function decodeSizes({ decoder, vocabularySize }: VlmConfig): DecodeSizes {
  const { layers, dim, hidden, heads, kvHeads } = decoder;
  return { layers, D: dim, F: hidden, H: heads, G: kvHeads, d: dim / heads, V: vocabularySize };
}

/** Tokens that a row remembers; more than are written between two read-backs. */
export const WRITTEN = 32;
/** Numbers of a row of `state`: the five below, then the last tokens written, in a ring. */
export const STATE = { length: 0, isDone: 1, row: 2, count: 3, slot: 4, written: 5, stride: 5 + WRITTEN } as const;
/** Numbers of `options`: integers, and the bits of floats. */
export const OPTIONS = { eosId: 0, inverseTemperature: 1, topK: 2, topP: 3, keyLow: 4, keyHigh: 5, size: 8 } as const;

/** What batches of all sizes share: room for so many rows with so many positions each. Tensors view buffers of their own. */
export interface DecodeRoom {
  readonly slots: number;
  readonly capacity: number;
  /** Per layer, `[slots, 2, G, C, d]`: keys (rotated), values. */
  readonly caches: readonly tf.Tensor[];
  /** `[2, C, d/2]`: cosines, sines. */
  readonly turns: tf.Tensor;
  /** int32 `[OPTIONS.size]`. */
  readonly options: tf.Tensor;
  /** Replaces the numbers, before anything that is submitted later. */
  writeOptions(values: Int32Array): void;
  dispose(): void;
}

/** The rows of a batch of one size, in a room of at least as many. */
export interface DecodeRows extends Omit<DecodeRoom, 'dispose'> {
  readonly rows: number;
  /**
   * int32 `[B, STATE.stride]`: positions in the cache (the next token goes there, and has that position), 1 after `<eos>`, the row's number in the
   * random streams, tokens written so far, where in the room its cache is, the last tokens.
   */
  readonly state: tf.Tensor;
  /** `[B, D + d]`: a row of the residual stream, then cosines and sines of its position's RoPE angles. */
  readonly stream: tf.Tensor;
  readonly views: { readonly state: BufferView; readonly stream: BufferView };
  /** Replaces the rows' numbers, before anything that is submitted later. */
  writeState(values: Int32Array): void;
  /** Frees the rows; not the room. */
  dispose(): void;
}

/** The caller owns it. Throws an Error that says the bytes when the device has no buffers that large. */
export function makeDecodeRoom({ layers, G, d }: DecodeSizes, ropeBase: number, slots: number, capacity: number): DecodeRoom {
  const options = makeOwned('options', [OPTIONS.size], 'int32');
  const caches = Array.from({ length: layers }, (_, i) => makeOwned(`cache ${i}`, [slots, 2, G, capacity, d], 'float32'));
  const turns = tf.keep(angleTable(capacity, d, ropeBase));
  bindingOf(webgpuBackend(), turns, false); // on the device before a recording would write the upload down
  return {
    slots,
    capacity,
    caches: caches.map(({ tensor }) => tensor),
    turns,
    options: options.tensor,
    writeOptions: options.write,
    dispose() {
      turns.dispose();
      for (const owned of [options, ...caches]) owned.dispose();
    },
  };
}

/** The caller owns it. The room must outlive it. */
export function makeDecodeRows({ D, d }: DecodeSizes, room: DecodeRoom, rows: number): DecodeRows {
  const state = makeOwned('state', [rows, STATE.stride], 'int32');
  const stream = makeOwned('stream', [rows, D + d], 'float32');
  return {
    ...room,
    rows,
    state: state.tensor,
    stream: stream.tensor,
    views: { state: state.view, stream: stream.view },
    writeState: state.write,
    dispose() {
      for (const owned of [state, stream]) owned.dispose();
    },
  };
}

/** Copies rows `chosen` of a batch to a smaller one in the same room, on the device. What wrote them must have been submitted. Caches stay where they are. */
export function copyRows(source: DecodeRows, target: DecodeRows, chosen: readonly number[]): void {
  const { device, queue } = webgpuBackend();
  const encoder = device.createCommandEncoder({ label: 'decode rows' });
  for (const name of ['state', 'stream'] as const) {
    const [old, next] = [source.views[name], target.views[name]];
    const bytes = old.size / source.rows;
    chosen.forEach((row, i) => encoder.copyBufferToBuffer(old.buffer, row * bytes, next.buffer, i * bytes, bytes));
  }
  queue.submit([encoder.finish()]);
}

interface Owned {
  readonly tensor: tf.Tensor;
  readonly view: BufferView;
  write(values: Int32Array): void;
  dispose(): void;
}

/** A tensor with a buffer that no recording and no tidy frees. */
function makeOwned(label: string, shape: readonly number[], dtype: 'float32' | 'int32'): Owned {
  const backend = webgpuBackend();
  const { device, queue } = backend;
  const size = shape.reduce((product, axis) => product * axis, 4);
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (size > limit) throw new Error(fault('decode', `buffers of at most ${limit} bytes`, `${label} of ${size}`, 'decode fewer rows together'));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: `decode ${label}`, size, usage });
  const view = { buffer, offset: 0, size };
  const tensor = tf.keep(tensorOfView(backend, view, { shape, dtype }));
  return {
    tensor,
    view,
    write: (values) => queue.writeBuffer(buffer, 0, values as BufferSource),
    dispose() {
      tensor.dispose();
      buffer.destroy();
    },
  };
}
