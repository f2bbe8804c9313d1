/**
 * Numbers of the tables of "On VLM Reasoners", S_acc in percent (spec/smarter-vlm 3): Table 1 on test items, Tables 3 and 4 on validation items; Table 4 of runs on 20 instances
 * per puzzle, where one item of `pattern` is five points. Of the paper's models on SMART-101: never mixed with ours.
 */
import type { LeftOutRow, PaperRow, TableEntry, TableIndex } from './paper-row.ts';

const row = (label: string, skills: readonly number[], overall: number | null = null): PaperRow => ({ label, skills, overall });

export const PAPER_TABLE_1: readonly PaperRow[] = [
  row('BERT+Resnet50', [23.4, 9.6, 17.9, 17.5, 10.5, 9.9, 25.8, 20.3], 17.1),
  row('SmarterVLM lr0.001', [29, 9.9, 21.2, 17.9, 10.8, 11.1, 23.2, 25.7], 19.12),
  row('SmarterVLM lr0.0005', [32.9, 10, 22.8, 19.5, 11.2, 11.6, 26.3, 25.8], 20.86),
  row('SmarterVLM lr0.0003', [34.7, 9.5, 25.7, 19.5, 11.3, 11.1, 26.7, 27.4], 21.59),
  row('SmarterVLM (no QF)', [32.3, 10.3, 23.3, 18.8, 10, 10.1, 25.8, 23.6], 20.14),
];

export const PAPER_TABLE_3: readonly PaperRow[] = [
  row('final_lr0.0006', [23.6, 8.4, 19, 18.6, 9.5, 10.6, 23.9, 22.4]),
  row('baseline_mbert', [23.4, 8.1, 18.9, 17.9, 10.3, 10.2, 23.8, 20.8]),
  row('baseline_bertresnet50', [23.4, 8.1, 19.2, 17.8, 10.7, 10.3, 24.8, 20.5]),
  row('lstm_decoder_siglipvision', [24.6, 7.9, 17.9, 17.9, 10, 9.1, 22.6, 21.4]),
  row('lstm_decoder', [27.7, 8.4, 21.3, 18.6, 11.2, 9.2, 23.3, 25.1]),
  row('qf_fusion_extra_residualinmlpdec', [21.5, 7.4, 17.5, 17.8, 9.3, 10.4, 21.6, 20.3]),
  row('single_image_head', [27.2, 8.4, 20.2, 18.5, 10.3, 10.2, 23.4, 22.1]),
  row('warmup0', [29.8, 7.4, 21.3, 20.3, 10.1, 10.8, 22.8, 26.6]),
  row('warmup0.06', [30, 7.8, 22.3, 19, 9.6, 9.8, 22.9, 25.1]),
  row('warmup0.01_no_extra_residuals', [29.6, 8.5, 22.9, 19.3, 9.8, 9.8, 21.1, 26.5]),
  row('hardcode_num_steps_10', [29.9, 8.1, 17.8, 18.8, 9.5, 9.7, 23.2, 19.8]),
  row('final_lr0.001', [29.3, 8.5, 22.8, 19.1, 10.3, 9.9, 23.1, 26.9]),
  row('noqf', [32.8, 8.5, 23.8, 19.7, 11.5, 10.3, 25.6, 25.4]),
  row('batch64', [26.1, 8.2, 21.4, 18.8, 10.1, 10.8, 22.3, 26]),
  row('reprsize256', [25.3, 8, 21.5, 18.5, 10.3, 10.6, 23.8, 26.3]),
  row('hiddensize128', [28.4, 8.4, 22.4, 18.8, 10.6, 10.2, 25.9, 23.3]),
  row('lneps1e-5', [30, 8.3, 22.3, 19.6, 9.9, 9.8, 22.8, 26.1]),
  row('pdrop0.1', [29.7, 8.2, 20.9, 19.8, 10, 9.6, 23.1, 26.2]),
  row('adamweps_beta2_defaults', [29.5, 8, 21.1, 19.1, 10.7, 9.7, 23.2, 26.8]),
  row('final_lr0.002', [23.1, 7.8, 15.8, 18.8, 10.2, 9.7, 20.7, 21.3]),
  row('1_mha_head_qf', [29.7, 8.2, 23.1, 19.4, 10.5, 10.8, 23.2, 22.7]),
  row('final_lr0.0005_seed0', [32.8, 8.4, 23.7, 20.1, 10.4, 10.8, 25.7, 26.7]),
  row('final_lr0.0001', [31.3, 8.3, 25.1, 19.4, 10.4, 10.6, 26.1, 28]),
  row('final_lr0.0003', [33.8, 8.5, 26.2, 20.1, 11.2, 10.4, 26.8, 27]),
];

