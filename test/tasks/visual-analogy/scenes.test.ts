import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { panelCodes } from '../../../src/tasks/visual-analogy/codes.ts';
import type { Panel } from '../../../src/tasks/visual-analogy/panels.ts';
import { PANEL_BOXES } from '../../../src/tasks/visual-analogy/scenes.ts';
import { allPanels } from '../../../src/tasks/visual-analogy/slots.ts';
import { heldoutAnalogyTask, visualAnalogyTask } from '../../../src/tasks/visual-analogy/task.ts';
import type { AnalogyTruth } from '../../../src/tasks/visual-analogy/truth.ts';
import { lines, shapes, WORKED_PUZZLE } from '../../support/analogy-examples.ts';
import { readPicture } from '../../support/analogy-picture.ts';

const { compact, paper, info } = visualAnalogyTask;

function codesOf(truth: AnalogyTruth): string[][] {
  return allPanels(truth).map((panel) => panelCodes(panel).split(';').sort());
}

/** A puzzle that shows the given panels; what they follow does not matter to a picture. */
function showing(panels: readonly Panel[]): AnalogyTruth {
  const panel = (i: number): Panel => panels[i] ?? shapes('circle 0 20 11');
  const { pattern } = WORKED_PUZZLE.query;
  return {
    ...WORKED_PUZZLE,
    examples: [
      { pattern, panels: [panel(0), panel(1), panel(2)] },
      { pattern, panels: [panel(3), panel(4), panel(5)] },
    ],
    query: { pattern, panels: [panel(6), panel(7)] },
    options: [8, 9, 10, 11].map((i) => ({ pattern, panel: panel(i) })),
  };
}

test('the compact picture tells every object of every panel', () => {
  let margin = Infinity;
  for (const task of [visualAnalogyTask, heldoutAnalogyTask]) {
    for (const level of ['simple', 'hard'] as const) {
      for (let index = 0; index < 150; index++) {
        const truth = task.makeTruth(info.defaults, { level, split: 'train', index }, makeRng('scene-test', task.info.id, level, index));
        const read = readPicture(rasterise(compact.scene(truth)));
        expect(read.panels).toEqual(codesOf(truth));
        margin = Math.min(margin, read.margin);
      }
    }
  }
  expect(margin).toBeGreaterThan(1.5);
}, 60_000);

test('every type, size and grey of shapes looks different in the compact picture, and so does every line', () => {
  const types = ['circle', 'rectangle', 'triangle', 'pentagon', 'hexagon'];
  const all = types.flatMap((type) => [0, 90, 135, 189, 255].flatMap((grey) => [20, 27, 34, 41].map((size) => `${type} ${grey} ${size}`)));
  const panels = Array.from({ length: 12 }, (_, i) =>
    shapes(
      all
        .slice(9 * i, 9 * i + 9)
        .map((shape, place) => `${shape} ${Math.floor(place / 3)}${place % 3}`)
        .join(', ') || 'circle 0 20 11',
    ),
  );
  const truth = showing(panels);
  expect(readPicture(rasterise(compact.scene(truth))).panels).toEqual(codesOf(truth));
  const words = ['falling', 'rising', 'horizontal', 'vertical', 'diamond', 'circular', 'V up', 'V left', 'V down', 'V right'];
  for (const grey of [0, 90, 135, 189]) {
    const each = showing(words.map((word) => lines(`${word} ${grey}`)));
    expect(readPicture(rasterise(compact.scene(each))).panels.slice(0, 10)).toEqual(codesOf(each).slice(0, 10));
  }
});

test('the paper sheet is the authors’ size and shows each object where and as it should be', () => {
  const truth = showing([shapes('rectangle 135 41 02, circle 255 20 20'), lines('horizontal 189, vertical 90')]);
  const scene = paper.scene(truth);
  expect([scene.widthPx, scene.heightPx]).toEqual([800, 900]);
  const pixels = rasterise(scene);
  const grey = (x: number, y: number): number => pixels[(y * 800 + x) * 3] ?? -1;
  const [first, second] = PANEL_BOXES.paper;
  if (first === undefined || second === undefined) throw new Error('no panels');
  const at = (box: { x: number; y: number }, canvasX: number, canvasY: number): number =>
    grey(Math.floor(box.x + (canvasX * 188) / 160), Math.floor(box.y + (canvasY * 188) / 160));
  expect([first.x, first.y]).toEqual([108, 4]);
  expect(at(first, 128, 32)).toBe(135);
  expect(at(first, 128 - 20.5, 32)).toBe(0); // outline of the rectangle of 41 px
  expect(at(first, 128 - 24, 32)).toBe(255);
  expect(at(first, 32, 128)).toBe(255); // a white circle
  expect(at(first, 32 + 10, 128)).toBeLessThan(60);
  expect(at(first, 80, 80)).toBe(255);
  expect(at(second, 40, 80)).toBe(189);
  expect(at(second, 80, 40)).toBe(90);
  expect(at(second, 80, 80)).toBe(90); // drawn later
  expect(grey(108, 100)).toBe(0); // frame
  expect(grey(300, 100)).toBe(255); // between panels
  const question = Array.from({ length: 60 }, (_, y) => Array.from({ length: 50 }, (_, x) => grey(573 + x, 469 + y))).flat();
  expect(question.filter((value) => value === 0).length).toBeGreaterThan(150);
});

test('strokes end at the edge of their panel', () => {
  const empty = rasterise(paper.scene(showing([])));
  const drawn = rasterise(paper.scene(showing([lines('falling 0, rising 0, diamond 0, V up 0, V left 0, V down 0, V right 0')])));
  let outside = 0;
  for (let y = 0; y < 900; y++) {
    for (let x = 0; x < 800; x++) {
      if (x >= 108 && x < 296 && y >= 4 && y < 192) continue;
      if (empty[(y * 800 + x) * 3] !== drawn[(y * 800 + x) * 3]) outside += 1;
    }
  }
  expect(outside).toBe(0);
});

test('describes the picture in words', () => {
  expect(compact.scene(WORKED_PUZZLE).description).toContain(
    'Example 1, panel 1: centre: pentagon, grey 0, size 27; bottom right: triangle, grey 90, size 34.',
  );
});
