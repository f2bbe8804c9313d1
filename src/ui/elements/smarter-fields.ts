/** The fields of a smarterVLM spec as form controls, and the plain presets. Ranges are those that smarter-spec.ts checks; a test holds both together. */
import type { RunSpecChoiceField, RunSpecField, RunSpecNumberField } from '../../study/run-spec-fields.ts';
import { downloadBytes, hubModels } from '../../study/smarter/hub-models.ts';
import { CORE_PUZZLES, smarterTables } from '../../study/smarter/figures/tables.ts';
import { BACKBONES, DEFAULT_SMARTER, hubChoice, parseSmarterSpec, SMART_SPLITS, VARIANTS } from '../../study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';
import { OPTION_MODES } from '../../tasks/puzzles/options.ts';
import { bytes } from './format.ts';
import type { ValueLabels } from './spec-field.ts';

export interface Preset {
  readonly id: 'small' | 'full';
  readonly label: string;
  readonly spec: SmarterSpec;
}

/** The best row of Table 1 as we sweep it, and the same on fewer instances. */
export const SMARTER_PRESETS: readonly Preset[] = presets();

function presets(): readonly Preset[] {
  const full =
    smarterTables('small')[0]
      ?.rows.find(({ id }) => id === 'qf')
      ?.spec(0) ?? DEFAULT_SMARTER;
  const small = parseSmarterSpec({ ...full, data: { ...full.data, instances: 200 }, training: { ...full.training, epochs: 3 } });
  const families = CORE_PUZZLES.length;
  return [
    { id: 'small', label: `small: ${families} families × 200 instances, 3 epochs`, spec: small },
    { id: 'full', label: `full: ${families} families × 1,000 instances, ${full.training.epochs} epochs`, spec: full },
  ];
}

export interface SmarterField {
  readonly field: RunSpecField;
  readonly labels: ValueLabels;
  /** The choices stand for true and false. */
  readonly isSwitch: boolean;
  readonly source: SmarterSpec['data']['source'] | null;
}

export interface SmarterFieldGroup {
  readonly title: string;
  readonly fields: readonly SmarterField[];
}

const ON = 'on';
const plain = (field: RunSpecField, labels: ValueLabels = {}): SmarterField => ({ field, labels, isSwitch: false, source: null });
const of = (source: SmarterSpec['data']['source'], made: SmarterField): SmarterField => ({ ...made, source });

function whole(key: string, label: string, help: string, min: number, max: number): SmarterField {
  return plain({ type: 'integer', key, label, help, group: 'model', min, max, step: 1 });
}

function real(key: string, label: string, help: string, min: number, max: number, more: Partial<RunSpecNumberField> = {}): SmarterField {
  return plain({ type: 'number', key, label, help, group: 'model', min, max, step: 0.01, ...more });
}

function choice(
  key: string,
  label: string,
  help: string,
  options: readonly string[],
  labels: ValueLabels = {},
  more: Partial<RunSpecChoiceField> = {},
): SmarterField {
  return plain({ type: 'choice', key, label, help, group: 'model', options, ...more }, labels);
}

function onOff(key: string, label: string, help: string): SmarterField {
  return { ...choice(key, label, help, [ON, 'off']), isSwitch: true };
}

const BACKBONE_LABELS: ValueLabels = Object.fromEntries(
  BACKBONES.map((name) => {
    const hub = hubChoice(name);
    if (hub === null) return [name, 'small encoders of this page'];
    const { vision, dtype, device } = hub;
    const on = device === null ? '' : ', on WebAssembly';
    return [name, `${vision} and SigLIP, ${dtype}${on} (${bytes(downloadBytes(hubModels(vision), dtype))} from the hub)`];
  }),
);

