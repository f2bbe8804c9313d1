/** Charts of recorded figures: what stands where, against arithmetic of its own; and that any text stays text. */
import { describe, expect, test } from 'vitest';
import type { FigureResult } from '../../../src/study/figures/figure-result.ts';
import type { Panel, Reading } from '../../../src/study/figures/figure.ts';
import { axisNumber, axisOfValues, linearAxis, spreadLabels } from '../../../src/study/figures/plot-axis.ts';
import { figureSvg, panelHeight, paperSvg, sheetSvg } from '../../../src/study/figures/plot.ts';
import { wrapped } from '../../../src/study/figures/plot-svg.ts';
import { madeText, panelSummary, whoseText } from '../../../src/study/figures/words.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';
import { elementsOf, readXml, textIn } from '../../support/xml.ts';
import type { XmlElement } from '../../support/xml.ts';

const SIZE = { widthPx: 500, heightPx: 280 } as const;
const PANEL: Panel = { id: 'p', title: 'hard, text', xLabel: 'N', isXLogarithmic: true, yLabel: 'exact match', unit: 'percent' };

function resultWith(readings: readonly Partial<Reading>[], changes: Partial<FigureResult> = {}): FigureResult {
  return {
    ...FIGURE_FIXTURES.lines,
    ...{ panels: [PANEL], paper: [] },
    readings: readings.map((reading) => ({ panel: 'p', series: 'Mix', seed: 1, x: 100, value: 50, low: null, high: null, ...reading })),
    ...changes,
  };
}

const draw = (result: FigureResult, size: { widthPx: number; heightPx: number } = SIZE): XmlElement =>
  readXml(figureSvg(result, 'p', { theme: 'print', ...size }));

/** The group of a series. */
function seriesIn(svg: XmlElement, name: string): XmlElement {
  const group = [...elementsOf(svg)].find(({ attributes }) => attributes['data-series'] === name);
  if (group === undefined) throw new Error(`no series ${name}`);
  return group;
}
const numbersOf = (element: XmlElement, ...names: string[]): number[] => names.map((name) => Number(element.attributes[name]));
const dotsOf = (svg: XmlElement, name: string): number[][] =>
  [...elementsOf(seriesIn(svg, name))].filter((element) => element.name === 'circle').map((circle) => numbersOf(circle, 'cx', 'cy'));
/** Where a text of the chart stands, by its words. */
function placeOf(svg: XmlElement, words: string): [number, number] {
  const found = [...elementsOf(svg)].find((element) => element.name === 'text' && textIn(element) === words);
  if (found === undefined) throw new Error(`no text ${words}`);
  return [Number(found.attributes['x']), Number(found.attributes['y'])];
}
const pathsOf = (svg: XmlElement, name: string): XmlElement[] => [...elementsOf(seriesIn(svg, name))].filter((element) => element.name === 'path');

