/**
 * All that a smarterVLM training is, as data. Defaults are those of the paper (spec/smarter-vlm 2) except where marked: our encoders are smaller, and the model is the one that is
 * described, not the one that was coded.
 */
import * as v from 'valibot';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { fault, InputError } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { HUB_DTYPES, HUB_VISIONS } from './hub-models.ts';
import type { HubDtype, HubVision } from './hub-models.ts';
import { OPTION_MODES } from '../../tasks/puzzles/options.ts';

const count = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const rate = v.pipe(v.number(), v.finite(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(0.9999));

/** Ways to read the question (model/smarter/config.ts): with QF as described, as coded, without at the same widths, without as coded, and the baseline net. */
export const VARIANTS = ['qf', 'qf-as-coded', 'no-qf', 'no-qf-as-coded', 'baseline'] as const;
export type Variant = (typeof VARIANTS)[number];

export const SMART_SPLITS = ['smarter', 'instance', 'puzzle', 'few-shot', 'answer'] as const;

/** `hub <vision> <precision>` on the best device there is, or with ` wasm` behind it on WebAssembly. */
const HUB_NAMES = HUB_VISIONS.flatMap((vision) => HUB_DTYPES.flatMap((dtype) => [`hub ${vision} ${dtype}`, `hub ${vision} ${dtype} wasm`] as const));
export const BACKBONES = ['embedded', ...HUB_NAMES] as const;
export type BackboneName = (typeof BACKBONES)[number];

/** What a backbone of the hub is made of; null for our own. */
export function hubChoice(name: string): { readonly vision: HubVision; readonly dtype: HubDtype; readonly device: 'wasm' | null } | null {
  const device = name.endsWith(' wasm') ? 'wasm' : null;
  const plain = device === null ? name : name.slice(0, -' wasm'.length);
  for (const vision of HUB_VISIONS) for (const dtype of HUB_DTYPES) if (plain === `hub ${vision} ${dtype}`) return { vision, dtype, device };
  return null;
}

const ModelSchema = v.object({
  variant: v.picklist(VARIANTS),
  imageHead: v.picklist(['per-puzzle', 'shared', 'mixture']),
  imageTokens: v.picklist(['one', 'several']),
  heads: count(1, 8),
  reprSize: count(8, 512),
  hiddenSize: count(8, 1024),
  qfWidth: count(8, 1024),
  hasR1: v.boolean(),
  hasR3: v.boolean(),
  residual: v.object({ qf: v.boolean(), fusion: v.boolean(), decoder: v.boolean() }),
  activation: v.picklist(['gelu', 'relu']),
  cell: v.picklist(['gru', 'lstm']),
  readout: v.picklist(['linear', 'bounded']),
  dropout: share,
  /** Of every layer norm; absent in older specs. */
  normEpsilon: v.optional(v.pipe(v.number(), v.minValue(1e-12), v.maxValue(1e-2)), 1e-6),
});

const SpecSchema = v.object({
  schema: v.literal(1),
  data: v.object({
    /** Our own families, or a local copy of SMART-101, which the training is given beside the spec. */
    source: v.picklist(['own', 'smart-101']),
    /** Of SMART-101: the paper's 600, 200 and 200 rows, or a split of the SMART paper (study/smart/splits.ts). */
    smartSplit: v.picklist(SMART_SPLITS),
    /** Families by number; empty: all there are. */
    puzzles: v.array(count(1, 101)),
    /** Of each family. */
    instances: count(5, 20_000),
    /** Percent for training, validation and test: the paper's main runs, and its small ones (Table 4). */
    split: v.picklist(['60:20:20', '40:20:40']),
    seed: count(0, 900_000),
    options: v.picklist(OPTION_MODES),
  }),
  /** The encoders that ship with the page, or DINOv2 and SigLIP of the hub. */
  backbone: v.picklist(BACKBONES),
  /** Image features with mean 0 and variance 1 over the training items (ours), or as they are. */
  isStandardised: v.boolean(),
  model: ModelSchema,
  training: v.object({
    epochs: count(1, 200),
    batchSize: count(1, 1024),
    learningRate: rate,
    weightDecay: rate,
    beta2: share,
    warmupSteps: count(0, 10_000),
    hasSchedule: v.boolean(),
    clipNorm: v.nullable(v.pipe(v.number(), v.gtValue(0))),
    seed: count(0, 2 ** 31),
  }),
  /** Weight of a skill in the loss; null: all puzzles alike. */
  skillWeights: v.nullable(v.record(v.string(), v.pipe(v.number(), v.gtValue(0)))),
  /** Controls: the same net, pictures or texts set to nothing. */
  blind: v.nullable(v.picklist(['pictures', 'texts'])),
});

export type SmarterSpec = v.InferOutput<typeof SpecSchema>;
export type SmarterModelSpec = SmarterSpec['model'];

export const DEFAULT_SMARTER: SmarterSpec = {
  schema: 1,
  data: { source: 'own', smartSplit: 'smarter', puzzles: [], instances: 1000, split: '60:20:20', seed: 0, options: 'uniform-rank' },
  backbone: 'embedded',
  isStandardised: true,
  model: {
    variant: 'qf',
    imageHead: 'per-puzzle',
    imageTokens: 'several',
    heads: 2,
    reprSize: 128,
    hiddenSize: 256,
    qfWidth: 256,
    hasR1: true,
    hasR3: true,
    residual: { qf: true, fusion: false, decoder: false },
    activation: 'gelu',
    cell: 'gru',
    readout: 'linear',
    dropout: 0.2,
    normEpsilon: 1e-6,
  },
  training: {
    epochs: 3,
    batchSize: 128,
    learningRate: 3e-4,
    weightDecay: 0.2,
    beta2: 0.98,
    warmupSteps: 10,
    hasSchedule: true,
    clipNorm: 1,
    seed: 0,
  },
  skillWeights: null,
  blind: null,
};

/** A spec of known fields alone. Throws InputError that names what is wrong. */
export function parseSmarterSpec(value: unknown): SmarterSpec {
  const result = v.safeParse(SpecSchema, value);
  if (result.success) return fitting(result.output);
  const [issue] = result.issues;
  throw new InputError(fault(`smarter spec, ${v.getDotPath(issue) ?? 'whole'}`, issue.expected ?? 'another value', issue.received));
}

/** Refuses what only the model would, after all features are made: a net that sees neither picture nor question. */
function fitting(spec: SmarterSpec): SmarterSpec {
  const { variant, hasR1, hasR3 } = spec.model;
  if ((variant === 'no-qf' || variant === 'no-qf-as-coded') && !hasR1 && !hasR3)
    throw new InputError(fault('smarter spec, model.hasR1', 'the picture vector or the mean of the words', 'neither', 'switch one on, or take QF'));
  return spec;
}

/** Names a training: equal for equal specs and equal backbones. */
export function smarterDigest(spec: SmarterSpec, backboneId: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(canonicalJson({ spec, backboneId })));
}
