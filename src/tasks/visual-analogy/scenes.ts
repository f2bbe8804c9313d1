/**
 * The two pictures of a puzzle. `paperScene` follows the authors' sheet (spec/s2h 4.8): 800 x 900 px, two examples, the query with a question mark, four options, nothing
 * written. `compactScene` is ours: 12 x 12 patches of 16 px, a panel is 3 x 3 patches, so that a place of a panel is a patch.
 */
import type { Rgb, Scene, Shape, TextShape } from '../render/scene.ts';
import { captioned, rectangle } from '../render/scene.ts';
import { LINE_GREYS, LINE_TYPES, PLACES, SHAPE_GREYS, SHAPE_SIZES_PX, SHAPE_TYPES } from './attributes.ts';
import { linesInOrder, PLACE_NAMES, shapesInOrder } from './codes.ts';
import type { Polygon } from './outlines.ts';
import { CANVAS, lineOutline, placed, shapeOutline } from './outlines.ts';
import type { LineObject, Panel, ShapeObject } from './panels.ts';
import { allPanels, SLOTS } from './slots.ts';
import type { AnalogyTruth } from './truth.ts';

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly sidePx: number;
}

/** How panels of a profile are drawn. */
interface Style {
  readonly scene: { readonly widthPx: number; readonly heightPx: number };
  /** In the order of SLOTS. */
  readonly boxes: readonly Box[];
  /** Where the query's third panel would stand. */
  readonly question: Box;
  /** All figures in px from the corner of a box: one array of points each, so that each is rasterised once. */
  readonly lines: readonly Polygon[];
  /** `[type][size][place]`: black outline, then fill. */
  readonly shapes: readonly (readonly (readonly (readonly [outline: Polygon, fill: Polygon])[])[])[];
}

/** The authors' figure: 8 x 9 in at 100 dots per inch; panels of 188 px (measured). */
const PAPER_SIDE_PX = 188;
const PAPER_ROW_X = [108, 306, 504];
const PAPER_ROW_Y = [4, 205, 405];
const PAPER_OPTION_X = [6, 206, 406, 606];
const PAPER_OPTION_Y = 707;
const PAPER_SCALE = PAPER_SIDE_PX / CANVAS;
/** Widths in px of the authors' panel; an outline lies half inside its shape. */
const PAPER_LINE_PX = 4;
const PAPER_OUTLINE_PX = 2;
const PAPER_PLACES = [32, 80, 128];
const FRAME_PX = 1;
const PX_PER_POINT = 100 / 72;
const PAPER_QUESTION_PX = 50 * PX_PER_POINT;

const PAPER_BOXES: readonly Box[] = [
  ...PAPER_ROW_Y.flatMap((y) => PAPER_ROW_X.map((x) => ({ x, y, sidePx: PAPER_SIDE_PX }))),
  ...PAPER_OPTION_X.map((x) => ({ x, y: PAPER_OPTION_Y, sidePx: PAPER_SIDE_PX })),
];

const PAPER: Style = {
  scene: { widthPx: 800, heightPx: 900 },
  ...withoutQuestion(PAPER_BOXES),
  lines: LINE_TYPES.map((_, type) => placed(lineOutline(type, PAPER_LINE_PX), PAPER_SCALE, 0, 0)),
  shapes: SHAPE_TYPES.map((_, type) =>
    SHAPE_SIZES_PX.map((size) =>
      Array.from({ length: PLACES }, (__, i) => {
        const [x, y] = [(PAPER_PLACES[i % 3] ?? 0) * PAPER_SCALE, (PAPER_PLACES[Math.floor(i / 3)] ?? 0) * PAPER_SCALE];
        const outline = (growPx: number): Polygon => placed(shapeOutline(type, size, growPx), PAPER_SCALE, x, y);
        return [outline(PAPER_OUTLINE_PX / 2), outline(-PAPER_OUTLINE_PX / 2)];
      }),
    ),
  ),
};

