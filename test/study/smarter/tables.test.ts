import { describe, expect, test } from 'vitest';
import type { Score, SmarterScores } from '../../../src/study/smarter/scores.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { PAPER_SKILLS } from '../../../src/study/smarter/figures/paper-row.ts';
import type { TableIndex } from '../../../src/study/smarter/figures/paper-row.ts';
import { floorsOf } from '../../../src/study/smarter/figures/skill-floors.ts';
import { curveRows, skillCsv, skillFigure } from '../../../src/study/smarter/figures/skill-figure.ts';
import { sheetSvg } from '../../../src/study/figures/plot.ts';
import { PAPER_TABLE_1, PAPER_TABLE_3, PAPER_TABLE_4, paperOf, paperRow, tableIndex } from '../../../src/study/smarter/figures/paper-tables.ts';
import { smarterReport } from '../../../src/study/smarter/figures/smarter-report.ts';
import { claimMeans, differenceText, judged, overall, percentOf } from '../../../src/study/smarter/figures/table-result.ts';
import type { RowResult, RowRun, TableResult } from '../../../src/study/smarter/figures/table-result.ts';
import { smarterTables } from '../../../src/study/smarter/figures/tables.ts';
import type { SmarterTable } from '../../../src/study/smarter/figures/tables.ts';
import { familiesOf } from '../../../src/study/smarter/smarter-items.ts';
import { BACKBONES, DEFAULT_SMARTER, hubChoice, parseSmarterSpec } from '../../../src/study/smarter/smarter-spec.ts';

const score = (solved: number): Score => ({
  ...{ items: 200, solved, optionRight: solved + 0.1, low: solved - 0.05, high: solved + 0.05, majority: 0.2, majorityOption: 0.25, uniform: 0.05 },
});
const scores = (solved: number): SmarterScores => ({
  overall: score(solved),
  skills: [{ ...score(solved), skill: 'counting', puzzles: 3 }],
  puzzles: [],
  loss: 1,
});
const run = (seed: number, solved: number): RowRun => ({
  ...{ seed, spec: DEFAULT_SMARTER, parameters: 1234, bestEpoch: 2, scores: scores(solved), epochs: [], losses: [] },
  made: { backend: 'wasm', adapter: '', trainedMinutes: 2 },
});
const row = (id: string, ...solved: number[]): RowResult => ({ id, label: id, paper: null, runs: solved.map((each, seed) => run(seed, each)) });

const [table1] = smarterTables('small');
if (table1 === undefined) throw new Error('no tables');

