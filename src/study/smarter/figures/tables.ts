/**
 * Tables 1, 3 and 4 of "On VLM Reasoners" as sweeps of our own puzzles: each row is a change of one spec, beside the paper's row of the same name. Rows that need what we do not
 * have (multilingual BERT, ResNet-50, the data of the 10-hour baselines) are left out, and the LSTM decoder, which only sequence families would show. What ours adds is marked: the same widths without QF, QF
 * as coded, and the controls without pictures and without texts.
 */
import type { SmarterSpec, Variant } from '../smarter-spec.ts';
import { DEFAULT_SMARTER, parseSmarterSpec } from '../smarter-spec.ts';
import { PAPER_TABLE_1, PAPER_TABLE_3, PAPER_TABLE_4 } from './paper-tables.ts';
import type { PaperRow } from './paper-tables.ts';

export const SMARTER_SCALES = ['small', 'micro'] as const;
export type SmarterScale = (typeof SMARTER_SCALES)[number];

/**
 * The 24 families of the short list (spec/smarter-vlm 4.4), three per skill. Families whose answer is a sequence (16, 63, 100) are left out of the sweeps: at this scale hardly
 * one is solved whole.
 */
export const CORE_PUZZLES = [14, 50, 52, 43, 58, 59, 40, 74, 81, 19, 48, 66, 10, 28, 72, 22, 25, 94, 69, 75, 95, 77, 78, 83];

/** Seeds of the paper. */
export const SMARTER_SEEDS = [0, 42, 7] as const;

export interface SmarterRow {
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly spec: (seed: number) => SmarterSpec;
  readonly paper: PaperRow | null;
}

export interface SmarterTable {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** Which items the numbers are of. */
  readonly part: 'val' | 'test';
  readonly rows: readonly SmarterRow[];
  /** Differences that are judged by intervals over seeds. */
  readonly claims: readonly { readonly text: string; readonly above: string; readonly below: string; readonly isPapers: boolean }[];
}

type Change = {
  readonly model?: Partial<SmarterSpec['model']>;
  readonly training?: Partial<SmarterSpec['training']>;
  readonly data?: Partial<SmarterSpec['data']>;
  readonly blind?: SmarterSpec['blind'];
};

/**
 * Ours, by validation S_acc without QF on embedded encoders of 600 and 130 steps: 12 epochs at 1e-3 18.9 %, at 3e-3 18.6; at 3e-3 8 epochs 17.8, 24 epochs 19.4; 1e-2 is worse. The sweep
 * of Table 1 has rates in the paper's proportions to the best. Twelve epochs are 1,356 steps; the paper's three are 1,422, of 101 puzzles.
 */
const BEST_RATE = 1e-3;
const EPOCHS = 12;

function specAt(scale: SmarterScale, change: Change): (seed: number) => SmarterSpec {
  const { data, model, training } = DEFAULT_SMARTER;
  const size = scale === 'small' ? { puzzles: CORE_PUZZLES, instances: 1000 } : { puzzles: [14, 50, 100], instances: 20 };
  const epochs = scale === 'small' ? EPOCHS : 1;
  return (seed) =>
    parseSmarterSpec({
      ...DEFAULT_SMARTER,
      data: { ...data, ...size, ...change.data },
      model: { ...model, ...change.model },
      training: { ...training, epochs, learningRate: BEST_RATE, seed, ...change.training },
      blind: change.blind ?? null,
    });
}

const variant = (name: Variant): Change => ({ model: { variant: name } });
const rate = (factor: number): Change => ({ training: { learningRate: BEST_RATE * factor } });
const both = (...changes: readonly Change[]): Change =>
  changes.reduce<Change>(
    (all, each) => ({ model: { ...all.model, ...each.model }, training: { ...all.training, ...each.training }, data: { ...all.data, ...each.data } }),
    {},
  );

