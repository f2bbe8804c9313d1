import { expect, test } from 'vitest';
import { placeGlyphs } from '../../../src/tasks/render/layout.ts';
import { sceneToSvg, sceneToSvgTree } from '../../../src/tasks/render/svg.ts';
import { GOLDEN_SCENES } from '../../support/golden-scenes.ts';

const TAG_OF = { rectangle: 'rect', line: 'line', polygon: 'polygon', text: 'g' } as const;

test.each(GOLDEN_SCENES)('every shape is one element, in order, after title, description and background: $name', ({ scene }) => {
  const { tag, attributes, children } = sceneToSvgTree(scene);
  expect(tag).toBe('svg');
  expect(attributes).toMatchObject({ width: `${scene.widthPx}px`, height: `${scene.heightPx}px`, viewBox: `0 0 ${scene.widthPx} ${scene.heightPx}` });
  const tags = children.map((child) => (typeof child === 'string' ? child : child.tag));
  expect(tags).toEqual(['title', 'desc', 'rect', ...scene.shapes.map(({ kind }) => TAG_OF[kind])]);
});

test.each(GOLDEN_SCENES)('glyphs stand where the rasteriser puts them: $name', ({ scene }) => {
  const { children } = sceneToSvgTree(scene);
  for (const [i, shape] of scene.shapes.entries()) {
    const group = children[i + 3];
    if (shape.kind !== 'text' || group === undefined || typeof group === 'string') continue;
    expect(group.attributes['data-text']).toBe(shape.text);
    const places = group.children.map((child) =>
      typeof child === 'string' ? '' : /translate\((.*?)\)/.exec(child.attributes['transform'] ?? '')?.[1],
    );
    const inked = placeGlyphs(shape).filter(({ glyph }) => glyph.contours.length > 0);
    expect(places).toEqual(inked.map(({ x, y }) => `${x} ${y}`));
  }
});

test.each(GOLDEN_SCENES)('the document stands alone and its tags close: $name', ({ scene }) => {
  const svg = sceneToSvg(scene);
  expect(svg).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+px" height="\d+px"/);
  const open: string[] = [];
  const rest = svg
    .replace(/^<\?xml.*?\?>/, '')
    .replaceAll(/<(\/?)([a-z]+)((?: [a-zA-Z0-9-:]+="[^"<>]*")*)(\/?)>/g, (_, closes: string, tag: string, __, isEmpty: string) => {
      if (closes === '/') expect(open.pop()).toBe(tag);
      else if (isEmpty !== '/') open.push(tag);
      return '';
    });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest).not.toMatch(/&(?!(amp|lt|gt|quot);)/);
});

test('no fonts, styles, scripts or links: the paths are all there is', () => {
  for (const { scene } of GOLDEN_SCENES) expect(sceneToSvg(scene)).not.toMatch(/<text|font|style|<script|href/);
});

test('signs of markup in titles and texts are escaped', () => {
  const svg = sceneToSvg(GOLDEN_SCENES.at(-1)?.scene ?? { widthPx: 1, heightPx: 1, background: [0, 0, 0], shapes: [], title: '', description: '' });
  expect(svg).toContain('<title>Shapes &amp; &lt;signs&gt;</title><desc>One of each &quot;kind&quot;.</desc>');
  expect(svg).toContain('data-text="Ag&amp;&lt;1&gt;"');
});
