/** Files and numbers of a map, by hand. */
import { expect, test } from 'vitest';
import type { AnswerParts } from '../../../src/study/answer-parts.ts';
import { LINK_DEFAULTS_3 } from '../../../src/study/link-defaults.ts';
import type { LookView } from '../../../src/study/notebook-state.ts';
import { captionOf, filmCaption, lookSvg, mapCsv, mapJson } from '../../../src/ui/elements/look-files.ts';
import type { LookSubject } from '../../../src/ui/elements/look-files.ts';
import { elementsOf, readXml, textIn } from '../../support/xml.ts';
import { areasOf, mapView, sharesOf } from '../../../src/ui/elements/map-view.ts';

const VIEW: LookView = { ...LINK_DEFAULTS_3.look, topPercent: 25 };
/** 2 x 2 patches of 1 px. */
const map = (...scores: number[]) => ({ widthPx: 2, heightPx: 2, map: Float32Array.from(scores), completeness: null });
const [OWN, OTHER] = [mapView({ name: 'one, "a"', map: map(4, -2, 1, 1) }, VIEW, 1), mapView({ name: 'two', map: map(0, 0, 0, 8) }, VIEW, 1)];
const SUBJECT: LookSubject = {
  run: 'one, step 8',
  example: 'table-readout, hard, eval, seed 1, example 3',
  record: 'image',
  response: 'gold',
  tokens: ['path', 'r1', 'c1', '\n'].map((text, i) => ({ text, kind: 'x', isPrompt: i === 0, loss: null })),
  span: { from: 1, to: 3 },
  link: () => `https://example.org/#n3.${'x'.repeat(200)}`,
};
const PARTS: AnswerParts = {
  starts: { token: [1, 2, 3], cell: [1, 3], line: [1], segment: [1], answer: [1] },
  spokenOf: [[], ['r1c1'], ['r1c1'], []],
  places: { r1c1: { label: 'AlphaWidget, March: 7', patches: [3], headers: [1, 2] }, r9c9: { label: 'never', patches: [0], headers: [] } },
  path: ['r1c1'],
};

test('the caption says what is needed to make the map again', () => {
  expect(captionOf(SUBJECT, [OWN], VIEW)).toEqual([
    'While the model writes “r1 c1”.',
    'Run one, step 8; table-readout, hard, eval, seed 1, example 3; image record, the right answer read.',
    'gradient × input, mean over 2 words; signed scores; marked: the 1 highest pixels of 4, 25 % of the pixels.',
  ]);
  expect(captionOf(SUBJECT, [OWN, OTHER], VIEW)[1]).toContain('beside two on one scale');
});

test('the table has a line for each pixel and a column for each map, and the link once', () => {
  const link = (): string => 'https://example.org/#n3.x';
  expect(mapCsv({ link }, [OWN, OTHER])).toBe(`y,x,"one, ""a""",two,marked,link\n0,0,4,0,1,${link()}\n0,1,-2,0,0,\n1,0,1,0,0,\n1,1,1,8,0,\n`);
  expect(mapCsv({ link }, [])).toBe('');
});

test('the JSON holds the scores and the words', () => {
  expect(JSON.parse(mapJson(SUBJECT, [OWN], VIEW))).toMatchObject({
    method: 'gradient-input',
    link: SUBJECT.link(),
    words: { from: 1, to: 3, texts: ['r1', 'c1'] },
    maps: [{ name: 'one, "a"', kept: 1, scores: [4, -2, 1, 1] }],
  });
});

test('the drawing is well-formed, whatever the names, and has both pictures', () => {
  const layers = [OWN, OTHER].map(({ name }) => ({ name: `${name} <&>`, base: 'data:image/png;base64,AA', overlay: 'data:image/png;base64,BB' }));
  const { svg, widthPx, heightPx } = lookSvg(
    layers,
    100,
    50,
    ['a caption that is a good deal longer than one line of the picture can be, so that it breaks'],
    true,
  );
  const root = readXml(svg);
  expect([...elementsOf(root)].filter(({ name }) => name === 'image')).toHaveLength(4);
  expect(svg.match(/opacity="0.4"/g)).toHaveLength(2);
  expect(textIn(root)).toContain('two <&>');
  expect(svg.match(/<text /g)?.length).toBeGreaterThan(3);
  expect(svg).toContain(`width="${widthPx}" height="${heightPx}"`);
});

test('many pictures stand in rows, each with its name and room for it, the caption below all', () => {
  const layers = Array.from({ length: 7 }, (_, i) => ({ name: `step ${i}`, base: 'data:,', overlay: `data:,${i}` }));
  const { svg, widthPx } = lookSvg(layers, 40, 20, ['the caption'], true, 3);
  const images = [...elementsOf(readXml(svg))].filter(({ name, attributes }) => name === 'image' && attributes['href']?.length === 7);
  const at = images.map(({ attributes }) => [Number(attributes['x']), Number(attributes['y'])]);
  expect(new Set(at.map(([x]) => x)).size).toBe(3);
  expect(new Set(at.map(([, y]) => y)).size).toBe(3);
  expect((at[1]?.[0] ?? 0) - (at[0]?.[0] ?? 0)).toBeGreaterThanOrEqual(80);
  expect(widthPx).toBe(4 * (3 * 88 + 8));
  const texts = [...elementsOf(readXml(svg))].filter(({ name }) => name === 'text');
  expect(Number(texts.at(-1)?.attributes['y'])).toBeGreaterThan(20 + Math.max(...at.map(([, y]) => y ?? 0)));
});

test('the caption of a strip says of what, whose and how, and what full colour means', () => {
  expect(filmCaption(SUBJECT, VIEW, 'Maps of “r1 c1” of the correct answer', 'One scale for all.')).toEqual([
    'Maps of “r1 c1” of the correct answer.',
    'Run one, step 8; table-readout, hard, eval, seed 1, example 3; image record.',
    'gradient × input, mean over 2 words; signed scores. One scale for all.',
  ]);
});

test('a long link is broken to the width of the picture and whole when its lines are joined', () => {
  const link = SUBJECT.link();
  const { svg } = lookSvg([{ name: 'one', base: 'data:,', overlay: 'data:,' }], 100, 50, [`Again: ${link}`], true);
  const lines = [...elementsOf(readXml(svg))].filter(({ name }) => name === 'text').map(textIn);
  expect(lines.join('').replaceAll(' ', '')).toBe(`Again:${link}`);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100 / (5.5 * 0.7));
});

test('shares of the places of the words, their names, and elsewhere, by hand', () => {
  const areas = areasOf(PARTS, SUBJECT.span, 4);
  expect(areas.map(({ label, patches }) => [label, patches])).toEqual([
    ['AlphaWidget, March: 7', [3]],
    ['the names of its row and column', [1, 2]],
    ['the one place of the path', [3]],
    ['the names of its rows and columns', [1, 2]],
    ['elsewhere', [0]],
  ]);
  expect(sharesOf(OWN, areas).map(({ mass, kept, area }) => [mass, kept, area])).toEqual([
    [1 / 8, 0, 0.25],
    [3 / 8, 0, 0.5],
    [1 / 8, 0, 0.25],
    [3 / 8, 0, 0.5],
    [4 / 8, 1, 0.25],
  ]);
  expect(areasOf(PARTS, { from: 3, to: 4 }, 4).map(({ label }) => label)).not.toContain('the 0 places of these words');
});
