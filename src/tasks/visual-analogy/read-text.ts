/** Reads x(t) of the `paper` profile, lossy or lossless, wherever it stands in a text: the values that each panel shows. For foreign records. */
import type { Attribute, Family } from './attributes.ts';
import { LINE_TYPES, SHAPE_TYPES, VALUE_TEXTS } from './attributes.ts';
import { LINE_CODES, PLACE_CODES, SHAPE_CODES } from './codes.ts';
import { valuesInList } from './steps.ts';

export interface PanelReading {
  readonly family: Family;
  /** Texts of values, as in VALUE_TEXTS. */
  readonly values: Readonly<Partial<Record<Attribute, readonly string[]>>>;
}

export interface PuzzleReading {
  readonly examples: readonly [readonly PanelReading[], readonly PanelReading[]];
  readonly query: readonly PanelReading[];
  readonly options: readonly PanelReading[];
}

/** Null when there is no whole puzzle. */
export function readPuzzleText(text: string): PuzzleReading | null {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line, i) => line === 'Example 1:' && lines[i + 1] === 'Panel 1:');
  if (start === -1) return null;
  const panels: PanelReading[] = [];
  let at = start;
  for (const heading of HEADINGS) {
    if (lines[at] !== heading) return null;
    at += 1;
    if (!/^(?:Panel|Option) /.test(heading)) continue;
    const panel = readPanel(lines[at] ?? '');
    if (panel === null) return null;
    panels.push(panel);
    at += 1;
  }
  return { examples: [panels.slice(0, 3), panels.slice(3, 6)], query: panels.slice(6, 8), options: panels.slice(8) };
}

const PANELS = ['Panel 1:', 'Panel 2:', 'Panel 3:'];
const HEADINGS = [
  ...['Example 1:', ...PANELS, 'Example 2:', ...PANELS, 'Query:', 'Panel 1:', 'Panel 2:'],
  ...['Options:', 'Option 1:', 'Option 2:', 'Option 3:', 'Option 4:'],
];

function readPanel(line: string): PanelReading | null {
  const lossy = /^(?:(\d+) shapes?; )?type: (.*?), color: (.*?)(?:, size: (.*?), position: (.*))?$/.exec(line);
  if (lossy === null) return readCodes(line);
  const [, quantity, type = '', color = '', size, position] = lossy;
  const common = { type: valuesInList(type), color: valuesInList(color) };
  if (quantity === undefined || size === undefined || position === undefined) return { family: 'line', values: common };
  return { family: 'shape', values: { ...common, size: valuesInList(size), quantity: [quantity], position: valuesInList(position) } };
}

function readCodes(line: string): PanelReading | null {
  const objects = line.split(';').map((code) => code.split('-'));
  const lines = objects.map(([type = '', color = '', ...rest]) => (rest.length === 0 ? { type: nameOf(type, LINE_CODES, LINE_TYPES), color } : null));
  if (lines.every((found) => found !== null && found.type !== undefined)) {
    return { family: 'line', values: { type: lines.map((found) => found?.type ?? ''), color: lines.map((found) => found?.color ?? '') } };
  }
  const shapes = objects.map(([type = '', color = '', size = '', place = '']) => ({
    type: nameOf(type, SHAPE_CODES, SHAPE_TYPES),
    color,
    size,
    position: nameOf(place, PLACE_CODES, VALUE_TEXTS['shape position']),
  }));
  if (shapes.some(({ type, position }) => type === undefined || position === undefined)) return null;
  return {
    family: 'shape',
    values: {
      type: shapes.map(({ type }) => type ?? ''),
      color: shapes.map(({ color }) => color),
      size: shapes.map(({ size }) => size),
      quantity: [String(shapes.length)],
      position: shapes.map(({ position }) => position ?? ''),
    },
  };
}

function nameOf(code: string, codes: readonly string[], names: readonly string[]): string | undefined {
  return names[codes.indexOf(code)];
}