export const COMPACT_PATCH_PX = 16;
export const COMPACT_PATCHES = 12;
/** Patches of a panel's side. */
export const PANEL_PATCHES = 3;
const COMPACT_SIDE_PX = PANEL_PATCHES * COMPACT_PATCH_PX;
/** Ours: sizes two px apart, so that each is told from the next by a whole pixel on each side; the widest triangle, 15 px, just stays inside its patch. */
const COMPACT_SIZES_PX = [7, 9, 11, 13];
/** Ours: one px inside the shape; a triangle of 7 px still has four px of its own grey. */
const COMPACT_OUTLINE_PX = 1;
/** Ours: the thinnest strokes whose middle shows their grey unmixed at any angle. */
const COMPACT_LINE_PX = 2;
/** Ours: a light line along the left and top of every panel. Figures begin one px further in, and shapes stand around the middle of the 15 px that are left of a patch. */
const COMPACT_INSET_PX = 1;
const SEPARATOR: Rgb = [208, 208, 208];
const COMPACT_QUESTION_PX = 20;
const COMPACT_SCALE = (COMPACT_SIDE_PX - COMPACT_INSET_PX) / CANVAS;

/** Centre of a place, in px from the corner of its panel. */
function compactCentre(place: number): readonly [x: number, y: number] {
  const middle = (COMPACT_PATCH_PX + COMPACT_INSET_PX) / 2;
  return [(place % 3) * COMPACT_PATCH_PX + middle, Math.floor(place / 3) * COMPACT_PATCH_PX + middle];
}

const COMPACT_BOXES: readonly Box[] = Array.from({ length: 13 }, (_, i) => {
  const [row, column] = i < 9 ? [Math.floor(i / 3), i % 3] : [3, i - 9];
  return { x: column * COMPACT_SIDE_PX, y: row * COMPACT_SIDE_PX, sidePx: COMPACT_SIDE_PX };
});

const COMPACT: Style = {
  scene: { widthPx: COMPACT_PATCHES * COMPACT_PATCH_PX, heightPx: COMPACT_PATCHES * COMPACT_PATCH_PX },
  ...withoutQuestion(COMPACT_BOXES),
  lines: LINE_TYPES.map((_, type) => placed(lineOutline(type, COMPACT_LINE_PX / COMPACT_SCALE), COMPACT_SCALE, COMPACT_INSET_PX, COMPACT_INSET_PX)),
  shapes: SHAPE_TYPES.map((_, type) =>
    COMPACT_SIZES_PX.map((size) =>
      Array.from({ length: PLACES }, (__, i) => {
        const [x, y] = compactCentre(i);
        return [placed(shapeOutline(type, size, 0), 1, x, y), placed(shapeOutline(type, size, -COMPACT_OUTLINE_PX), 1, x, y)];
      }),
    ),
  ),
};

/** Where the panels stand, in the order of SLOTS. */
export const PANEL_BOXES = { paper: PAPER.boxes, compact: COMPACT.boxes } as const;

/** The picture of the `paper` profile. */
export function paperScene(truth: AnalogyTruth): Scene {
  const shapes: Shape[] = [];
  for (const [i, panel] of allPanels(truth).entries()) drawPanel(shapes, panel, boxAt(PAPER, i), PAPER);
  const { x, y, sidePx } = PAPER.question;
  shapes.push(questionMark(x + sidePx / 2, y + sidePx / 2, PAPER_QUESTION_PX, 'sans'));
  for (const box of [...PAPER.boxes, PAPER.question]) shapes.push(...frame(box));
  return captioned({ ...PAPER.scene, background: WHITE, shapes }, () => captions(truth));
}

