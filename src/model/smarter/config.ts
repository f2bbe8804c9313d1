/**
 * The switches of smarterVLM ("On VLM Reasoners"): everything in which the paper, its code, its ablations and its baseline differ, as data.
 *
 * Source: spec/smarter-vlm sections 1 (architecture), 2 (baseline), 3 (ablations). Where paper and code part, `mode` says which is meant: `described`
 * reads the tokens of the question, `as-coded` the mean of them copied into every place, which is what the code of the paper does.
 */
import { fault, InputError } from '../../lib/errors.ts';

export type PuzzleKind = 'classes' | 'sequence';
export type Activation = 'gelu' | 'relu';

/** Symbols in the answer of a sequence puzzle, padding included (the code's). */
export const SEQUENCE_STEPS = 10;
/** Places of the code's question buffer, all filled with one vector. */
export const CODED_TEXT_SLOTS = 110;

/** A root puzzle: it has weights of its own in image head and decoder. */
export interface PuzzleSpec {
  /** Names the weights: `decoder.{id}.…`. */
  readonly id: number;
  readonly kind: PuzzleKind;
  /** Size of the answer's alphabet. */
  readonly classes: number;
  readonly skill: string;
}

export interface SmarterConfig {
  readonly puzzles: readonly PuzzleSpec[];
  /** Channels of the pooled image vector. */
  readonly imageDim: number;
  /** Channels of the backbone's image vectors, for `imageTokens: 'several'`. */
  readonly imageTokenDim: number;
  /** Channels of the question's states. */
  readonly textDim: number;
  /** Largest number of text positions. */
  readonly textLength: number;
  /** Width of r1, the fusion and the decoders (`repr_size`). */
  readonly reprSize: number;
  /** Width of the text MLP and of each direction of the baseline's GRU (`h_sz`). */
  readonly hiddenSize: number;
  readonly mode: 'described' | 'as-coded';
  /** One MLP per puzzle, one for all (without the last activation, as the code's ablation), or a gated mixture of `experts` shared ones (future work). */
  readonly imageHead: 'per-puzzle' | 'shared' | 'mixture';
  readonly experts: number;
  /**
   * How the question is read. `qf`: the QF layer and the mean of the states; `mean`: the mean alone, all widths as with QF (the fair ablation);
   * `mlp`: the mean through an MLP to `reprSize` (the code's ablation, which narrows the text path too); `gru`: a bidirectional GRU (the baseline).
   */
  readonly text: 'qf' | 'mean' | 'mlp' | 'gru';
  /**
   * Keys and values of the QF layer. `one`: r1 alone; over one key a softmax is constant. `several` (ours; the paper does not say): r1, then the vectors
   * of the backbones (patch tokens, or the pooled vector of each) through one shared linear layer to `reprSize`.
   */
  readonly imageTokens: 'one' | 'several';
  /** Of both attentions of the QF layer; each has `textDim / heads` channels, rounded down (`qfDim`). */
  readonly heads: number;
  /** Hidden width of the QF layer's MLP. */
  readonly qfWidth: number;
  /** Parts of the composite besides r2, which is there with `text: 'qf'`: the image vector and the text vector. */
  readonly parts: { readonly r1: boolean; readonly r3: boolean };
  readonly residual: { readonly qf: boolean; readonly fusion: boolean; readonly decoder: boolean };
  /** Layer norms of composite and fusion; the baseline has none. */
  readonly hasNorms: boolean;
  /** Of every layer norm. The code: 1e-6, its ablation 1e-5. */
  readonly normEpsilon: number;
  /** Of everything but the decoders. */
  readonly activation: Activation;
  readonly decoderActivation: Activation;
  /** Probability, in [0, 1). */
  readonly dropout: number;
  readonly cell: 'gru' | 'lstm';
  /** `bounded`: the state of the cell is the logits, within (-1, 1), as coded; `linear`: a linear layer reads the state. */
  readonly readout: 'bounded' | 'linear';
  /** The code's parameters that nothing reads, so that its count can be reproduced; null leaves them out. `optionWords` is its vocabulary. */
  readonly unused: { readonly optionWords: number } | null;
}

/** What a configuration must say; the rest has the paper's values. */
export type SmarterSizes = Pick<SmarterConfig, 'puzzles' | 'imageDim' | 'textDim' | 'textLength'> & Partial<SmarterConfig>;