export const PAPER_TABLE_4: readonly PaperRow[] = [
  row('run21_lr0.005', [13.5, 8.9, 5.6, 16.7, 8.3, 3.1, 27.8, 30]),
  row('run20_lr0.0001', [18.3, 10.7, 5.6, 14.6, 8.3, 15.6, 27.8, 10]),
  row('run19-pdrop0.1', [13.5, 10.7, 2.8, 18.8, 15, 3.1, 30.6, 30]),
  row('extra_resid_run18', [14.4, 7.1, 5.6, 16.7, 8.3, 9.4, 27.8, 25]),
  row('siglip_vision_run17', [12.5, 7.1, 5.6, 16.7, 10, 15.6, 33.3, 15]),
  row('run16_feat64', [13.5, 7.1, 5.6, 16.7, 11.7, 6.3, 27.8, 25]),
  row('repr_256_run15', [18.3, 8.9, 5.6, 16.7, 10, 9.4, 30.6, 20]),
  row('run14_noqf', [12.5, 5.4, 5.6, 18.8, 6.7, 12.5, 27.8, 30]),
  row('composite_back_run13', [15.4, 10.7, 5.6, 18.8, 11.7, 3.1, 30.6, 30]),
  row('run12_rm_text_incomposite', [16.3, 7.1, 5.6, 14.6, 6.7, 12.5, 27.8, 25]),
  row('run11_noim_repr_in_composite', [10.6, 5.4, 5.6, 16.7, 3.3, 9.4, 30.6, 20]),
  row('run_full_single_image_w_qf and extra_resid', [17.3, 3.6, 5.6, 14.6, 6.7, 9.4, 30.6, 20]),
  row('rm_a_gelu_in_mlp_decoder', [13.5, 10.7, 5.6, 16.7, 6.7, 3.1, 30.6, 30]),
  row('residual_back_in', [16.3, 8.9, 11.1, 14.6, 10, 12.5, 27.8, 25]),
  row('no_residual_in_qf', [12.5, 7.1, 5.6, 18.8, 11.7, 12.5, 30.6, 25]),
  row('ivory_cliff_394', []),
  row('qf_128', [17.3, 5.4, 5.6, 16.7, 6.7, 12.5, 25, 25]),
  row('768_dim_in_qf', [15.4, 5.4, 8.3, 16.7, 6.7, 9.4, 30.6, 20]),
  row('scheduler_back_in', [16.3, 8.9, 11.1, 14.6, 10, 12.5, 27.8, 25]),
  row('no_scheduler', [8.7, 3.6, 8.3, 6.3, 1.7, 3.1, 16.7, 25]),
  row('relu_not_gelu', [14.4, 8.9, 11.1, 14.6, 8.3, 12.5, 30.6, 15]),
  row('qf3heads', [15.4, 5.4, 5.6, 16.7, 6.7, 9.4, 27.8, 20]),
  row('1qf_head', [17.3, 5.4, 8.3, 16.7, 6.7, 12.5, 30.6, 25]),
  row('lstm_decoder', [14.4, 8.9, 5.6, 16.7, 6.7, 12.5, 27.8, 25]),
  row('wd0', [14.4, 7.1, 11.1, 14.6, 8.3, 9.4, 27.8, 20]),
  row('wd0.05', [14.4, 7.1, 11.1, 14.6, 8.3, 9.4, 27.8, 20]),
  row('wd0.1', [15.4, 7.1, 11.1, 14.6, 8.3, 9.4, 27.8, 20]),
  row('wd0.2', [15.4, 7.1, 11.1, 14.6, 8.3, 9.4, 25, 25]),
];

const PAPER_TABLES: Readonly<Record<string, readonly PaperRow[]>> = {
  'smarter-table1': PAPER_TABLE_1,
  'smarter-table3': PAPER_TABLE_3,
  'smarter-table4': PAPER_TABLE_4,
};

const siglip = 'needs SigLIP alone as the picture encoder';
const sameAs = (label: string): string => `the same settings as ${label}`;

/** Rows that no setting expresses, or that would be another row again, with the reason: what is said wherever a table stands. */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'smarter-table3': {
    baseline_mbert: 'needs multilingual BERT',
    lstm_decoder_siglipvision: siglip,
    hardcode_num_steps_10: `ten warm-up steps, ${sameAs('final_lr0.0003')}`,
  },
  'smarter-table4': {
    siglip_vision_run17: siglip,
    composite_back_run13: sameAs('wd0.2'),
    rm_a_gelu_in_mlp_decoder: 'which GELU is not said',
    residual_back_in: sameAs('wd0.2'),
    ivory_cliff_394: 'empty in the paper',
    scheduler_back_in: sameAs('wd0.2'),
  },
};

/** What the paper has of a table of ours, and what of it is left out. */
export function paperOf(id: string): Pick<TableEntry, 'paper' | 'leftOut'> {
  const leftOut = Object.entries(LEFT_OUT[id] ?? {}).map(([label, reason]): LeftOutRow => ({ label, reason }));
  return { paper: PAPER_TABLES[id] ?? [], leftOut };
}

/** The paper's row of a table of ours; null for a row of our own. Throws where the table has none of that label. */
export function paperRow(id: string, label: string | null): PaperRow | null {
  if (label === null) return null;
  const found = paperOf(id).paper.find((each) => each.label === label);
  if (found === undefined) throw new Error(`internal: no row ${label}`);
  return found;
}

/** `smarter/index.json`, of the floors of each recorded sweep by its id. */
export function tableIndex(recorded: Readonly<Record<string, TableEntry['floors']>>): TableIndex {
  return {
    schema: 1,
    tables: Object.keys(PAPER_TABLES).map((id) => ({ id, isRecorded: id in recorded, floors: recorded[id] ?? {}, ...paperOf(id) })),
  };
}