/** The sweeps at a scale. */
export function smarterTables(scale: SmarterScale): readonly SmarterTable[] {
  const row = (id: string, label: string, change: Change, paper: PaperRow | null = null): SmarterRow => ({
    id,
    label,
    spec: specAt(scale, change),
    paper,
  });
  const of = (table: readonly PaperRow[], label: string): PaperRow => {
    const found = table.find((each) => each.label === label);
    if (found === undefined) throw new Error(`internal: no row ${label}`);
    return found;
  };
  const small: Change = { data: { instances: 20, split: '40:20:40' }, training: { batchSize: 16, epochs: 3 } };
  return [
    {
      ...{ id: 'smarter-table1', title: 'With and without the QF layer', source: 'On VLM Reasoners, Table 1', part: 'test' },
      rows: [
        row('baseline', 'baseline net', variant('baseline'), of(PAPER_TABLE_1, 'BERT+Resnet50')),
        row('qf-fast', 'with QF, rate × 10/3', rate(10 / 3), of(PAPER_TABLE_1, 'SmarterVLM lr0.001')),
        row('qf-faster', 'with QF, rate × 5/3', rate(5 / 3), of(PAPER_TABLE_1, 'SmarterVLM lr0.0005')),
        row('qf', 'with QF', {}, of(PAPER_TABLE_1, 'SmarterVLM lr0.0003')),
        row('no-qf-as-coded', 'without QF, text path narrowed as coded', variant('no-qf-as-coded'), of(PAPER_TABLE_1, 'SmarterVLM (no QF)')),
        row('no-qf', 'without QF, same widths (ours)', variant('no-qf')),
        row('qf-as-coded', 'QF as coded: it cannot read the question (ours)', variant('qf-as-coded')),
        row('no-qf-no-pictures', 'without QF, same widths, no pictures (control, ours)', { ...variant('no-qf'), blind: 'pictures' }),
        row('no-qf-no-texts', 'without QF, same widths, no texts (control, ours)', { ...variant('no-qf'), blind: 'texts' }),
        row('no-pictures', 'with QF, no pictures (control, ours)', { blind: 'pictures' }),
        row('no-texts', 'with QF, no texts (control, ours)', { blind: 'texts' }),
      ],
      claims: [
        { text: 'With QF is above the baseline net', above: 'qf', below: 'baseline', isPapers: true },
        { text: 'With QF is above without QF', above: 'qf', below: 'no-qf-as-coded', isPapers: true },
        { text: 'With QF is above without QF at the same widths', above: 'qf', below: 'no-qf', isPapers: false },
        { text: 'With QF as described is above QF as coded', above: 'qf', below: 'qf-as-coded', isPapers: false },
        { text: 'Pictures help with QF', above: 'qf', below: 'no-pictures', isPapers: false },
        { text: 'Texts help with QF', above: 'qf', below: 'no-texts', isPapers: false },
        { text: 'Pictures help without QF', above: 'no-qf', below: 'no-qf-no-pictures', isPapers: false },
        { text: 'Texts help without QF', above: 'no-qf', below: 'no-qf-no-texts', isPapers: false },
      ],
    },
    {
      ...{ id: 'smarter-table3', title: 'Ablations', source: 'On VLM Reasoners, Table 3', part: 'val' },
      rows: (
        [
          ['final_lr0.0003', {}],
          ['final_lr0.0001', rate(1 / 3)],
          ['final_lr0.0005_seed0', rate(5 / 3)],
          ['final_lr0.001', rate(10 / 3)],
          ['final_lr0.002', rate(20 / 3)],
          ['noqf', variant('no-qf-as-coded')],
          ['single_image_head', { model: { imageHead: 'shared' } }],
          ['qf_fusion_extra_residualinmlpdec', { model: { residual: { qf: true, fusion: true, decoder: true } } }],
          ['warmup0', { training: { warmupSteps: 0 } }],
          ['batch64', { training: { batchSize: 64 } }],
          ['reprsize256', { model: { reprSize: 256 } }],
          ['hiddensize128', { model: { hiddenSize: 128, qfWidth: 128 } }],
          ['pdrop0.1', { model: { dropout: 0.1 } }],
          ['lneps1e-5', { model: { normEpsilon: 1e-5 } }],
          ['adamweps_beta2_defaults', { training: { beta2: 0.999 } }],
          ['1_mha_head_qf', { model: { heads: 1 } }],
        ] as const
      ).map(([label, change]) => row(label, label, change, of(PAPER_TABLE_3, label))),
      claims: [],
    },
    {
      ...{ id: 'smarter-table4', title: 'Small runs of 20 instances per puzzle', source: 'On VLM Reasoners, Table 4', part: 'val' },
      rows: (
        [
          ['wd0.2', {}],
          ['wd0', { training: { weightDecay: 0 } }],
          ['run14_noqf', variant('no-qf-as-coded')],
          ['run12_rm_text_incomposite', { model: { hasR3: false } }],
          ['run11_noim_repr_in_composite', { model: { hasR1: false } }],
          ['no_residual_in_qf', { model: { residual: { qf: false, fusion: false, decoder: false } } }],
          ['qf_128', { model: { qfWidth: 128 } }],
          ['768_dim_in_qf', { model: { qfWidth: 768 } }],
          ['run16_feat64', { model: { reprSize: 64 } }],
          ['repr_256_run15', { model: { reprSize: 256 } }],
          ['1qf_head', { model: { heads: 1 } }],
          ['relu_not_gelu', { model: { activation: 'relu' } }],
          ['no_scheduler', { training: { hasSchedule: false } }],
        ] as const
      ).map(([label, change]) => row(label, label, both(small, change), of(PAPER_TABLE_4, label))),
      claims: [],
    },
  ];
}
