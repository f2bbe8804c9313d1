/** Numbers of half precision (IEEE 754 binary16) as the 16 bits they are stored in: for files. */

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The nearest half, ties to even; what is too large becomes infinity. */
export function toHalf(value: number): number {
  single[0] = value;
  const bits = word[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7f_ffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const shifted = exponent - 112; // exponent with the bias of a half
  if (shifted >= 0x1f) return sign | 0x7c00;
  if (shifted < -10) return sign;
  // Below the smallest normal half the leading one becomes part of the mantissa.
  const whole = shifted <= 0 ? mantissa | 0x80_0000 : (shifted << 23) | mantissa;
  const drop = shifted <= 0 ? 14 - shifted : 13;
  const kept = whole >>> drop;
  const rest = whole & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  const isUp = rest > half || (rest === half && (kept & 1) === 1);
  return sign | (kept + (isUp ? 1 : 0));
}

export function fromHalf(bits: number): number {
  values ??= Float32Array.from({ length: 0x10000 }, (_, each) => valueOf(each));
  return values[bits & 0xffff] ?? Number.NaN;
}

/** All 65,536 of them: features are read by the million. */
let values: Float32Array | undefined;

function valueOf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}