/** The picture of the `compact` profile. */
export function compactScene(truth: AnalogyTruth): Scene {
  const shapes: Shape[] = [];
  for (const { x, y, sidePx } of [...COMPACT.boxes, COMPACT.question]) {
    shapes.push(rectangle(x, y, sidePx, COMPACT_INSET_PX, SEPARATOR), rectangle(x, y, COMPACT_INSET_PX, sidePx, SEPARATOR));
  }
  for (const [i, panel] of allPanels(truth).entries()) drawPanel(shapes, panel, boxAt(COMPACT, i), COMPACT);
  const { x, y } = COMPACT.question;
  const [middleX, middleY] = compactCentre(4);
  shapes.push(questionMark(x + middleX, y + middleY, COMPACT_QUESTION_PX, 'sans-bold'));
  return captioned({ ...COMPACT.scene, background: WHITE, shapes }, () => captions(truth));
}

/** The stroke of each line type in a compact panel, in px from the panel's corner: for telling which lines show in a patch. */
export const COMPACT_LINES: readonly Polygon[] = COMPACT.lines;

/** Objects in their order: later lines lie on earlier ones, shapes do not touch. */
function drawPanel(shapes: Shape[], panel: Panel, { x, y }: Box, style: Style): void {
  switch (panel.family) {
    case 'line':
      for (const { type, color } of panel.objects) {
        shapes.push({ kind: 'polygon', x, y, points: style.lines[type] ?? [], fill: greyOf(LINE_GREYS[color]) });
      }
      return;
    case 'shape':
      for (const { type, color, size, position } of panel.objects) {
        const [outline, inside] = style.shapes[type]?.[size]?.[position] ?? [[], []];
        shapes.push({ kind: 'polygon', x, y, points: outline, fill: BLACK });
        if (color !== 0) shapes.push({ kind: 'polygon', x, y, points: inside, fill: greyOf(SHAPE_GREYS[color]) });
      }
      return;
    default:
      panel satisfies never;
  }
}

function boxAt({ boxes }: Style, i: number): Box {
  const box = boxes[i];
  if (box === undefined) throw new Error(`internal: boxAt: no panel ${i}`);
  return box;
}

/** The ninth box is the query's empty one. */
function withoutQuestion(all: readonly Box[]): { boxes: readonly Box[]; question: Box } {
  const question = all[8];
  if (question === undefined) throw new Error('internal: withoutQuestion: too few boxes');
  return { boxes: [...all.slice(0, 8), ...all.slice(9)], question };
}

/** A thin black frame, drawn over the panel's edge. */
function frame({ x, y, sidePx }: Box): Shape[] {
  const inner = sidePx - FRAME_PX;
  return [
    rectangle(x, y, sidePx, FRAME_PX, BLACK),
    rectangle(x, y + inner, sidePx, FRAME_PX, BLACK),
    rectangle(x, y, FRAME_PX, sidePx, BLACK),
    rectangle(x + inner, y, FRAME_PX, sidePx, BLACK),
  ];
}

function captions(truth: AnalogyTruth): { title: string; description: string } {
  const description = allPanels(truth)
    .map((panel, i) => `${SLOTS[i]?.label ?? ''}: ${panelWords(panel)}.`)
    .join(' ');
  return { title: 'Puzzle of two examples, a query and four options', description };
}

/** A panel in words for people. */
export function panelWords(panel: Panel): string {
  return panel.family === 'line'
    ? linesInOrder(panel.objects).map(lineInWords).join('; ')
    : shapesInOrder(panel.objects).map(shapeInWords).join('; ');
}

export function lineInWords({ type, color }: LineObject): string {
  return `${LINE_TYPES[type] ?? ''}, grey ${LINE_GREYS[color] ?? ''}`;
}

export function shapeInWords({ type, color, size, position }: ShapeObject): string {
  return `${PLACE_NAMES[position] ?? ''}: ${SHAPE_TYPES[type] ?? ''}, grey ${SHAPE_GREYS[color] ?? ''}, size ${SHAPE_SIZES_PX[size] ?? ''}`;
}

function greyOf(grey: number | undefined): Rgb {
  if (grey === undefined) throw new Error('internal: greyOf: no such color');
  return [grey, grey, grey];
}

function questionMark(x: number, y: number, sizePx: number, font: TextShape['font']): TextShape {
  return { kind: 'text', text: '?', x, y, sizePx, font, anchor: 'middle', centre: 'box', fill: BLACK };
}
