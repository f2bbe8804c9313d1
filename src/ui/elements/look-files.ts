/** A map as files: a caption that says all that is needed to make it again, with a link that does, the numbers, the picture with its words. Pure. */
import type { Calls } from '../../../workers/protocol.ts';
import { csvText } from '../../lib/csv.ts';
import { label, wrapped } from '../../study/figures/plot-svg.ts';
import type { LookView, TokenSpan } from '../../study/notebook-state.ts';
import { count } from './format.ts';
import { AGGREGATE_OPTIONS, labelOf, METHOD_OPTIONS, SIGN_OPTIONS } from './look-settings.ts';
import type { MapView } from './map-view.ts';
import { nameOfSpan } from './token-span.ts';

/** What a map is of. */
export interface LookSubject {
  /** `amber fox, step 8`. */
  readonly run: string;
  /** `consecutive-table-readout, hard, eval, seed 1, example 3`. */
  readonly example: string;
  readonly record: string;
  readonly response: LookView['response'];
  readonly tokens: Calls['look']['out']['tokens'];
  readonly span: TokenSpan;
  /** Opens the page at this run's settings, step, example and words. Made when a file is wanted: links are packed. */
  link(): string;
}

/** Lines of text that go with a picture. */
export function captionOf(subject: LookSubject, views: readonly MapView[], view: LookView): string[] {
  const { run, example, record, response, tokens, span } = subject;
  const [own] = views;
  const other = views[1] === undefined ? '' : `, beside ${views[1].name} on one scale`;
  const share = `${view.topPercent} % of the ${view.threshold === 'mass' ? 'mass' : 'pixels'}`;
  return [
    `While the model writes ${nameOfSpan(tokens, span)}.`,
    `Run ${run}${other}; ${example}; ${record} record, ${response === 'gold' ? 'the right answer read' : 'its own answer'}.`,
    `${methodText(view, span)}; marked: the ${count(own?.kept ?? 0)} highest pixels of ${count(own?.map.map.length ?? 0)}, ${share}.`,
  ];
}

/**
 * Lines of text that go with a film strip.
 *
 * @param heading - what the maps are of.
 * @param scale - what full colour means.
 */
export function filmCaption({ run, example, record, span }: LookSubject, view: LookView, heading: string, scale: string): string[] {
  return [`${heading}.`, `Run ${run}; ${example}; ${record} record.`, `${methodText(view, span)}. ${scale}`];
}

function methodText(view: LookView, { from, to }: TokenSpan): string {
  const over = to - from > 1 ? `, ${labelOf(AGGREGATE_OPTIONS, view.aggregate)} over ${to - from} words` : '';
  return `${labelOf(METHOD_OPTIONS, view.method)}${over}; ${labelOf(SIGN_OPTIONS, view.sign)} scores`;
}

/** One line per pixel, one column per map. The link stands in the first line only: there are thousands. */
export function mapCsv({ link }: Pick<LookSubject, 'link'>, views: readonly MapView[]): string {
  const [own] = views;
  if (own === undefined) return '';
  const { widthPx, map } = own.map;
  const rows = Array.from(map, (_, i) => [
    Math.floor(i / widthPx),
    i % widthPx,
    ...views.map((view) => view.map.map[i]),
    own.mask[i],
    i === 0 ? link() : '',
  ]);
  return csvText([['y', 'x', ...views.map(({ name }) => name), 'marked', 'link'], ...rows]);
}

export function mapJson(subject: LookSubject, views: readonly MapView[], view: LookView): string {
  const [own] = views;
  const { run, example, record, response, tokens, span } = subject;
  const { method, aggregate, sign, threshold, topPercent } = view;
  return JSON.stringify({
    caption: captionOf(subject, views, view).join(' '),
    link: subject.link(),
    ...{ run, example, record, response, method, aggregate, sign, threshold, topPercent },
    words: { ...span, texts: tokens.slice(span.from, span.to).map(({ text }) => text) },
    widthPx: own?.map.widthPx ?? 0,
    heightPx: own?.map.heightPx ?? 0,
    maps: views.map(({ name, map: { map, completeness }, kept }) => ({ name, kept, completeness, scores: Array.from(map) })),
  });
}

/** A picture and its overlay, as data addresses. */
export interface Layers {
  readonly name: string;
  readonly base: string;
  readonly overlay: string;
}

/** Sizes of the file, in px of the picture. Ours. */
const GAP = 8;
const TEXT_PX = 5.5;
/** The picture under heat, as on the page (heat-picture.ts). */
const PALE = 0.4;

/** Of a picture in a row of many, so that its name has room; ours. */
const NAME_PX = 80;

/** The pictures side by side, in rows of `perRow`, enlarged four times, with the caption below. */
export function lookSvg(
  pictures: readonly Layers[],
  widthPx: number,
  heightPx: number,
  caption: readonly string[],
  isPale: boolean,
  perRow = pictures.length,
): { svg: string; widthPx: number; heightPx: number } {
  const columns = Math.min(perRow, pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const stepX = (rows > 1 ? Math.max(widthPx, NAME_PX) : widthPx) + GAP;
  const nameHeight = pictures.length > 1 ? TEXT_PX * 1.4 : 0;
  const stepY = nameHeight + heightPx + GAP;
  const width = columns * stepX + GAP;
  const lines = caption.flatMap((line) => wrapped(line, width - 2 * GAP, TEXT_PX));
  const text = (x: number, y: number, words: string): string => label(x, y, words, { fill: '#1c1d1f', size: TEXT_PX });
  const bottom = GAP + rows * stepY;
  const height = bottom + lines.length * TEXT_PX * 1.4 + GAP;
  const parts = pictures.flatMap(({ name, base, overlay }, i) => {
    const x = GAP + (i % columns) * stepX;
    const top = GAP + Math.floor(i / columns) * stepY + nameHeight;
    const place = `x="${x}" y="${top}" width="${widthPx}" height="${heightPx}" image-rendering="pixelated"`;
    return [
      ...(pictures.length > 1 ? [text(x, top - TEXT_PX * 0.5, name)] : []),
      `<image ${place} href="${base}"${isPale ? ` opacity="${PALE}"` : ''}/>`,
      `<image ${place} href="${overlay}"/>`,
      `<rect x="${x}" y="${top}" width="${widthPx}" height="${heightPx}" fill="none" stroke="#8d897f" stroke-width="0.5"/>`,
    ];
  });
  const words = lines.map((line, i) => text(GAP, bottom + (i + 0.8) * TEXT_PX * 1.4, line));
  const [w, h] = [width * 4, Math.ceil(height * 4)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${width} ${h / 4}" font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>${[...parts, ...words].join('')}</svg>`;
  return { svg, widthPx: w, heightPx: h };
}
