/**
 * Builds the glyph atlas: reads the outlines of the letters, digits, signs and symbols we draw out of the bundled DejaVu fonts 2.37 and writes them, as text, into
 * src/tasks/render/glyph-data.ts. Run by hand (`npx tsx scripts/build-atlas.ts`) when a glyph is added; a test runs `buildAtlas` again and compares bytes.
 *
 * It copies outlines and advance widths only: no kerning, no hinting.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import opentype from 'opentype.js';
import type { Glyph, OutlinePoint } from 'opentype.js';
import { fault } from '../src/lib/errors.ts';
import { SYMBOLS } from '../src/tasks/render/symbols.ts';

const FONT_FOLDER = new URL('../assets/fonts/', import.meta.url);
const OUTPUT = new URL('../src/tasks/render/glyph-data.ts', import.meta.url);

/** Printable ASCII, and the few signs that captions use: middle dot, multiplication sign, dashes, ellipsis, arrow, minus. */
const TEXT_CODE_POINTS: readonly number[] = [
  ...Array.from({ length: 0x7f - 0x20 }, (_, i) => 0x20 + i),
  ...[0xb7, 0xd7, 0x2013, 0x2014, 0x2026, 0x2192, 0x2212],
];

const FONTS = [
  { name: 'sans', file: 'DejaVuSans.ttf', codePoints: [...TEXT_CODE_POINTS, ...SYMBOLS.map((symbol) => symbol.codePoint)] },
  { name: 'sans-bold', file: 'DejaVuSans-Bold.ttf', codePoints: TEXT_CODE_POINTS },
] as const;

/** The source text of glyph-data.ts. */
export async function buildAtlas(): Promise<string> {
  const lines = [
    '/**',
    ' * Glyph outlines of the DejaVu fonts 2.37 (licence: assets/fonts/LICENSE.txt). Written by scripts/build-atlas.ts; do not edit.',
    ' *',
    ' * One string per glyph: code point in hex, advance width, outline, in font units with y upwards. The outline lists the TrueType points of each contour, each as',
    ' * the step from the point before it: `m` opens a contour on the curve and `c` with a control point, `l` is a point on the curve, `q` a control point of a',
    ' * quadratic. Between two control points lies an implied point on the curve, half-way. atlas.ts reads this.',
    ' */',
    'export const GLYPH_DATA = {',
  ];
  for (const { name, file, codePoints } of FONTS) {
    const bytes = await readFile(new URL(file, FONT_FOLDER));
    const font = opentype.parse(new Uint8Array(bytes).buffer);
    const capital = pointsOf(font.charToGlyph('H'), `H of ${file}`);
    const capitalHeight = Math.max(...capital.map((point) => point.y));
    lines.push(
      `  ${name === 'sans' ? name : `'${name}'`}: {`,
      `    unitsPerEm: ${font.unitsPerEm},`,
      `    capitalHeight: ${capitalHeight},`,
      '    glyphs: [',
    );
    for (const codePoint of [...codePoints].sort((a, b) => a - b)) {
      const character = String.fromCodePoint(codePoint);
      const glyph = font.charToGlyph(character);
      if (glyph.index === 0) throw new Error(fault('buildAtlas', `${file} to hold every glyph we draw`, `no U+${codePoint.toString(16)}`));
      const outline = outlineText(pointsOf(glyph, character));
      lines.push(`      '${codePoint.toString(16)} ${glyph.advanceWidth}${outline === '' ? '' : ` ${outline}`}',`);
    }
    lines.push('    ],', '  },');
  }
  lines.push('} as const;', '');
  return lines.join('\n');
}

function pointsOf(glyph: Glyph, what: string): readonly OutlinePoint[] {
  if (glyph.path === undefined) throw new Error(fault('buildAtlas', 'an outline', what)); // reading `path` also fills `points`
  return glyph.points ?? [];
}

/** Relative steps: `m700 1294l-274-743…`; a minus sign needs no space before it. */
function outlineText(points: readonly OutlinePoint[]): string {
  let text = '';
  let [x, y] = [0, 0];
  let opens = true;
  for (const point of points) {
    const letter = opens ? (point.onCurve ? 'm' : 'c') : point.onCurve ? 'l' : 'q';
    const [dx, dy] = [point.x - x, point.y - y];
    text += `${letter}${dx}${dy < 0 ? '' : ' '}${dy}`;
    [x, y] = [point.x, point.y];
    opens = point.lastPointOfContour;
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(OUTPUT, await buildAtlas());
  process.stdout.write('wrote src/tasks/render/glyph-data.ts\n');
}