describe('a line chart', () => {
  const readings = [
    ...[1000, 2000, 8000].map((x, i) => ({ series: 'Mix', x, value: 20 + 30 * i, low: 15 + 30 * i, high: 30 + 30 * i })),
    ...[1000, 8000].map((x, i) => ({ series: 'Text', x, value: 90 - 40 * i })),
  ];
  const svg = draw(resultWith(readings));

  test('heights are linear between the ticks of 0 and 100', () => {
    const [, zero] = placeOf(svg, '0');
    const [, full] = placeOf(svg, '100');
    const toPx = (percent: number): number => zero - 4 + (percent / 100) * (full - zero);
    for (const [i, [, y]] of dotsOf(svg, 'Mix').entries()) expect(y).toBeCloseTo(toPx(20 + 30 * i), 1);
    for (const [i, [, y]] of dotsOf(svg, 'Text').entries()) expect(y).toBeCloseTo(toPx(90 - 40 * i), 1);
  });

  test('on the logarithmic axis 2,000 stands a third of the way from 1,000 to 8,000, under its label', () => {
    const [[a = 0] = [], [b = 0] = [], [c = 0] = []] = dotsOf(svg, 'Mix');
    expect((b - a) / (c - a)).toBeCloseTo(1 / 3, 3);
    // Two series share x: they stand 2.5 px left and right of it.
    expect(placeOf(svg, '2,000')[0] - b).toBeCloseTo(2.5, 5);
    const linear = draw(resultWith(readings, { panels: [{ ...PANEL, isXLogarithmic: false }] }));
    const [[d = 0] = [], [e = 0] = [], [f = 0] = []] = dotsOf(linear, 'Mix');
    expect((e - d) / (f - d)).toBeCloseTo(1 / 7, 3);
  });

  test('intervals are whiskers from low to high; those that are not known are not drawn', () => {
    const [, zero] = placeOf(svg, '0');
    const [, full] = placeOf(svg, '100');
    const toPx = (percent: number): number => zero - 4 + (percent / 100) * (full - zero);
    const whiskers = pathsOf(svg, 'Mix')[0]?.attributes['d'] ?? '';
    const ends = [...whiskers.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(([, low, high]) => [Number(low), Number(high)]);
    expect(ends).toHaveLength(3);
    for (const [i, [low = 0, high = 0]] of ends.entries()) {
      expect(low).toBeCloseTo(toPx(15 + 30 * i), 1);
      expect(high).toBeCloseTo(toPx(30 + 30 * i), 1);
    }
    expect(pathsOf(svg, 'Text').filter(({ attributes }) => /V/.test(attributes['d'] ?? ''))).toEqual([]);
  });

  test('several seeds are one point: their mean, and t times the standard error around it', () => {
    const seeds = [40, 50, 60].map((value, i) => ({ seed: i, x: 1000, value }));
    const drawn = draw(resultWith([...seeds, { seed: 0, x: 2000, value: 10 }]));
    const [, zero] = placeOf(drawn, '0');
    const [, full] = placeOf(drawn, '100');
    const toPx = (percent: number): number => zero - 4 + (percent / 100) * (full - zero);
    expect(dotsOf(drawn, 'Mix')[0]?.[1]).toBeCloseTo(toPx(50), 1);
    const half = (4.303 * 10) / Math.sqrt(3); // two degrees of freedom; the standard deviation is 10
    const [, low, high] = /V?([\d.]+)V([\d.]+)/.exec(pathsOf(drawn, 'Mix')[0]?.attributes['d']?.replace(/^M[\d.]+ /, '') ?? '') ?? [];
    expect(Number(low)).toBeCloseTo(toPx(50 - half), 1);
    expect(Number(high)).toBeCloseTo(toPx(50 + half), 1);
  });

  test('an interval beyond the axis is cut there and has no cap', () => {
    const wide = draw(resultWith([{ x: 10, value: 95, low: 80, high: 130 }, { x: 20, value: 50 }])); // prettier-ignore
    const path = pathsOf(wide, 'Mix')[0]?.attributes['d'] ?? '';
    const [, full] = placeOf(wide, '100');
    expect(Number(/V([\d.]+)/.exec(path)?.[1])).toBeCloseTo(full - 4, 1);
    expect(path.match(/h8/g)).toHaveLength(1);
  });

  test('many points have a band, and stand exactly at their x', () => {
    const many = ['Mix', 'Text'].flatMap((series, k) =>
      [1, 10, 100, 1000, 10_000].map((x) => ({ series, x, value: 40 + 20 * k, low: 30 + 20 * k, high: 45 + 20 * k })),
    );
    const banded = draw(resultWith(many));
    expect(dotsOf(banded, 'Mix').map(([x]) => x)).toEqual(dotsOf(banded, 'Text').map(([x]) => x));
    const band = pathsOf(banded, 'Mix')[0];
    expect(band?.attributes['d']).toMatch(/^M.*Z$/);
    expect(band?.attributes['d']?.split('L')).toHaveLength(10);
    expect(band?.attributes['fill-opacity']).toBe('0.14');
  });

  test('each series has its own colour and dash, the same in every panel, and its name at its end; names do not touch', () => {
    const close = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].flatMap((series) => [1, 2].map((x) => ({ series, x, value: 50 })));
    const drawn = draw(resultWith(close));
    const inks = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => {
      const line = pathsOf(drawn, name).find(({ attributes }) => attributes['stroke-width'] === '2');
      return `${line?.attributes['stroke']} ${line?.attributes['stroke-dasharray'] ?? 'solid'}`;
    });
    expect(new Set(inks).size).toBe(8);
    const heights = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => placeOf(drawn, name)[1]).sort((a, b) => a - b);
    for (const [i, y] of heights.slice(1).entries()) expect(y - (heights[i] ?? 0)).toBeGreaterThanOrEqual(14.9);
    const other = draw(resultWith(close.map((reading) => ({ ...reading, panel: reading.series < 'C' ? 'q' : 'p' }))));
    expect(pathsOf(other, 'C').map(({ attributes }) => attributes['stroke'])).toContain(inks[2]?.split(' ')[0]);
  });

  test('a series with one point is a dot without a line', () => {
    const drawn = draw(resultWith([{ x: 10 }, { x: 20 }, { series: 'Once', x: 20, value: 70 }])); // prettier-ignore
    expect(dotsOf(drawn, 'Once')).toHaveLength(1);
    expect(pathsOf(drawn, 'Once').filter(({ attributes }) => attributes['stroke-width'] === '2')).toEqual([]);
    expect(dotsOf(drawn, 'Mix')).toHaveLength(2);
  });

  test('values that are no percent have an axis that holds them, with a unit in its name; no loss is below 0', () => {
    const panels: Panel[] = [{ ...PANEL, unit: 'nats', yLabel: 'loss' }];
    const drawn = draw(resultWith([{ x: 1, value: 0.4, low: -3, high: 3.8 }, { x: 2, value: 2.6 }], { panels })); // prettier-ignore
    expect(placeOf(drawn, 'loss, nats')).toBeDefined();
    const ticks = [...elementsOf(drawn)].filter(({ name, attributes }) => name === 'text' && attributes['text-anchor'] === 'end').map(textIn);
    expect(ticks).toEqual(['0', '1', '2', '3', '4']);
    const score = draw(resultWith([{ x: 1, value: -0.4 }, { x: 2, value: 0.6 }], { panels: [{ ...PANEL, unit: 'score' }] })); // prettier-ignore
    const [, zero] = placeOf(score, '0');
    expect(dotsOf(score, 'Mix')[0]?.[1]).toBeGreaterThan(zero - 4);
  });

  test('points left of 0 have no place on a logarithmic axis; numbers that are none are not drawn', () => {
    const drawn = draw(resultWith([{ x: 0 }, { x: 10 }, { x: 20 }, { x: 30, value: Number.NaN }])); // prettier-ignore
    expect(dotsOf(drawn, 'Mix')).toHaveLength(2);
  });
});