export const SMARTER_FIELDS: readonly SmarterFieldGroup[] = [
  {
    title: 'Puzzles',
    fields: [
      choice(
        'data.source',
        'source',
        'Puzzles that this page draws, or your own copy of SMART-101 (choose its folder below).',
        ['own', 'smart-101'],
        {
          own: 'own families',
          'smart-101': 'SMART-101 folder',
        },
      ),
      of(
        'smart-101',
        choice('data.smartSplit', 'split of SMART-101', 'The paper’s 600, 200 and 200 rows, or a split of the SMART paper.', SMART_SPLITS, {
          smarter: '600, 200, 200 rows',
          instance: 'instance split',
          answer: 'answer split',
          puzzle: 'puzzle split',
          'few-shot': 'few-shot split',
        }),
      ),
      of('own', whole('data.instances', 'instances', 'Of each family; training, validation and test share them.', 5, 20_000)),
      of(
        'own',
        choice('data.split', 'split', 'Percent for training, validation and test: main runs, and Table 4’s small ones.', ['60:20:20', '40:20:40']),
      ),
      of(
        'own',
        choice('data.options', 'options', 'As published the right one tends to be the median; uniform rank takes that hint away.', OPTION_MODES, {
          published: 'as published',
          'uniform-rank': 'uniform rank',
        }),
      ),
      of('own', whole('data.seed', 'seed of the puzzles', 'Another seed draws other instances.', 0, 900_000)),
      choice(
        'blind',
        'control',
        'The same net with pictures or texts set to nothing: what it then still solves needs no look.',
        ['pictures', 'texts'],
        {},
        {
          nullLabel: 'nothing hidden',
        },
      ),
    ],
  },
  {
    title: 'Model',
    fields: [
      choice(
        'backbone',
        'frozen encoders',
        'What turns pictures and questions into features: small ones of this page, or the paper’s.',
        BACKBONES,
        BACKBONE_LABELS,
      ),
      onOff('isStandardised', 'standardised features', 'Image features get mean 0 and variance 1 over the training items (ours); off: as they are.'),
      choice('model.variant', 'variant', 'How the question is read: the QF layer, or none.', VARIANTS, {
        qf: 'QF, as described',
        'qf-as-coded': 'QF, as coded (cannot read the question)',
        'no-qf': 'no QF, same widths',
        'no-qf-as-coded': 'no QF, as coded (narrower)',
        baseline: 'baseline net',
      }),
      choice('model.imageHead', 'image head', 'The small net behind the frozen picture encoders.', ['per-puzzle', 'shared', 'mixture'], {
        'per-puzzle': 'one for each puzzle',
      }),
      choice('model.imageTokens', 'image vectors', 'One for the whole picture, as in the paper, or its 4 × 4 places too.', ['one', 'several']),
      whole('model.heads', 'attention heads', 'Of the QF layer. The paper: 2.', 1, 8),
      whole('model.reprSize', 'width of the picture vector', 'r1 and the fused vector. The paper: 128.', 8, 512),
      whole('model.hiddenSize', 'hidden width', 'Of the text MLP (no QF, as coded), or of the baseline’s GRU over words. The paper: 256.', 8, 1024),
      whole('model.qfWidth', 'width inside QF', 'Of its two-layer part. The paper: 256.', 8, 1024),
      onOff('model.hasR1', 'picture vector (r1)', 'Part of what is put together before the answer.'),
      onOff('model.hasR3', 'mean of the words (r3)', 'Part of what is put together before the answer.'),
      onOff('model.residual.qf', 'residual in QF', 'On in the paper’s last model.'),
      onOff('model.residual.fusion', 'residual in the fusion', 'Off in the paper’s last model.'),
      onOff('model.residual.decoder', 'residual in the decoders', 'Off in the paper’s last model.'),
      choice('model.activation', 'activation', 'The paper: GELU.', ['gelu', 'relu'], { gelu: 'GELU', relu: 'ReLU' }),
      choice('model.cell', 'recurrent cell', 'Of puzzles whose answer is a sequence.', ['gru', 'lstm'], { gru: 'GRU', lstm: 'LSTM' }),
      choice('model.readout', 'read-out of sequences', 'Bounded as coded: the loss cannot fall below a limit.', ['linear', 'bounded']),
      real('model.dropout', 'dropout', 'Share of numbers that is set to nothing while training. The paper: 0.2.', 0, 0.99),
      real('model.normEpsilon', 'ε of layer norms', 'Added to the variance. The paper: 1e-6, and 1e-5 in an ablation.', 1e-12, 1e-2),
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      whole('training.epochs', 'epochs', 'Times through the training items. The paper: 3.', 1, 200),
      whole('training.batchSize', 'batch', 'Items per step. The paper: 128.', 1, 1024),
      real('training.learningRate', 'learning rate', 'At its highest. The paper: 0.0003; small features need more.', 0, 1),
      real('training.weightDecay', 'weight decay', 'The paper: 0.2.', 0, 10),
      real('training.beta2', 'β₂ of AdamW', 'The paper: 0.98.', 0, 0.9999),
      whole('training.warmupSteps', 'warm-up steps', 'The rate rises over these. The paper: 10.', 0, 10_000),
      onOff('training.hasSchedule', 'cosine schedule', 'The rate falls to 0 at the end; else it stays.'),
      real('training.clipNorm', 'clip gradients at', 'Norm of all gradients together.', 0, 1000, { nullLabel: 'no clipping' }),
      whole('training.seed', 'seed', 'Of weights, order and dropout.', 0, 2 ** 31),
    ],
  },
];

/** The value at a path such as `model.residual.qf`. */
export function fieldValue(spec: unknown, { field, isSwitch }: SmarterField): unknown {
  const value = field.key
    .split('.')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), spec);
  return isSwitch ? (value === true ? ON : 'off') : value;
}

/** A copy with another value at that path. */
export function withFieldValue(spec: unknown, { field, isSwitch }: SmarterField, value: unknown): unknown {
  const put = (at: unknown, [key = '', ...rest]: readonly string[]): unknown => {
    const own = typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : {};
    return { ...own, [key]: rest.length === 0 ? (isSwitch ? value === ON : value) : put(own[key], rest) };
  };
  return put(spec, field.key.split('.'));
}

/** What a skill that stands out counts in the loss; the others count 1 and are not written. */
const EMPHASIS = 2;

/** The weights with a skill switched on or off; null when none stands out. */
export function withEmphasis(weights: Readonly<Record<string, number>>, skill: string): SmarterSpec['skillWeights'] {
  const others = Object.entries(weights).filter(([name, weight]) => name !== skill && weight !== 1);
  const next = (weights[skill] ?? 1) === 1 ? [...others, [skill, EMPHASIS] as const] : others;
  return next.length === 0 ? null : Object.fromEntries(next);
}

/** The spec, or what is wrong with it and where; `key` is '' when no field is to blame. */
export function checkedDraft(draft: unknown): { readonly spec: SmarterSpec } | { readonly key: string; readonly message: string } {
  try {
    return { spec: parseSmarterSpec(draft) };
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const [, key = '', message = text] = /^smarter spec, ([\w.]+): (.*)$/s.exec(text) ?? [];
    return { key, message };
  }
}
