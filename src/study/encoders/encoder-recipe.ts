/** What is asked of the training of an encoder (encoder-training.ts): plain data, light enough for a command line. */

export const ENCODER_KINDS = ['self-distilled', 'contrastive'] as const;
export type EncoderKind = (typeof ENCODER_KINDS)[number];

export interface EncoderRecipe {
  readonly kind: EncoderKind;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Families whose pictures it sees. */
  readonly puzzles: readonly number[];
}
