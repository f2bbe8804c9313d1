/**
 * Short codes of values, for the lossless text form and for tokens. Spec/s2h 4.10: the paper shows `CIR-45-42-TL` and `RECT-0-21-TR` and says that the prompt explains the
 * codes; the rest of the table is not published, so it is ours.
 */
import type { Attribute, Domain, Family } from './attributes.ts';
import { domainOf, LINE_GREYS, LINE_TYPES, PLACES, SHAPE_GREYS, SHAPE_SIZES_PX, SHAPE_TYPES } from './attributes.ts';
import type { LineObject, Panel, ShapeObject } from './panels.ts';

export const LINE_CODES = ['FD', 'RD', 'HOR', 'VER', 'DIA', 'CIRC', 'VU', 'VL', 'VD', 'VR'] as const;
export const SHAPE_CODES = ['CIR', 'RECT', 'TRI', 'PENT', 'HEX'] as const;
export const PLACE_CODES = ['TL', 'TM', 'TR', 'ML', 'C', 'MR', 'BL', 'BM', 'BR'] as const;

/** Places in words. */
export const PLACE_NAMES = [
  'top left',
  'top middle',
  'top right',
  'middle left',
  'centre',
  'middle right',
  'bottom left',
  'bottom middle',
  'bottom right',
] as const;

/** One word for each value: `g90` is the grey 90, `s27` the size 27, `n3` three shapes. */
export const VALUE_CODES: Readonly<Record<Domain, readonly string[]>> = {
  'line type': LINE_CODES,
  'line color': LINE_GREYS.map((grey) => `g${grey}`),
  'shape type': SHAPE_CODES,
  'shape color': SHAPE_GREYS.map((grey) => `g${grey}`),
  'shape size': SHAPE_SIZES_PX.map((size) => `s${size}`),
  'shape quantity': Array.from({ length: PLACES }, (_, i) => `n${i + 1}`),
  'shape position': PLACE_CODES,
};

/** Every line and, apart from its place, every shape in one word, in table order: `FD-0`, `CIR-90-27`. */
export const LINE_WORDS: readonly string[] = LINE_CODES.flatMap((type) => LINE_GREYS.map((grey) => `${type}-${grey}`));
export const SHAPE_WORDS: readonly string[] = SHAPE_CODES.flatMap((type) =>
  SHAPE_GREYS.flatMap((grey) => SHAPE_SIZES_PX.map((size) => `${type}-${grey}-${size}`)),
);

export function lineWord({ type, color }: LineObject): string {
  return LINE_WORDS[type * LINE_GREYS.length + color] ?? '';
}

/** Without its place. */
export function shapeWord({ type, color, size }: ShapeObject): string {
  return SHAPE_WORDS[(type * SHAPE_GREYS.length + color) * SHAPE_SIZES_PX.length + size] ?? '';
}

/**
 * Objects in the order of texts: lines by type, shapes by place. Ours: a picture tells this order, so a conversion has one right text. (The order of drawing, which only
 * shows where lines cross, is not in the text.)
 */
export function linesInOrder(objects: readonly LineObject[]): readonly LineObject[] {
  return [...objects].sort((a, b) => a.type - b.type);
}

export function shapesInOrder(objects: readonly ShapeObject[]): readonly ShapeObject[] {
  return [...objects].sort((a, b) => a.position - b.position);
}

/** A panel in the lossless form: `CIR-90-20-TL;TRI-0-41-C`, `FD-0;HOR-189`. */
export function panelCodes(panel: Panel): string {
  switch (panel.family) {
    case 'line':
      return linesInOrder(panel.objects).map(lineWord).join(';');
    case 'shape':
      return shapesInOrder(panel.objects)
        .map((shape) => `${shapeWord(shape)}-${PLACE_CODES[shape.position] ?? ''}`)
        .join(';');
    default:
      return panel satisfies never;
  }
}

/** What the lossless prompt says about its codes (ours). */
export const CODES_EXPLAINED = ((): string => {
  const pairs = (codes: readonly string[], names: readonly string[]): string => codes.map((code, i) => `${code} = ${names[i] ?? ''}`).join(', ');
  return (
    'Objects of a panel are divided by semicolons. A line is written as TYPE-color, where TYPE is one of: ' +
    `${pairs(LINE_CODES, LINE_TYPES)}. A shape is written as TYPE-color-size-POSITION, where TYPE is one of: ${pairs(SHAPE_CODES, SHAPE_TYPES)}, ` +
    `and POSITION, in (row, column), is one of: ${pairs(
      PLACE_CODES,
      PLACE_CODES.map((_, i) => `(${Math.floor(i / 3)}, ${i % 3})`),
    )}. Colors are grey values from 0 (black) to 255 (white).`
  );
})();

const DOMAINS_OF = {
  line: { type: domainOf('line', 'type'), color: domainOf('line', 'color') },
  shape: {
    type: domainOf('shape', 'type'),
    color: domainOf('shape', 'color'),
    size: domainOf('shape', 'size'),
    quantity: domainOf('shape', 'quantity'),
    position: domainOf('shape', 'position'),
  },
} as const;

/** As `domainOf`, by a table: this is asked often. */
export function domainIn(family: Family, attribute: Attribute): Domain {
  const domains: Partial<Record<Attribute, Domain>> = DOMAINS_OF[family];
  return domains[attribute] ?? domainOf(family, attribute);
}
