/**
 * Copies of weights in half precision: two numbers to a u32 word, so that a product loads half the bytes. They are read by matrix products only, which
 * make float32 of them; the optimiser keeps the float32 weights and writes the copy in the same dispatch (adamw.ts). Words and `pack2x16float` instead of the
 * type f16: core WGSL, so every adapter has them. Source: Micikevicius et al., arXiv 1710.03740, for float32 master weights.
 */
import type * as tf from '../tf.ts';
import type { KernelInput } from './kernel.ts';
import type { BufferView } from './own-backend.ts';

/** The largest number of half precision. */
export const LARGEST_HALF = 65504;

/** WGSL of `packHalf`. Beyond the range of half precision WGSL promises nothing: such a weight counts as the largest there is. */
export const PACK_HALF = /* wgsl */ `
fn packHalf(v: vec4f) -> vec2u {
  let c = clamp(v, vec4f(-${LARGEST_HALF}.0), vec4f(${LARGEST_HALF}.0));
  return vec2u(pack2x16float(c.xy), pack2x16float(c.zw));
}`;

/** WGSL of `unpackHalf`. */
export const UNPACK_HALF = 'fn unpackHalf(h: vec2u) -> vec4f { return vec4f(unpack2x16float(h.x), unpack2x16float(h.y)); }\n';

/** By the data of the weight. */
const copies = new WeakMap<object, BufferView>();

/** From now on products read this copy of the weight with this data, null for none. The buffer stays the caller's. */
export function setHalf(dataId: object, copy: BufferView | null): void {
  if (copy === null) copies.delete(dataId);
  else copies.set(dataId, copy);
}

export function hasHalf({ dataId }: tf.Tensor): boolean {
  return copies.has(dataId);
}

/** The weight as a binding of whole vectors of four: its copy as `vec2u`, to be read through `unpackHalf`, or itself. */
export function weightInput(tensor: tf.Tensor): KernelInput {
  const view = copies.get(tensor.dataId);
  return view === undefined ? { tensor, as: 'vec4f' } : { tensor, as: 'vec2u', view };
}

/** WGSL that loads a vector of four of a weight bound by `weightInput` under this name; the code needs `UNPACK_HALF`. */
export function weightReader(name: string, tensor: tf.Tensor): (at: string) => string {
  return copies.has(tensor.dataId) ? (at) => `unpackHalf(${name}[${at}])` : (at) => `${name}[${at}]`;
}
