/**
 * What all matrix product kernels have in common: what a product is made of (`GemmForm`), how its matrices are bound, and the WGSL that finishes a sum:
 * bias, GELU, the slope of GELU, residual, and the stores.
 *
 * Letters: M rows of the result, L columns, K the axis summed over.
 */

/** `nn`: a `[M, K]`, b `[K, L]`. `nt`: a `[M, K]`, b `[L, K]`. `tn`: a `[K, M]`, b `[K, L]`. */
export type GemmLayout = 'nn' | 'nt' | 'tn';

export interface GemmShape {
  readonly layout: GemmLayout;
  readonly M: number;
  readonly K: number;
  readonly L: number;
}

/** What happens to a sum before it is stored, in this order. */
export interface GemmFinish {
  readonly hasBias: boolean;
  /** The sum with its bias is stored too (`before`). */
  readonly keepsInput: boolean;
  readonly isGelu: boolean;
  /** Multiplied by gelu' at `slopeAt`. */
  readonly hasSlope: boolean;
  readonly hasResidual: boolean;
}

/** Everything that the code of a kernel depends on besides its tile: sizes are numbers of the call, so that few pipelines serve all shapes. */
export interface GemmForm extends GemmFinish {
  readonly layout: GemmLayout;
  /** Rows of a, of b and of the result are whole vectors of four. */
  readonly isAVector: boolean;
  readonly isBVector: boolean;
  readonly isYVector: boolean;
  /** b is a weight whose copy in half precision is read (half-weights.ts). */
  readonly isBHalf: boolean;
  /** K is no multiple of four. */
  readonly hasTail: boolean;
  /** For `tn`: the sums of b over K are stored too (`sums`). */
  readonly sumsColumns: boolean;
}

/** Which matrices are stored in rows of whole vectors. */
export function vectorsOf({ layout, M, K, L }: GemmShape): Pick<GemmForm, 'isAVector' | 'isBVector' | 'isYVector' | 'hasTail'> {
  const isWhole = (length: number) => length % 4 === 0;
  return {
    isAVector: isWhole(layout === 'tn' ? M : K),
    isBVector: isWhole(layout === 'nt' ? K : L),
    isYVector: isWhole(L),
    hasTail: !isWhole(K),
  };
}

/** Element of a binding. */
export function elementOf(isVector: boolean): 'vec4f' | 'f32' {
  return isVector ? 'vec4f' : 'f32';
}

/** WGSL: vector `at` of b, whose rows are whole vectors. */
export function vectorOfB({ isBHalf }: GemmForm, at: string): string {
  return isBHalf ? `unpackHalf(b[${at}])` : `b[${at}]`;
}

/** Largest argument of exp whose result is finite for every purpose here: 1 / (1 + exp(80)) is 0. */
const EXP_LIMIT = '80.0';
/** 2 sqrt(2 / pi), and 0.044715 times it: see ops/gelu.ts. */
const SCALE = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715 * SCALE;

function geluCode(type: string, { isGelu, hasSlope }: GemmFinish): string {
  if (!isGelu && !hasSlope) return '';
  const gate = `fn geluGate(v: ${type}) -> ${type} { return 1.0 / (1.0 + exp(min(-v * (${SCALE} + ${CUBE} * v * v), ${type}(${EXP_LIMIT})))); }\n`;
  const slope = `fn geluSlope(v: ${type}) -> ${type} { let s = geluGate(v); return s + v * (${SCALE} + ${3 * CUBE} * v * v) * (s - s * s); }\n`;
  return gate + (hasSlope ? slope : '');
}

/**
 * WGSL of `finish(r, c, M, L, sum)`: the four sums of row r from column c on become results `[M, L]` and are stored; rows and columns outside are passed
 * over. c is a multiple of four. Reads the bindings bias, slopeAt, residual; writes y and before.
 */
export function finishCode(finish: GemmFinish, isVector: boolean): string {
  const type = elementOf(isVector);
  const store = /* wgsl */ `
fn store(at: u32, column: u32, sum: ${type}) {
  var v = sum${finish.hasBias ? ' + bias[column]' : ''};
  ${finish.keepsInput ? 'before[at] = v;' : ''}
  ${finish.isGelu ? 'v *= geluGate(v);' : ''}
  ${finish.hasSlope ? 'v *= geluSlope(slopeAt[at]);' : ''}
  ${finish.hasResidual ? 'v += residual[at];' : ''}
  y[at] = v;
}`;
  const one = (q: number) => `if (c + ${q}u < L) { store(r * L + c + ${q}u, c + ${q}u, sum[${q}]); }`;
  const all = isVector ? 'if (c < L) { store((r * L + c) >> 2u, c >> 2u, sum); }' : repeat(4, one, '\n  ');
  return /* wgsl */ `${geluCode(type, finish)}${store}
fn finish(r: u32, c: u32, M: u32, L: u32, sum: vec4f) {
  if (r >= M) { return; }
  ${all}
}
`;
}

/** `of(0)`, `of(1)`, … n times, joined. */
export function repeat(n: number, of: (i: number) => string, joint = ' '): string {
  return Array.from({ length: n }, (_, i) => of(i)).join(joint);
}

/** Components of a vector. */
export const XYZW = ['x', 'y', 'z', 'w'] as const;