const SHARED = {
  imageTokenDim: 1,
  reprSize: 128,
  hiddenSize: 256,
  imageHead: 'per-puzzle',
  experts: 4,
  text: 'qf',
  imageTokens: 'one',
  heads: 2,
  qfWidth: 256,
  parts: { r1: true, r3: true },
  residual: { qf: true, fusion: false, decoder: false },
  hasNorms: true,
  normEpsilon: 1e-6,
  activation: 'gelu',
  decoderActivation: 'gelu',
  dropout: 0.2,
  cell: 'gru',
  unused: null,
} as const;

/**
 * The described system: token states, padding masked, several image vectors, a linear read-out (spec section 5, last paragraph). Say `imageTokenDim`, or
 * `imageTokens: 'one'`.
 */
export function describedConfig(sizes: SmarterSizes): SmarterConfig {
  return checkConfig({ ...SHARED, mode: 'described', imageTokens: 'several', readout: 'linear', ...sizes });
}

/** The code's final configuration, without the parameters that nothing reads. */
export function asCodedConfig(sizes: SmarterSizes): SmarterConfig {
  return checkConfig({ ...SHARED, mode: 'as-coded', readout: 'bounded', ...sizes });
}

/** The baseline of the paper's tables: ReLU, no norms, a bidirectional GRU over the text, LSTM sequences; its dropout is none (spec section 2). */
export function baselineConfig(sizes: SmarterSizes): SmarterConfig {
  const net = { text: 'gru', hasNorms: false, activation: 'relu', decoderActivation: 'relu', dropout: 0, cell: 'lstm' } as const;
  return checkConfig({ ...SHARED, ...net, mode: 'described', readout: 'bounded', ...sizes });
}

/** Returns `config`; throws an InputError where its parts do not fit together. */
export function checkConfig(config: SmarterConfig): SmarterConfig {
  const refuse = (expected: string, got: unknown, cure?: string): never => {
    throw new InputError(fault('smarter config', expected, got, cure));
  };
  const { puzzles, heads, textDim, parts, mode, imageTokens, dropout } = config;
  const sizes = ['imageDim', 'imageTokenDim', 'textDim', 'textLength', 'reprSize', 'hiddenSize', 'experts', 'heads', 'qfWidth'] as const;
  for (const name of sizes) if (!Number.isSafeInteger(config[name]) || config[name] < 1) refuse(`${name} to be a whole number above 0`, config[name]);
  if (puzzles.length === 0) refuse('at least one puzzle', 'none');
  if (new Set(puzzles.map(({ id }) => id)).size !== puzzles.length) refuse('puzzles with different ids', puzzles.map(({ id }) => id).join(' '));
  for (const { id, classes } of puzzles) {
    if (!Number.isSafeInteger(classes) || classes < 1) refuse(`classes of puzzle ${id} to be a whole number above 0`, classes);
  }
  if (heads > textDim) refuse('at most one head for each of the text channels', `${heads} and ${textDim}`, 'take fewer heads');
  if (config.text !== 'qf' && !parts.r1 && !parts.r3) refuse('a part in the composite', 'neither r1 nor r3', 'switch one on, or the QF layer');
  if (config.text === 'qf' && mode === 'as-coded' && imageTokens === 'several') {
    refuse('one image token in as-coded mode', imageTokens, 'the code has r1 alone; take mode described');
  }
  if (!(dropout >= 0 && dropout < 1)) refuse('dropout in [0, 1)', dropout);
  if (!(config.normEpsilon > 0)) refuse('normEpsilon above 0', config.normEpsilon);
  return config;
}

/**
 * Channels of the QF layer, of r2 too: `textDim`, less what does not share out among the heads. The paper's 768 goes into 1, 2 and 3 heads (Table 4, `qf3heads`); our 128 into 3 heads of
 * 42. As attention blocks of BERT's kind have it, the head's width is the whole part of the quotient and the layer is as wide as its heads together.
 */
export function qfDim({ textDim, heads }: Pick<SmarterConfig, 'textDim' | 'heads'>): number {
  return heads * Math.floor(textDim / heads);
}

/** Width of the composite: the parts that are on, in the code's order r1, r3, r2. */
export function compositeWidth(config: SmarterConfig): number {
  const { parts, text, textDim, reprSize } = config;
  const r3 = text === 'mlp' || text === 'gru' ? reprSize : textDim;
  return (parts.r1 ? reprSize : 0) + (parts.r3 ? r3 : 0) + (text === 'qf' ? qfDim(config) : 0);
}