describe('a chart of one x', () => {
  const result = resultWith(
    [
      { series: 'Mix', x: 6000, value: 25, low: 20, high: 45 },
      { series: 'Text', x: 6000, value: 75 },
    ],
    { paper: [{ panel: 'p', series: 'Far', x: 160_000, value: 43 }] },
  );
  const size = { widthPx: 500, heightPx: panelHeight(result, 'p') };
  const svg = draw(result, size);

  test('has a row per series, with values from left to right and the x in the name of the axis', () => {
    const [zero] = placeOf(svg, '0');
    const [full] = placeOf(svg, '100');
    const [[mixX = 0, mixY = 0] = []] = dotsOf(svg, 'Mix');
    const [[textX = 0, textY = 0] = []] = dotsOf(svg, 'Text');
    expect(mixX).toBeCloseTo(zero + 0.25 * (full - zero), 1);
    expect(textX).toBeCloseTo(zero + 0.75 * (full - zero), 1);
    expect(textY - mixY).toBeCloseTo(36, 0);
    const whisker = /M([\d.]+) [\d.]+H([\d.]+)/.exec(pathsOf(svg, 'Mix')[0]?.attributes['d'] ?? '');
    expect(Number(whisker?.[1])).toBeCloseTo(zero + 0.2 * (full - zero), 1);
    expect(Number(whisker?.[2])).toBeCloseTo(zero + 0.45 * (full - zero), 1);
    expect(placeOf(svg, 'exact match, % (N: 6,000)')).toBeDefined();
  });

  test('the paper has the same rows on a chart of its own, and neither draws a number of the other', () => {
    const paper = readXml(paperSvg(result, 'p', { theme: 'print', ...size }));
    expect(dotsOf(svg, 'Far')).toEqual([]);
    expect(dotsOf(paper, 'Mix')).toEqual([]);
    expect(dotsOf(paper, 'Far')).toHaveLength(1);
    expect(placeOf(paper, 'the paper: Eagle-X2-Llama3-8B')).toBeDefined();
    expect(placeOf(paper, 'Far')[1]).toBe(placeOf(svg, 'Far')[1]);
    const elsewhere = { ...result, readings: [...result.readings, { ...result.readings[0]!, panel: 'q', series: 'Elsewhere' }] };
    expect(textIn(draw(elsewhere, size))).not.toContain('Elsewhere');
  });
});

