/**
 * Hashes. `hash64Hex` names things (streams of random numbers, contents of examples): it is sync, fast and the same on every machine, and no
 * defence against someone who wants a collision. `sha256Hex` is for digests of files and checkpoints.
 *
 * Source of the 64-bit hash: SipHash-2-4 (Aumasson and Bernstein 2012, section 2), checked against its published vectors. 64-bit words are pairs
 * of 32-bit halves, because BigInt is an order of magnitude slower.
 */
import { DeviceError, fault } from './errors.ts';

/** Two 32-bit halves of a 64-bit number. */
export interface Word64 {
  readonly low: number;
  readonly high: number;
}

/** Ours: any fixed key will do. The key of the published test vectors, so that they hold for the very function in use. */
const KEY: readonly [Word64, Word64] = [
  { low: 0x03020100, high: 0x07060504 },
  { low: 0x0b0a0908, high: 0x0f0e0d0c },
];

const encoder = new TextEncoder();

/** 16 hex digits (most significant first) of the SipHash-2-4 of the UTF-8 of `text`. */
export function hash64Hex(text: string): string {
  const { low, high } = hash64(encoder.encode(text));
  return hex32(high) + hex32(low);
}

/** The same hash as two halves; `text` is hashed as UTF-8. */
export function hash64Text(text: string): Word64 {
  return hash64(encoder.encode(text));
}

/** 64 hex digits of the SHA-256 of `bytes`. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined; // the type says always there; a page over plain http has none
  if (subtle === undefined) throw new DeviceError(fault('sha256Hex', 'WebCrypto', 'none', 'open the page over https or from localhost'));
  // WebCrypto takes no shared memory. What is not shared is not copied: a file of weights may have 400 MB.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', own));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SipHash-2-4 of `bytes`. */
export function hash64(bytes: Uint8Array): Word64 {
  const state = new Int32Array([
    KEY[0].low ^ 0x70736575,
    KEY[0].high ^ 0x736f6d65, // prettier-ignore
    KEY[1].low ^ 0x6e646f6d,
    KEY[1].high ^ 0x646f7261,
    KEY[0].low ^ 0x6e657261,
    KEY[0].high ^ 0x6c796765,
    KEY[1].low ^ 0x79746573,
    KEY[1].high ^ 0x74656462,
  ]);
  const wholeBytes = bytes.length - (bytes.length % 8);
  for (let at = 0; at < wholeBytes; at += 8) absorb(state, word32(bytes, at), word32(bytes, at + 4), 2);
  // The last word holds the rest of the bytes and, in its top byte, the length modulo 256.
  absorb(state, word32(bytes, wholeBytes), word32(bytes, wholeBytes + 4) | (bytes.length << 24), 2);
  xor(state, 4, 0xff, 0);
  for (let i = 0; i < 4; i++) round(state);
  const at = (i: number): number => state[i] ?? 0;
  return { low: (at(0) ^ at(2) ^ at(4) ^ at(6)) >>> 0, high: (at(1) ^ at(3) ^ at(5) ^ at(7)) >>> 0 };
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** Four bytes, little-endian; bytes past the end count as 0. */
function word32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function absorb(state: Int32Array, low: number, high: number, rounds: number): void {
  xor(state, 6, low, high);
  for (let i = 0; i < rounds; i++) round(state);
  xor(state, 0, low, high);
}

function xor(state: Int32Array, to: number, low: number, high: number): void {
  state[to] = (state[to] ?? 0) ^ low;
  state[to + 1] = (state[to + 1] ?? 0) ^ high;
}

/** state: v0..v3, each as (low, high). */
function round(v: Int32Array): void {
  add(v, 0, 2);
  rotateXor(v, 2, 13, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotateXor(v, 6, 16, 4);
  add(v, 0, 6);
  rotateXor(v, 6, 21, 0);
  add(v, 4, 2);
  rotateXor(v, 2, 17, 4);
  swap(v, 4);
}

/** v[to] += v[from], 64-bit. */
function add(v: Int32Array, to: number, from: number): void {
  const low = ((v[to] ?? 0) >>> 0) + ((v[from] ?? 0) >>> 0);
  v[to] = low | 0;
  v[to + 1] = ((v[to + 1] ?? 0) + (v[from + 1] ?? 0) + (low > 0xffffffff ? 1 : 0)) | 0;
}

/** v[at] = (v[at] rotated left by `bits` < 32) xor v[with]. */
function rotateXor(v: Int32Array, at: number, bits: number, other: number): void {
  const low = v[at] ?? 0;
  const high = v[at + 1] ?? 0;
  v[at] = ((low << bits) | (high >>> (32 - bits))) ^ (v[other] ?? 0);
  v[at + 1] = ((high << bits) | (low >>> (32 - bits))) ^ (v[other + 1] ?? 0);
}

/** Rotates by 32. */
function swap(v: Int32Array, at: number): void {
  const low = v[at] ?? 0;
  v[at] = v[at + 1] ?? 0;
  v[at + 1] = low;
}
