/**
 * Pictures as the model takes them: 8-bit RGB to numbers around paper white. On WebGPU the bytes go to the device four to a word and become numbers there,
 * a quarter of the upload; elsewhere the CPU does it. The same float32 bits either way, since both read one table. Not differentiable.
 *
 * Letters: B batch, H and W pixels.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { bytesByTable } from '../webgpu/pixels.ts';

/** (v/255 - 1) * 2: paper white is 0, black -2 (ours; the pilot found digits unreadable with white far from 0). */
export const NORMALISED: Readonly<Float32Array> = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - 1) * 2);

export type PixelShape = [batch: number, height: number, width: number, colours: number];

/** Bytes four to a word, the first in the lowest bits, the last word filled up with zeros: int32 `[ceil(n / 4)]`, a copy. */
export function packPixels(pixels: Uint8Array): Int32Array {
  // Typed arrays keep words in the machine's order, and every machine that runs WebGPU keeps the lowest byte first.
  const words = new Int32Array(Math.ceil(pixels.length / 4));
  new Uint8Array(words.buffer).set(pixels);
  return words;
}

/**
 * @param pixels - 8-bit RGB, `[B, H, W, 3]` flat.
 * @returns normalised pixels, `[B, H, W, 3]`. The caller owns them.
 */
export function normalisePixels(pixels: Uint8Array, shape: PixelShape): tf.Tensor4D {
  const size = sizeOf(shape);
  if (pixels.length !== size) throw new ShapeError(fault('normalisePixels', `${size} bytes for [${shape.join(', ')}]`, pixels.length));
  if (isWebGpu()) return tf.tidy(() => normalisePacked(tf.tensor1d(packPixels(pixels), 'int32'), shape));
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = NORMALISED[pixels[i] ?? 0] ?? 0;
  return tf.tensor4d(values, shape);
}

/**
 * The same from bytes that are on the device already; WebGPU only.
 *
 * @param packed - what `packPixels` gives, int32 `[ceil(B*H*W*3 / 4)]`.
 * @returns normalised pixels, `[B, H, W, 3]`. The caller owns them.
 */
export function normalisePacked(packed: tf.Tensor1D, shape: PixelShape): tf.Tensor4D {
  checkShape(packed, `${Math.ceil(sizeOf(shape) / 4)}`, {}, `normalisePacked [${shape.join(', ')}]`);
  return tf.tidy(() => bytesByTable<tf.Rank.R4>(packed, tf.tensor1d(NORMALISED as Float32Array), shape));
}

function sizeOf(shape: PixelShape): number {
  return shape.reduce((product, axis) => product * axis, 1);
}
