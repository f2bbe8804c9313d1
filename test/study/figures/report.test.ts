/** The page of results: maps of a figure as grids of numbers, and that files with and without maps pass the gate. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FigureResult } from '../../../src/study/figures/figure-result.ts';
import { parseFigureResult } from '../../../src/study/figures/figure-schema.ts';
import { reportOf } from '../../../src/study/figures/report.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';

const { lines } = FIGURE_FIXTURES;
const map = { series: 'Mix', seed: 1, step: 9, title: 'r1c1 to r1c2', columns: 3, kept: [0, 0.125, 0.5, 0, 0.25, 0.125], own: [2, 3] };
const mapped: FigureResult = { ...lines, maps: [map, { ...map, seed: 2, title: 'of another seed' }] };

test('maps stand below the tables, of one seed, in brackets what the words speak of', () => {
  const page = reportOf([mapped]);
  expect(page).toContain(['Mix, step 9, r1c1 to r1c2:', '', '```text', '    .    13   [50]', '   [.]   25    13 ', '```'].join('\n'));
  expect(page).not.toContain('of another seed');
  expect(page.indexOf('Where it looks')).toBeGreaterThan(page.lastIndexOf('| Mix |'));
  expect(reportOf([lines])).not.toContain('Where it looks');
});

test('maps pass the gate; damaged ones are refused in words', () => {
  expect(parseFigureResult(JSON.stringify(mapped), 'f.json')).toEqual(mapped);
  expect(parseFigureResult(JSON.stringify(lines), 'f.json').maps).toBeUndefined();
  const damaged = { ...mapped, maps: [{ ...map, columns: 0 }] };
  expect(() => parseFigureResult(JSON.stringify(damaged), 'f.json')).toThrow('f.json, maps.0.columns: expected >=1, got 0');
});

test('runs on a GPU name it once, without its driver', () => {
  const [run] = lines.runs;
  const made = { ...run!.made, backend: 'webgpu', adapter: 'nvidia NVIDIA: 580.159.04 580.159.4.0' };
  expect(reportOf([{ ...lines, runs: [{ ...run!, made }] }])).toMatch(/ h on webgpu: NVIDIA, commit/);
});

test('the list of recorded figures says of each how large it is and whether it is there in part', () => {
  const entries = JSON.parse(readFileSync('public/runs/index.json', 'utf8')) as { id: string; bytes: number; isPartial?: boolean }[];
  expect(entries.length).toBeGreaterThan(20);
  for (const { id, bytes, isPartial = false } of entries) {
    const file = readFileSync(`public/runs/${id}.json`, 'utf8');
    expect([id, bytes, isPartial]).toEqual([id, Buffer.byteLength(file), parseFigureResult(file, id).plannedRuns !== undefined]);
  }
});
