/**
 * Analogy puzzles typed by hand. WORKED_PUZZLE is spec/s2h 4.13; the published text is lossy, so which values belong to one shape is made up here. The golden files
 * analogy-*.txt are typed from the same section, with every list in table order (the order there is that of Python sets and means nothing).
 */
import type { Panel, ShapeObject } from '../../src/tasks/visual-analogy/panels.ts';
import type { AnalogyTruth } from '../../src/tasks/visual-analogy/truth.ts';

const TYPES = ['circle', 'rectangle', 'triangle', 'pentagon', 'hexagon'];
const GREYS = ['0', '90', '135', '189', '255'];
const SIZES = ['20', '27', '34', '41'];
const LINES = ['falling', 'rising', 'horizontal', 'vertical', 'diamond', 'circular', 'V up', 'V left', 'V down', 'V right'];

/** `triangle 90 34 22, pentagon 0 27 11`: type, color, size, row and column. */
export function shapes(text: string): Panel {
  const objects = text.split(', ').map((words): ShapeObject => {
    const [type = '', color = '', size = '', place = ''] = words.split(' ');
    return { type: TYPES.indexOf(type), color: GREYS.indexOf(color), size: SIZES.indexOf(size), position: Number(place[0]) * 3 + Number(place[1]) };
  });
  return { family: 'shape', objects };
}

/** `V down 90, rising 0`. */
export function lines(text: string): Panel {
  const objects = text.split(', ').map((words) => {
    const [, type = '', color = ''] = /^(.*) (\d+)$/.exec(words) ?? [];
    return { type: LINES.indexOf(type), color: GREYS.indexOf(color) };
  });
  return { family: 'line', objects };
}

const UNION_OF_TYPES: AnalogyTruth['examples'][1] = {
  pattern: { domain: 'shape type', relation: 'OR' },
  panels: [
    shapes('hexagon 255 20 22, circle 189 20 20'),
    shapes('hexagon 0 20 02, triangle 0 27 22'),
    shapes('hexagon 135 41 01, triangle 255 34 21, circle 0 34 20, circle 0 41 10, hexagon 0 34 12'),
  ],
};

/** HARD, relation OR: positions in the first example, types in the second and in the query. */
export const WORKED_PUZZLE: AnalogyTruth = {
  textForm: 'lossy',
  examples: [
    {
      pattern: { domain: 'shape position', relation: 'OR' },
      panels: [
        shapes('triangle 90 34 22, pentagon 0 27 11'),
        shapes('hexagon 90 34 02, triangle 135 27 22'),
        shapes('hexagon 0 41 02, circle 0 20 22, circle 0 20 11'),
      ],
    },
    UNION_OF_TYPES,
  ],
  query: {
    pattern: { domain: 'shape type', relation: 'OR' },
    panels: [shapes('rectangle 255 34 21, pentagon 189 34 10'), shapes('circle 135 34 01, pentagon 189 27 10')],
  },
  options: [
    {
      pattern: { domain: 'shape color', relation: 'AND' },
      panel: shapes('rectangle 189 41 22, triangle 189 20 00, rectangle 189 41 12, triangle 189 20 20'),
    },
    { pattern: { domain: 'shape size', relation: 'XOR' }, panel: shapes('rectangle 0 27 20, hexagon 0 27 11') },
    {
      pattern: { domain: 'shape type', relation: 'OR' },
      panel: shapes('rectangle 135 41 22, circle 0 20 00, pentagon 135 41 20, circle 0 20 02, pentagon 0 41 12'),
    },
    { pattern: { domain: 'shape position', relation: 'XOR' }, panel: shapes('hexagon 90 41 21, triangle 90 20 01') },
  ],
  answer: 3,
};

/** The same query after two examples of its own pattern: a HARD puzzle of Pattern-Heldout Visual Analogy. */
export const ONE_PATTERN_PUZZLE: AnalogyTruth = { ...WORKED_PUZZLE, examples: [UNION_OF_TYPES, UNION_OF_TYPES] };

/** A puzzle of lines: AND of their greys, with the second example of shapes. */
export const LINE_PUZZLE: AnalogyTruth = {
  textForm: 'lossy',
  examples: [
    {
      pattern: { domain: 'line color', relation: 'AND' },
      panels: [lines('V down 90, rising 0'), lines('horizontal 90, V up 189'), lines('circular 90')],
    },
    {
      pattern: { domain: 'shape color', relation: 'AND' },
      panels: [
        shapes('circle 255 20 00, hexagon 0 41 12'),
        shapes('pentagon 255 27 01, triangle 90 34 22'),
        shapes('circle 255 34 10, circle 255 20 02'),
      ],
    },
  ],
  query: {
    pattern: { domain: 'line color', relation: 'AND' },
    panels: [lines('falling 0, vertical 135'), lines('vertical 0, V right 189')],
  },
  options: [
    { pattern: { domain: 'line color', relation: 'AND' }, panel: lines('diamond 0') },
    { pattern: { domain: 'line type', relation: 'OR' }, panel: lines('falling 90, V right 90, vertical 0') },
    { pattern: { domain: 'line color', relation: 'XOR' }, panel: lines('V left 189, falling 135') },
    { pattern: { domain: 'line type', relation: 'AND' }, panel: lines('vertical 90') },
  ],
  answer: 1,
};
