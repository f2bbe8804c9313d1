/** Maps of a figure as SVG: which are taken, how dark a patch is, which are outlined; and that a sheet has them below its charts. */
import { expect, test } from 'vitest';
import type { FigureMap } from '../../../src/study/figures/figure.ts';
import { mapsAt, mapsDrawing, stepsOfMaps } from '../../../src/study/figures/plot-maps.ts';
import { sheetSvg } from '../../../src/study/figures/plot.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';
import { elementsOf, readXml, textIn } from '../../support/xml.ts';

const map = (changes: Partial<FigureMap>): FigureMap => ({
  ...{ title: 'r1c1 to r1c2', columns: 2, kept: [0, 0.64, 0.16, 0.2], own: [2], series: 'Mix+', seed: 1, step: 9 },
  ...changes,
});
const MAPS = [map({ step: 3, kept: [1, 0, 0, 0] }), map({}), map({ series: 'Align-Mix+', step: 12, own: [0, 1] }), map({ seed: 2 })];
const INK = { ink: 'black', soft: 'grey', line: 'silver', mark: 'orange', own: 'blue' };

test('the maps of the first seed are taken, of each series at its last step or so many before', () => {
  expect(mapsAt(MAPS)).toEqual([MAPS[1], MAPS[2]]);
  expect(mapsAt(MAPS, 1)).toEqual([MAPS[0]]);
  expect(stepsOfMaps(MAPS)).toEqual([
    { back: 1, label: '3' },
    { back: 0, label: '9, 12' },
  ]);
});

test('darkness is the root of the share of the darkest; what the words speak of is outlined, in its place', () => {
  const { body, heightPx } = mapsDrawing([map({})], { widthPx: 200, ink: INK, text: () => '' });
  const rects = [...elementsOf(readXml(`<svg>${body}</svg>`))].filter(({ name }) => name === 'rect').map(({ attributes }) => attributes);
  const marked = rects.filter(({ fill }) => fill === 'orange');
  expect(marked.map((each) => [each['x'], each['y'], each['fill-opacity']])).toEqual([
    ['100', '36', '1.000'],
    ['0', '136', '0.500'],
    ['100', '136', '0.559'],
  ]);
  expect(rects.filter(({ stroke }) => stroke === 'blue').map(({ x, y, width }) => [x, y, width])).toEqual([['0', '136', '100']]);
  expect(heightPx).toBe(18 + 18 + 200 + 14);
});

test('a sheet with maps is higher by them and names each part', () => {
  const options = { theme: 'print', widthPx: 960 } as const;
  const plain = sheetSvg(FIGURE_FIXTURES.lines, options);
  const sheet = sheetSvg({ ...FIGURE_FIXTURES.lines, maps: MAPS }, options);
  expect(sheet.heightPx).toBeGreaterThan(plain.heightPx + 300);
  const texts = [...elementsOf(readXml(sheet.svg))].filter(({ name }) => name === 'text').map(textIn);
  expect(texts).toEqual(expect.arrayContaining(['Mix+, step 9', 'Align-Mix+, step 12']));
  expect(texts.filter((words) => words === 'r1c1 to r1c2')).toHaveLength(2);
  expect(texts.some((words) => words.startsWith('Where it looks, one example: darker where'))).toBe(true);
});
