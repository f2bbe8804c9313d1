/**
 * Frozen encoders as smarterVLM sees them, whichever they are: DINOv2 and SigLIP of the hub, or the small pair that ships with the page.
 *
 * Letters: B pictures or texts, I channels of the pooled vector, N image vectors of T channels, L text positions, D text channels.
 */

/** Image vectors per picture for the QF layer: each backbone's patch grid averaged to 4 x 4, channels of the backbones side by side. Ours: the paper has one vector. */
export const IMAGE_TOKENS = 16;
const TOKEN_GRID = 4;

export interface BackboneShape {
  /** Of what made the features: features of different ones never mix. */
  readonly id: string;
  readonly title: string;
  /** I: T, or 2 T where the spread over the patches stands behind the mean. */
  readonly imageDim: number;
  /** T: the sum of the widths of the image backbones. */
  readonly tokenDim: number;
  /** D. */
  readonly textDim: number;
  /** L. */
  readonly textLength: number;
}

export interface ImageFeatures {
  /** Mean over all tokens of each backbone, side by side; then their standard deviations where these are wanted, `[B, I]`. */
  readonly pooled: Float32Array;
  /** `[B, N, T]`. */
  readonly tokens: Float32Array;
}

export interface TextFeatures {
  /** `[B, L, D]`, padding too. */
  readonly states: Float32Array;
  /** 1 for a token, `[B, L]`. */
  readonly mask: Uint8Array;
}

export interface Backbone extends BackboneShape {
  /** @param pictures - 8-bit RGB, `[224, 224, 3]` each. */
  images(pictures: readonly Uint8Array[]): Promise<ImageFeatures>;
  texts(questions: readonly string[]): Promise<TextFeatures>;
  dispose(): void;
}

/** Patch tokens of one backbone. */
export interface PatchTokens {
  /** Patches on a side: G. */
  readonly grid: number;
  readonly dim: number;
  /** Tokens that stand before the patches, such as DINOv2's CLS: they count in the mean and in nothing else. */
  readonly before: number;
  /** `[B, before + G*G, dim]`. */
  readonly values: Float32Array;
}

/**
 * Features of a batch from the tokens of its backbones, in their order.
 *
 * @param hasSpread - also the standard deviation over all tokens.
 */
export function imageFeatures(batch: number, backbones: readonly PatchTokens[], hasSpread: boolean): ImageFeatures {
  const T = backbones.reduce((sum, { dim }) => sum + dim, 0);
  const I = hasSpread ? 2 * T : T;
  const pooled = new Float32Array(batch * I);
  const tokens = new Float32Array(batch * IMAGE_TOKENS * T);
  let channel = 0;
  for (const { grid, dim, before, values } of backbones) {
    const count = before + grid * grid;
    for (let b = 0; b < batch; b++) {
      const own = values.subarray(b * count * dim, (b + 1) * count * dim);
      const mean = meanOf(own, dim, [...Array(count).keys()]);
      pooled.set(mean, b * I + channel);
      if (hasSpread) pooled.set(deviationOf(own, mean), b * I + T + channel);
      for (let token = 0; token < IMAGE_TOKENS; token++) {
        const patches = patchesOf(token, grid).map((patch) => before + patch);
        tokens.set(meanOf(own, dim, patches), (b * IMAGE_TOKENS + token) * T + channel);
      }
    }
    channel += dim;
  }
  return { pooled, tokens };
}

/** The patches that a place of the 4 x 4 grid stands for; grids that are no multiple of four overlap at the seams. */
export function patchesOf(token: number, grid: number): readonly number[] {
  const range = (place: number): number[] => {
    const from = Math.floor((place * grid) / TOKEN_GRID);
    const to = Math.ceil(((place + 1) * grid) / TOKEN_GRID);
    return Array.from({ length: to - from }, (_, i) => from + i);
  };
  const columns = range(token % TOKEN_GRID);
  return range(Math.floor(token / TOKEN_GRID)).flatMap((row) => columns.map((column) => row * grid + column));
}

function meanOf(values: Float32Array, dim: number, rows: readonly number[]): Float32Array {
  const mean = new Float32Array(dim);
  for (const row of rows) for (let c = 0; c < dim; c++) mean[c] = (mean[c] ?? 0) + (values[row * dim + c] ?? 0) / rows.length;
  return mean;
}

/** Added to a variance under its root, so that the root has a gradient at 0. */
export const SPREAD_EPSILON = 1e-6;

function deviationOf(values: Float32Array, mean: Float32Array): Float32Array {
  const dim = mean.length;
  const variance = new Float32Array(dim);
  for (let i = 0; i < values.length; i++) {
    const c = i % dim;
    variance[c] = (variance[c] ?? 0) + (((values[i] ?? 0) - (mean[c] ?? 0)) ** 2 * dim) / values.length;
  }
  return variance.map((value) => Math.sqrt(value + SPREAD_EPSILON));
}
