/**
 * Scenes with fixed contents whose pixels are golden: test/golden/picture-hashes.json holds the hash of each, and Node and Chromium must both give it. After a wanted
 * change of a picture, look at the picture, then copy the hashes that the failing test prints.
 */
import { hash64 } from '../../src/lib/hash.ts';
import { compactScene, paperScene } from '../../src/tasks/tables/scenes.ts';
import type { TableTruth } from '../../src/tasks/tables/table.ts';
import type { Scene, Shape } from '../../src/tasks/render/scene.ts';
import { SYMBOLS } from '../../src/tasks/render/symbols.ts';

/** Two rows, three columns, four marked cells: small enough to check by eye. */
export const SMALL_TRUTH: TableTruth = {
  rows: 2,
  columns: 3,
  rowNames: ['TauEngine', 'ParamountInstrument'],
  columnNames: ['September', 'May', 'June'],
  values: [
    [4, 1, 7],
    [0, 9, 3],
  ],
  path: [
    { row: 1, column: 0 },
    { row: 0, column: 2 },
    { row: 0, column: 1 },
  ],
  isMarked: true,
};

/** The paper's size, every digit. */
export const PAPER_TRUTH: TableTruth = {
  rows: 5,
  columns: 10,
  rowNames: ['AlphaWidget', 'OmicronInstrument', 'XiTool', 'SizzleContraption', 'QuantumApparatus'],
  columnNames: ['September', 'January', 'July', 'March', 'August', 'October', 'February', 'April', 'November', 'May'],
  values: Array.from({ length: 5 }, (_, row) => Array.from({ length: 10 }, (__, column) => (7 * row + 3 * column) % 10)),
  path: Array.from({ length: 8 }, (_, i) => ({ row: Math.floor((16 + i) / 10), column: (16 + i) % 10 })),
  isMarked: true,
};

export interface GoldenScene {
  readonly name: string;
  readonly scene: Scene;
}

export const GOLDEN_SCENES: readonly GoldenScene[] = [
  { name: 'compact 2x3', scene: compactScene(SMALL_TRUTH) },
  { name: 'compact 5x10', scene: compactScene(PAPER_TRUTH) },
  { name: 'paper 2x3', scene: paperScene(SMALL_TRUTH) },
  { name: 'paper 5x10', scene: paperScene(PAPER_TRUTH) },
  { name: 'symbols', scene: symbolScene() },
  { name: 'every kind of shape', scene: shapesScene() },
];

/** 16 hex digits of the bytes of a picture. */
export function hashOfBytes(bytes: Uint8Array): string {
  const { low, high } = hash64(bytes);
  return [high, low].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** All 36 symbols at 40 pt (spec/s2h 3.5), 9 in a row. */
function symbolScene(): Scene {
  const shapes = SYMBOLS.map(({ codePoint }, i): Shape => ({
    kind: 'text',
    text: String.fromCodePoint(codePoint),
    x: 32 + 64 * (i % 9),
    y: 32 + 64 * Math.floor(i / 9),
    sizePx: (40 * 100) / 72,
    font: 'sans',
    anchor: 'middle',
    centre: 'box',
    fill: [0, 0, 0],
  }));
  return {
    widthPx: 9 * 64,
    heightPx: 4 * 64,
    background: [255, 255, 255],
    shapes,
    title: 'Symbols',
    description: 'The 36 symbols of Grid Navigation.',
  };
}

/** Slanted lines, polygons, parts of pixels, shapes over the edge, all three anchors. */
function shapesScene(): Scene {
  const label = { kind: 'text', sizePx: 11.3, centre: 'capitals', fill: [20, 40, 60] } as const;
  return {
    widthPx: 120,
    heightPx: 80,
    background: [250, 248, 240],
    title: 'Shapes & <signs>',
    description: 'One of each "kind".',
    shapes: [
      { kind: 'rectangle', x: 3.25, y: 4.5, width: 20.6, height: 9.1, fill: [200, 30, 30] },
      { kind: 'rectangle', x: -5, y: 60, width: 12, height: 50, fill: [0, 90, 0] },
      { kind: 'line', x1: 10, y1: 70, x2: 113, y2: 21, widthPx: 2.3, stroke: [0, 0, 120] },
      { kind: 'line', x1: 20, y1: 30, x2: 20, y2: 62, widthPx: 1.4, stroke: [0, 0, 0] },
      {
        kind: 'polygon',
        points: [
          [60, 5],
          [95.5, 30.25],
          [70, 55],
          [40.1, 33.3],
        ],
        fill: [255, 200, 0],
      },
      { ...label, text: 'Ag&<1>', x: 118, y: 70, font: 'sans', anchor: 'end' },
      { ...label, text: 'middle', x: 60, y: 44.4, font: 'sans-bold', anchor: 'middle', stretch: 0.8 },
      { ...label, text: '\u2692\ufe0e start', x: 28, y: 12, font: 'sans', anchor: 'start', centre: 'box' },
    ],
  };
}
