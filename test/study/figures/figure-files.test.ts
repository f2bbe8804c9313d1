/** Recorded figures as files: CSV out, and the gate that JSON passes. */
import { describe, expect, test } from 'vitest';
import { figureCsv } from '../../../src/study/figures/figure-csv.ts';
import { parseFigureIndex, parseFigureResult } from '../../../src/study/figures/figure-schema.ts';
import { madeText } from '../../../src/study/figures/words.ts';
import { FIGURE_FIXTURES, indexOf } from '../../support/figure-fixtures.ts';

const { lines, rows } = FIGURE_FIXTURES;

describe('CSV', () => {
  test('holds every reading of ours, then every number of the paper, told apart', () => {
    const [head, ...all] = figureCsv(lines).trimEnd().split('\n');
    expect(head).toBe('source,model,figure,panel,series,seed,checkpoint,x_label,x,y_label,unit,value,low95,high95');
    expect(all).toHaveLength(lines.readings.length + lines.paper.length);
    expect(all.slice(0, lines.readings.length).every((row) => row.startsWith('ours,nano (small-scale re-enactment),fig-3,'))).toBe(true);
    expect(all.slice(lines.readings.length).every((row) => row.startsWith('paper,Eagle-X2-Llama3-8B,fig-3,'))).toBe(true);
    expect(all.at(-1)).toBe('paper,Eagle-X2-Llama3-8B,fig-3,hard-text,Mix,,,"N, training rows",160000,exact match,percent,48,,');
    const [first] = lines.readings;
    expect(all[0]).toBe(
      `ours,nano (small-scale re-enactment),fig-3,simple-text,Text,1,,"N, training rows",1500,exact match,percent,${first?.value},${first?.low},${first?.high}`,
    );
  });

  test('quotes commas, quotes and line breaks', () => {
    const csv = figureCsv({
      ...rows,
      paper: [],
      readings: [{ panel: 'none', series: 'a "b",\nc', seed: 1, x: 2, at: 40, value: 3, low: null, high: null }],
    });
    expect(csv.split('\n').slice(1).join('\n')).toBe('ours,nano (small-scale re-enactment),fig-6,none,"a ""b"",\nc",1,40,,2,,,3,,\n');
  });
});

describe('the gate', () => {
  const text = JSON.stringify(lines);
  const changed = (changes: object): string => JSON.stringify({ ...lines, ...changes });

  test('a figure comes back as it was, without what is not known', () => {
    expect(parseFigureResult(text, 'fig-3.json')).toEqual(lines);
    expect(parseFigureResult(changed({ surprise: 1 }), 'fig-3.json')).toEqual(lines);
  });

  test('readings without a number are left out', () => {
    const [first, ...rest] = lines.readings;
    expect(parseFigureResult(changed({ readings: [{ ...first, value: Number.NaN }, { ...first, x: null }, ...rest] }), 'f').readings).toEqual(rest); // prettier-ignore
  });

  test.each([
    ['not JSON', text.slice(0, 100), 'fig-3.json: expected JSON, got 100 characters that are none'],
    [
      'another schema',
      changed({ schema: 2 }),
      'fig-3.json: expected figures of schema 1, got 2: the file is of another version of this page; reload the page',
    ],
    ['no object', '7', 'fig-3.json: expected Object, got 7'],
    ['an unknown scale', changed({ scale: 'huge' }), 'fig-3.json, scale: expected ("nano" | "micro"), got "huge"'],
    ['a unit', changed({ panels: [{ ...lines.panels[0], unit: 'bananas' }] }), 'fig-3.json, panels.0.unit: expected'],
    ['no panels', changed({ panels: [] }), 'fig-3.json, panels: expected'],
    ['an id that is a path', changed({ id: '../x' }), 'fig-3.json, id: expected'],
    ['a text for a number', changed({ paper: [{ ...lines.paper[0], value: '9' }] }), 'fig-3.json, paper.0.value: expected number, got "9"'],
    ['a claim', changed({ claims: [{ ...lines.claims[0], outcome: 'maybe' }] }), 'fig-3.json, claims.0.outcome: expected'],
    ['a run', changed({ runs: [{ ...lines.runs[0], spec: { ...lines.runs[0]?.spec, seed: -1 } }] }), 'fig-3.json, runs.0: run spec, seed: expected'],
  ])('%s is refused in words', (_, damaged, message) => {
    expect(() => parseFigureResult(damaged, 'fig-3.json')).toThrow(message);
  });

  test('the list is read the same way, and an empty one is one', () => {
    const index = indexOf([lines, rows]);
    expect(parseFigureIndex(JSON.stringify(index), 'index.json')).toEqual(index);
    expect(parseFigureIndex('[]', 'index.json')).toEqual([]);
    const [{ isPartial: _, ...early } = { isPartial: false }] = index;
    expect(parseFigureIndex(JSON.stringify([early]), 'index.json')).toEqual([early]); // recorded before figures in part were marked
    expect(() => parseFigureIndex(JSON.stringify([{ ...index[0], id: 'a/b' }]), 'index.json')).toThrow('index.json, 0.id: expected');
    expect(() => parseFigureIndex('{}', 'index.json')).toThrow('index.json: expected Array, got Object');
  });
});

test('what was made is told with its size, time and commit', () => {
  const [run] = rows.runs;
  const three = [1, 2, 3].map((seed) => ({ ...run!, spec: { ...run!.spec, seed, examples: 2000 * seed }, made: { ...run!.made, hours: 0.3 } }));
  expect(madeText({ ...rows, runs: three })).toBe(
    'small-scale re-enactment: nano, N up to 6,000 rows, 3 seeds, made on wasm in 54 min (commit e4fb073), not the paper’s models',
  );
  const elsewhere = { ...three[0]!, made: { ...run!.made, hours: 1.5, backend: 'webgpu', commit: 'abcdef0123' } };
  expect(madeText({ ...rows, runs: [...three, elsewhere] })).toContain('made on wasm and webgpu in 2.4 h (commits e4fb073, abcdef0)');
  expect(madeText({ ...rows, runs: [] })).toContain('no runs yet');
});
