/**
 * Presets of the Eagle-X2 shape at small width. Sizes are ours: `micro` for tests (<= 100 k parameters), `nano` 1-2 M, `small` 8-15 M.
 * The paper's model is Llama3-8B + CLIP-L/14 at 448 + ConvNeXt-XXL at 1024 with 1024 visual tokens (spec/s2h 5).
 */

export const PRESETS = ['micro', 'nano', 'small'] as const;
export type PresetName = (typeof PRESETS)[number];

/** What image tokens are compared with in the reading objective of the base phase (vlm.ts). */
export const READING_TARGETS = ['head', 'embedding'] as const;
export type ReadingTarget = (typeof READING_TARGETS)[number];

export interface VlmConfig {
  readonly vocabularySize: number;
  readonly image: { readonly patchPx: number; readonly maxGridRows: number; readonly maxGridColumns: number };
  readonly vit: { readonly layers: number; readonly dim: number; readonly heads: number; readonly mlpRatio: number };
  readonly convnext: {
    readonly stemPx: number;
    readonly dims: readonly number[];
    readonly depths: readonly number[];
    readonly kernel: number;
    readonly mlpRatio: number;
  };
  readonly adapter: { readonly hidden: number };
  readonly decoder: {
    readonly layers: number;
    readonly dim: number;
    readonly heads: number;
    readonly kvHeads: number;
    readonly hidden: number;
    readonly ropeBase: number;
    /** Largest line and column of a grid in a prompt (index 0 means none and adds nothing). */
    readonly maxLines: number;
    readonly maxColumns: number;
  };
}

const IMAGE = { patchPx: 16, maxGridRows: 13, maxGridColumns: 13 } as const;
const POSITIONS = { ropeBase: 10_000, maxLines: 14, maxColumns: 14 } as const;

const SIZES = {
  micro: {
    vit: { layers: 1, dim: 32, heads: 2, mlpRatio: 2 },
    convnext: { stemPx: 8, dims: [16], depths: [1], kernel: 3, mlpRatio: 4 },
    adapter: { hidden: 48 },
    decoder: { layers: 2, dim: 48, heads: 2, kvHeads: 1, hidden: 72, ...POSITIONS },
  },
  nano: {
    vit: { layers: 2, dim: 128, heads: 4, mlpRatio: 4 },
    convnext: { stemPx: 8, dims: [48, 96], depths: [1, 1], kernel: 3, mlpRatio: 4 },
    adapter: { hidden: 192 },
    decoder: { layers: 4, dim: 128, heads: 4, kvHeads: 2, hidden: 344, ...POSITIONS },
  },
  small: {
    vit: { layers: 4, dim: 256, heads: 8, mlpRatio: 4 },
    convnext: { stemPx: 4, dims: [48, 96, 192], depths: [1, 1, 2], kernel: 5, mlpRatio: 4 },
    adapter: { hidden: 512 },
    decoder: { layers: 8, dim: 288, heads: 9, kvHeads: 3, hidden: 768, ...POSITIONS },
  },
} as const satisfies Record<PresetName, Omit<VlmConfig, 'vocabularySize' | 'image'>>;

/** The model of a preset for a vocabulary of `vocabularySize` tokens. */
export function presetConfig(preset: PresetName, vocabularySize: number): VlmConfig {
  return { vocabularySize, image: IMAGE, ...SIZES[preset] };
}