test('a link is broken before the edge, whole when joined, and words stay whole', () => {
  const link = `https://example.org/#n3.${'W0m_'.repeat(90)}`;
  const [first, ...lines] = wrapped(`Again: ${link}`, 920, 12);
  expect([first, lines.join('')]).toEqual(['Again:', link]);
  expect(Math.max(...lines.map(({ length }) => length)) * 12 * 0.7).toBeLessThanOrEqual(920);
  expect(wrapped('words of a sentence', 80, 12)).toEqual(['words of a', 'sentence']);
});

describe('any chart', () => {
  test('without readings says so', () => {
    expect(placeOf(draw(resultWith([])), 'No readings yet.')).toBeDefined();
    expect(textIn(readXml(paperSvg(resultWith([{}]), 'p', { theme: 'dark', ...SIZE })))).toContain('The paper states no number here.');
  });

  test('a panel that is not there is an error that lists those that are', () => {
    expect(() => figureSvg(resultWith([]), 'q', { theme: 'light', ...SIZE })).toThrow('figure fig-3, panel: expected p, got q');
  });

  test('text of any kind stays text', () => {
    const evil = '</text><script>alert(1)</script>&amp;"\'\u0000\u000B\uFFFF😀';
    const shown = '</text><script>alert(1)</script>&amp;"\'😀';
    const result = resultWith([{ series: evil, x: 1 }, { series: evil, x: 2 }], { title: evil, panels: [{ ...PANEL, title: evil, xLabel: evil, yLabel: evil }] }); // prettier-ignore
    for (const text of [
      figureSvg(result, 'p', { theme: 'light', widthPx: 4000, heightPx: 280 }),
      sheetSvg(result, { theme: 'print', widthPx: 8000 }).svg,
    ]) {
      const svg = readXml(text);
      expect([...elementsOf(svg)].map(({ name }) => name)).not.toContain('script');
      expect(textIn(svg).split(shown).length).toBeGreaterThan(3);
    }
  });

  test('has a title and a description that tell all points, no script, no style, no address', () => {
    const text = figureSvg(FIGURE_FIXTURES.rows, 'direct', { theme: 'dark', ...SIZE });
    const [title, description] = readXml(text).children as XmlElement[]; // the first two are elements
    expect(title?.name).toBe('title');
    expect(textIn(title!)).toBe('Convert at test time, Table Readout: hard, picture, asked directly, ours');
    expect(textIn(description!)).toBe(panelSummary(FIGURE_FIXTURES.rows, 'direct', 'ours'));
    expect(textIn(description!)).toMatch(/Mix\+: \d+\.\d \(95 % \d+\.\d to \d+\.\d\) at [\d,]+\. Align-Mix\+: /);
    expect(text).not.toMatch(/<style|style=|<script|href|url\(|@import/);
  });

  test('every theme and width of the real figures is well-formed and inside its frame', () => {
    for (const result of Object.values(FIGURE_FIXTURES))
      for (const theme of ['light', 'dark', 'print'] as const)
        for (const widthPx of [290, 560, 1100])
          for (const { id } of result.panels) {
            const svg = readXml(figureSvg(result, id, { theme, widthPx, heightPx: panelHeight(result, id) }));
            for (const { name, attributes } of elementsOf(svg)) {
              if (name !== 'circle') continue;
              expect(Number(attributes['cx'])).toBeGreaterThan(0);
              expect(Number(attributes['cx'])).toBeLessThan(widthPx);
            }
          }
  });

  test('the sheet holds every panel, ours and the paper’s, and says what it is', () => {
    const { svg, widthPx, heightPx } = sheetSvg(FIGURE_FIXTURES.lines, { theme: 'print', widthPx: 960 });
    const root = readXml(svg);
    expect(numbersOf(root, 'width', 'height')).toEqual([widthPx, heightPx]);
    const cells = [...elementsOf(root)].filter(({ name }) => name === 'svg');
    expect(cells).toHaveLength(12);
    expect(new Set(cells.map(({ attributes }) => `${attributes['x']} ${attributes['y']}`)).size).toBe(12);
    // Lines are broken between words.
    const words = [...elementsOf(root)]
      .filter(({ name }) => name === 'text')
      .map(textIn)
      .join(' ');
    expect(words).toContain(`Ours: ${madeText(FIGURE_FIXTURES.lines)}.`);
  });
});

describe('axes', () => {
  const span = { from: 0, to: 100 };
  test('a linear axis widens to round ticks', () => {
    expect(linearAxis(0, 100, span).ticks.map(({ at }) => at)).toEqual([0, 25, 50, 75, 100]);
    expect(linearAxis(0, 3.1, span).ticks.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4]);
    expect(linearAxis(-0.3, 0.31, span).ticks.map(({ at }) => at)).toEqual([-0.4, -0.2, 0, 0.2, 0.4]);
    expect(linearAxis(0.3, 0.7, span).ticks.map(({ at }) => at)).toEqual([0.3, 0.4, 0.5, 0.6, 0.7]); // 0.3 / 0.1 is a little less than 3
    expect(linearAxis(0, 0, span).ticks.length).toBeGreaterThan(1);
    expect(linearAxis(0, 4, { from: 80, to: 0 }).px(1)).toBe(60);
  });
  test('counted values are ticks; measured ones get round numbers on a logarithmic axis', () => {
    expect(axisOfValues([6000, 1500, 3000, 1500], true, span).ticks.map(({ at, px }) => [at, px])).toEqual([[1500, 0], [3000, 50], [6000, 100]]); // prettier-ignore
    expect(axisOfValues([0.31, 7.7, 55.5], true, span).ticks.map(({ at }) => at)).toEqual([0.5, 1, 2, 5, 10, 20, 50]);
    expect(axisOfValues([2.1, 3.4], true, span).ticks.map(({ at }) => at)).toEqual([2.1, 3.4]);
    expect(axisOfValues([1, 2, 3, 5, 8, 13, 21, 34], true, span).ticks.map(({ at }) => at)).toEqual([1, 2, 5, 10, 20]);
    expect(axisOfValues([5], false, span).ticks.map(({ px }) => px)).toEqual([50]);
  });
  test('numbers are short', () => {
    expect([0, 1500, 160_000, 2_500_000, 0.25, -0.5, 0.00002].map(axisNumber)).toEqual(['0', '1,500', '160k', '2.5M', '0.25', '-0.5', '2e-5']);
  });
  test('labels keep their order, their distance and the frame, and give way where there is no room', () => {
    expect(spreadLabels([10, 10, 90], 15, 0, 100)).toEqual([10, 25, 90]);
    expect(spreadLabels([95, 99], 15, 0, 100)).toEqual([85, 100]);
    expect(spreadLabels([50], 15, 0, 100)).toEqual([50]);
    expect(spreadLabels([5, 5, 5], 80, 0, 100)).toEqual([0, 50, 100]);
  });
});

test('a panel says over how many seeds its own points are, which may be fewer than elsewhere', () => {
  const { lines } = FIGURE_FIXTURES;
  const [panel = '', other = ''] = lines.panels.map(({ id }) => id);
  const fewer = { ...lines, readings: lines.readings.filter(({ panel: id, seed, series }) => id !== other || seed === 1 || series === 'Mix') };
  expect(panelSummary(fewer, panel, 'ours')).toContain('mean of 2 seeds');
  expect(panelSummary(fewer, other, 'ours')).toContain('mean of 1 to 2 seeds');
  expect(whoseText({ ...fewer, readings: fewer.readings.filter(({ panel: id, seed }) => id !== other || seed === 1) }, 'ours', other)).toContain(
    'one seed',
  );
});
