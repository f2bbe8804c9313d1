/**
 * Scene -> SVG, for people: the same geometry as the rasteriser, crisp at any size. Text is drawn as paths of our own outlines, so no font is needed. `sceneToSvgTree` is
 * for pages that build elements (no markup strings under Trusted Types), `sceneToSvg` for files.
 */
import { fontMetrics } from './atlas.ts';
import { placeGlyphs } from './layout.ts';
import type { Rgb, Scene, Shape, TextShape } from './scene.ts';

/** One element of the SVG namespace. A child that is a string is text. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (SvgNode | string)[];
}

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** A standalone SVG document. */
export function sceneToSvg(scene: Scene): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serialise(sceneToSvgTree(scene), true)}\n`;
}

/** The picture as elements: `<title>` and `<desc>` first, then the background, then one element per shape, in order. */
export function sceneToSvgTree(scene: Scene): SvgNode {
  const { widthPx, heightPx, title, description, background, shapes } = scene;
  return node('svg', { width: `${widthPx}px`, height: `${heightPx}px`, viewBox: `0 0 ${widthPx} ${heightPx}`, role: 'img' }, [
    node('title', {}, [title]),
    node('desc', {}, [description]),
    node('rect', { width: String(widthPx), height: String(heightPx), fill: colour(background) }),
    ...shapes.map(shapeNode),
  ]);
}

function shapeNode(shape: Shape): SvgNode {
  switch (shape.kind) {
    case 'rectangle': {
      const { x, y, width, height, fill } = shape;
      return node('rect', { x: String(x), y: String(y), width: String(width), height: String(height), fill: colour(fill) });
    }
    case 'line': {
      const { x1, y1, x2, y2, widthPx, stroke } = shape;
      const ends = { x1: String(x1), y1: String(y1), x2: String(x2), y2: String(y2) };
      return node('line', { ...ends, stroke: colour(stroke), 'stroke-width': String(widthPx) });
    }
    case 'polygon': {
      const { x: left = 0, y: top = 0, points, fill } = shape;
      return node('polygon', { points: points.map(([x, y]) => `${left + x},${top + y}`).join(' '), fill: colour(fill) });
    }
    case 'text':
      return textNode(shape);
    default:
      return shape satisfies never;
  }
}

/** A group of one path per glyph with ink; `data-text` keeps the words. */
function textNode(shape: TextShape): SvgNode {
  const scale = shape.sizePx / fontMetrics(shape.font).unitsPerEm;
  const glyphs = placeGlyphs(shape)
    .filter(({ glyph }) => glyph.path !== '')
    .map(({ glyph, x, y }) => node('path', { transform: `translate(${x} ${y}) scale(${scale * (shape.stretch ?? 1)} ${-scale})`, d: glyph.path }));
  return node('g', { fill: colour(shape.fill), 'data-text': shape.text }, glyphs);
}

function node(tag: string, attributes: Readonly<Record<string, string>>, children: readonly (SvgNode | string)[] = []): SvgNode {
  return { tag, attributes, children };
}

function colour(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function serialise({ tag, attributes, children }: SvgNode, isRoot: boolean): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const open = `<${tag}${isRoot ? ` xmlns="${SVG_NAMESPACE}"` : ''}${written.join('')}`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>${children.map((child) => (typeof child === 'string' ? escapeXml(child) : serialise(child, false))).join('')}</${tag}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
