/** The marks that charts are made of, as SVG text. No font of its own: widths of words are estimates. */

export const TEXT = { title: 14, small: 12 } as const;
export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export function svgDocument(title: string, description: string, { widthPx, heightPx }: Size, body: string): string {
  const box = `width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" font-family="system-ui, 'Liberation Sans', Arial, sans-serif"><title>${escaped(title)}</title><desc>${escaped(description)}</desc>${body}</svg>\n`;
}

export function group(name: string, parts: readonly string[]): string {
  return `<g data-series="${escaped(name)}">${parts.join('')}</g>`;
}

/** `title`: what a pointer that rests on it is told; empty = nothing. */
export function dot(px: number, py: number, radius: number, colour: string, ground: string, title = ''): string {
  const mark = `<circle cx="${px}" cy="${py}" r="${radius}" fill="${ground}" stroke="${colour}" stroke-width="2.25"`;
  return title === '' ? `${mark}/>` : `${mark}><title>${escaped(title)}</title></circle>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

export function segment(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${stroke}" stroke-width="1"/>`;
}

interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly isBold?: boolean;
  readonly anchor?: 'middle' | 'end';
}

export function label(x: number, y: number, words: string, { fill, size = TEXT.small, isBold = false, anchor }: TextStyle): string {
  const more = `${isBold ? ' font-weight="600"' : ''}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${more}>${escaped(words)}</text>`;
}

/** About the width of a text: the mean letter of common sans-serif fonts is 0.56 of the size. */
export function widthOf(words: string, fontPx: number): number {
  return words.length * fontPx * 0.56;
}

export function shortened(words: string, widthPx: number, fontPx: number): string {
  const most = Math.max(1, Math.floor(widthPx / (fontPx * 0.56)));
  return words.length <= most ? words : `${words.slice(0, most - 1).trimEnd()}…`;
}

/** The same of a letter of a link: digits and capitals are wide, in common fonts 0.64 (measured: DejaVu Sans). A link that is cut at the edge opens nothing. */
const LINK_EM = 0.7;

/** Lines between words, and inside of a word that is longer than a line: a link. */
export function wrapped(words: string, widthPx: number, fontPx: number): readonly string[] {
  const lines: string[] = [];
  const most = Math.max(1, Math.floor(widthPx / (fontPx * LINK_EM)));
  for (const word of words.split(' ')) {
    const pieces = word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [];
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    // A space between pieces would be one more letter of the link.
    if (pieces.length < 2 && lines.length > 0 && widthOf(longer, fontPx) <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(...pieces);
  }
  return lines;
}

export function round(px: number): number {
  return Math.round(px * 100) / 100;
}

/** Text of any origin as XML text or attribute; characters that XML cannot hold are dropped. */
function escaped(words: string): string {
  const known: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return [...words]
    .filter((letter) => letter >= ' ' && letter !== '\uFFFE' && letter !== '\uFFFF' && !/^[\uD800-\uDFFF]$/.test(letter))
    .map((letter) => known[letter] ?? letter)
    .join('');
}