describe('sweeps of smarterVLM', () => {
  test("have the paper's rows, each with a spec that can be run", () => {
    for (const scale of ['small', 'micro'] as const) {
      for (const table of smarterTables(scale)) {
        expect(new Set(table.rows.map(({ id }) => id)).size).toBe(table.rows.length);
        const specs = table.rows.map(({ spec }) => JSON.stringify(spec(7)));
        expect(new Set(specs).size, table.id).toBe(specs.length); // no two rows are the same experiment
        for (const { spec } of table.rows) expect(familiesOf(parseSmarterSpec(spec(7)).data.puzzles).length).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test("every row of the paper's tables is swept, or left out with a reason, and none twice", () => {
    for (const { id, rows } of smarterTables('small')) {
      const { paper, leftOut } = paperOf(id);
      const swept = rows.flatMap((each) => paperRow(id, each.paper)?.label ?? []);
      expect([...swept, ...leftOut.map(({ label }) => label)].toSorted(), id).toEqual(paper.map(({ label }) => label).toSorted());
      expect(leftOut.every(({ reason }) => reason !== '')).toBe(true);
    }
    expect(() => paperRow('smarter-table1', 'wd0')).toThrow('no row wd0');
  });

  test('the shipped list is that of the code and names the files that are there', () => {
    const folder = 'public/smarter';
    const recorded = readdirSync(folder).flatMap((name) => /^(smarter-table.*)\.json$/.exec(name)?.[1] ?? []);
    const index = JSON.parse(readFileSync(`${folder}/index.json`, 'utf8')) as TableIndex;
    const floors = Object.fromEntries(recorded.map((id) => [id, index.tables.find((entry) => entry.id === id)?.floors ?? {}]));
    expect(index).toEqual(tableIndex(floors)); // else: npx tsx scripts/smarter-report.ts
    const table4 = JSON.parse(readFileSync(`${folder}/smarter-table4.json`, 'utf8')) as TableResult;
    expect(floorsOf(table4)).toEqual(floors['smarter-table4']);
    const kept = table4.rows[0]?.runs[0]?.scores.skills.map(({ skill, majority }) => [skill, majority]) ?? [];
    expect(floors['smarter-table4']).toEqual(Object.fromEntries(kept)); // on validation items both
  });

  test('rows of a decoder for sequences have families with sequences', () => {
    for (const id of ['lstm_decoder', 'gru_with_sequences']) {
      const specs = smarterTables('small').flatMap(({ rows }) => rows.filter((each) => each.id === id).map(({ spec }) => spec(0)));
      expect(specs.map(({ data, model }) => [data.puzzles.slice(24), model.cell])).toEqual(
        Array(2).fill([[16, 63, 100], id === 'lstm_decoder' ? 'lstm' : 'gru']),
      );
    }
  });

  test('change what their label says, and the seed of the training alone', () => {
    const [qf, blind] = ['qf', 'no-pictures'].map((id) => table1.rows.find((each) => each.id === id));
    expect(qf?.spec(0)).toEqual({ ...qf?.spec(42), training: { ...qf?.spec(42).training, seed: 0 } });
    expect(blind?.spec(0)).toEqual({ ...qf?.spec(0), blind: 'pictures' });
  });

  test("the paper's numbers are those of its tables", () => {
    expect(PAPER_SKILLS).toHaveLength(8);
    expect([PAPER_TABLE_1.length, PAPER_TABLE_3.length, PAPER_TABLE_4.length]).toEqual([5, 24, 28]);
    expect(PAPER_TABLE_1.find(({ label }) => label === 'SmarterVLM lr0.0003')).toEqual({
      ...{ label: 'SmarterVLM lr0.0003', skills: [34.7, 9.5, 25.7, 19.5, 11.3, 11.1, 26.7, 27.4], overall: 21.59 },
    });
    expect([...PAPER_TABLE_3, ...PAPER_TABLE_4].every(({ skills }) => skills.length === 8 || skills.length === 0)).toBe(true);
  });
});

describe('results of a sweep', () => {
  test('are means over seeds with an interval, and of one seed the interval over items', () => {
    expect(percentOf([run(0, 0.3)], overall)).toEqual({ mean: 30, low: 25, high: 35 });
    const three = percentOf([run(0, 0.3), run(1, 0.34), run(2, 0.38)], overall);
    expect(three?.mean).toBeCloseTo(34);
    expect((three?.high ?? 0) - 34).toBeCloseTo(4.303 * (4 / Math.sqrt(3)), 2); // Student, two degrees of freedom
    expect(percentOf([run(0, 0.3), run(1, 0.3), run(2, 0.3)], overall)).toEqual({ mean: 30, low: 25, high: 35 }); // no surer than the items
    expect(percentOf([], overall)).toBeNull();
    expect(percentOf([run(0, 0), run(1, 0.06)], overall)?.low).toBe(0); // Student's would be -35
    expect(percentOf([run(0, 1), run(1, 0.94)], overall)?.high).toBe(100);
  });

  test('a claim holds when the interval of the difference is above 0, and not before', () => {
    const table = { ...table1, claims: [{ text: 'a above b', above: 'a', below: 'b', isPapers: true }] } satisfies SmarterTable;
    const outcome = (...rows: RowResult[]) => judged(table, rows)[0]?.outcome;
    expect(outcome(row('a', 0.5), row('b', 0.3))).toBe('yes');
    expect(outcome(row('a', 0.3), row('b', 0.5))).toBe('the opposite');
    expect(outcome(row('a', 0.35), row('b', 0.3))).toBe('not told apart');
    expect(outcome(row('a', 0.5))).toBe('not measured');
  });

  test('a claim names the means of the seeds that both rows have, and its difference with their number', () => {
    const rows = [row('a', 0.5, 0.3, 0.1), row('b', 0.4), row('c')];
    expect(claimMeans(rows, { above: 'a', below: 'b' })).toEqual([50, 40]);
    expect(claimMeans(rows, { above: 'a', below: 'c' })).toEqual([expect.closeTo(30, 6), null]);
    expect(differenceText({ mean: 0.75, low: -0.94, high: 2.41, seeds: 1 })).toBe('0.8 (-0.9 to 2.4), 1 seed');
    expect(differenceText(undefined)).toBe('');
  });

  test('are told with floors, intervals and the paper beside them', () => {
    const rows = [{ ...row('qf', 0.4, 0.42), paper: PAPER_TABLE_1[3] ?? null }, row('no-qf', 0.3, 0.31), row('no-texts')];
    const { id, title, source, part } = table1;
    const result: TableResult = {
      schema: 1,
      id,
      title,
      source,
      part,
      scale: 'small',
      backbone: 'b',
      command: 'npm run x',
      commit: 'c',
      rows,
      claims: judged(table1, rows),
    };
    const text = smarterReport([result]);
    expect(text).toContain('| qf | 2 | 41.0 (28.3 to 53.7) | 20.0 | 5.0 | 51.0 | 25.0 | 1,234 | 21.59 (SmarterVLM lr0.0003) |');
    expect(text).toContain(
      '| With QF is above without QF at the same widths | ours | 41.0 against 30.5; difference 10.5 (1.0 to 20.0), 2 seeds | yes |',
    );
    expect(text).toContain('| Texts help with QF | ours | 41.0 against  | not measured here |');
    expect(text).toContain('| _majority_ | 20.0 |');
    expect(text).toContain('seeds 0, 1; 8 min of training on wasm');
    expect(smarterReport([{ ...result, rows: [] }])).toContain('Not measured yet.');
  });
});

describe('curves by skill', () => {
  const table = JSON.parse(readFileSync('public/smarter/smarter-table4.json', 'utf8')) as TableResult;
  const figure = skillFigure(table, { counting: 0.25, path: 0.5 }, ['wd0']);

  test('have a panel for each skill with a floor, every seed and epoch of the chosen rows, and the floor as a line', () => {
    expect(figure.panels.map(({ id }) => id)).toEqual(['counting', 'path']);
    const runs = table.rows.find(({ id }) => id === 'wd0')?.runs ?? [];
    expect(runs.length).toBeGreaterThan(1);
    const of = (series: string) => figure.readings.filter((reading) => reading.panel === 'path' && reading.series === series);
    expect(of('wd0').map(({ seed, x, value }) => [seed, x, value])).toEqual(
      runs.flatMap(({ seed, epochs }) => epochs.map(({ epoch, skills }) => [seed, epoch, 100 * (skills['path'] ?? Number.NaN)])),
    );
    expect(skillCsv(figure).split('\n')).toContain(`path,majority,${runs[0]?.seed},3,50`);
    expect(of('majority').map(({ x, value }) => [x, value])).toEqual([1, 2, 3].map((epoch) => [epoch, 50]));
  });

  test('are drawn from 0, with no tick below it, and say whose they are', () => {
    const { svg } = sheetSvg(figure, { theme: 'print', widthPx: 960 });
    expect(svg).toContain('24 families of our own × 20 instances');
    expect(svg).toContain('>S_acc, %<');
    expect(svg).not.toMatch(/>-\d/);
  });

  test('are of rows over the same puzzles', () => {
    const [first] = table.rows;
    if (first === undefined) throw new Error('no rows');
    const other = {
      ...first,
      id: 'other',
      runs: first.runs.map((own) => ({ ...own, spec: { ...own.spec, data: { ...own.spec.data, puzzles: [14] } } })),
    };
    expect(curveRows({ ...table, rows: [first, other, { ...first, id: 'none', runs: [] }] }).map(({ id }) => id)).toEqual([first.id]);
  });
});

test('encoders of the hub run on the best device, or on WebAssembly where that is asked for', () => {
  expect(hubChoice('hub dinov2-base fp16')).toEqual({ vision: 'dinov2-base', dtype: 'fp16', device: null });
  expect(hubChoice('hub dinov2-base fp16 wasm')).toEqual({ vision: 'dinov2-base', dtype: 'fp16', device: 'wasm' });
  expect([hubChoice('embedded'), hubChoice('hub dinov2-base fp8'), hubChoice('hub dinov2-base wasm')]).toEqual([null, null, null]);
  for (const backbone of BACKBONES) expect(parseSmarterSpec({ ...DEFAULT_SMARTER, backbone }).backbone).toBe(backbone);
});
