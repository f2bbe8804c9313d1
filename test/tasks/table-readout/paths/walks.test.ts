/** Spirals, sines and compositions against grids drawn by hand from spec/s2h 2.3. */
import { describe, expect, test } from 'vitest';
import { walkComposition } from '../../../../src/tasks/table-readout/paths/composition.ts';
import type { Corner, Course, Orientation } from '../../../../src/tasks/table-readout/paths/course.ts';
import { walkSinusoidal } from '../../../../src/tasks/table-readout/paths/sinusoidal.ts';
import { walkSpiral } from '../../../../src/tasks/table-readout/paths/spiral.ts';
import { pathOfDrawing, sizeOfDrawing } from '../../../support/table-readout-drawings.ts';

interface Drawn {
  what: string;
  from: readonly [row: number, column: number];
  corner: Corner;
  orientation: Orientation;
  gap: number;
  pieces: number;
  /** Sine: free cells before the edge, for each sweep. Composition: `s` goes on like a spiral, `w` like a wave. */
  draws?: string;
  drawing: string;
}

function courseOf({ corner, orientation, gap, pieces, drawing }: Drawn): Course {
  return { ...sizeOfDrawing(drawing), corner, orientation, gap, pieces };
}

function expected({ drawing, from: [row, column] }: Drawn): unknown {
  return pathOfDrawing(drawing, { row, column });
}

describe('a spiral', () => {
  const drawn: Drawn[] = [
    {
      what: 'of 4 pieces, clockwise from the top left, keeps one cell of a fifth segment',
      from: [0, 0],
      corner: 'top-left',
      orientation: 'clockwise',
      gap: 0,
      pieces: 4,
      drawing: `
        1 1 1 1 1 1 1
        . . . . . . 2
        4 5 . . . . 2
        4 . . . . . 2
        4 . . . . . 2
        4 . . . . . 2
        3 3 3 3 3 3 2`,
    },
    {
      what: 'of 3 pieces, counter-clockwise from the bottom right with gap 1',
      from: [6, 7],
      corner: 'bottom-right',
      orientation: 'counter-clockwise',
      gap: 1,
      pieces: 3,
      drawing: `
        . . . . . . . . .
        . 2 2 2 2 2 2 2 .
        . 3 . . . . . 1 .
        . 3 . . . . . 1 .
        . 3 . . . . . 1 .
        . 3 . . . . . 1 .
        . 3 4 . . . . 1 .
        . . . . . . . . .`,
    },
    {
      what: 'of 8 pieces stops where the box is empty',
      from: [0, 6],
      corner: 'top-right',
      orientation: 'clockwise',
      gap: 0,
      pieces: 8,
      drawing: `
        3 4 4 4 4 . 1
        3 . . . 5 . 1
        3 . 7 . 5 . 1
        3 . 7 . 5 . 1
        3 . 6 6 5 . 1
        3 . . . . . 1
        2 2 2 2 2 2 1`,
    },
  ];

  test.each(drawn)('$what', (one) => {
    expect(walkSpiral(courseOf(one))).toEqual(expected(one));
  });
});

describe('a sine wave', () => {
  const drawn: Drawn[] = [
    {
      what: 'of 5 pieces, clockwise from the top left, stops 1 before the edge, then at it',
      from: [0, 0],
      corner: 'top-left',
      orientation: 'clockwise',
      gap: 0,
      pieces: 5,
      draws: '100',
      drawing: `
        1 1 1 1 1 1 .
        . . . . . 2 .
        3 3 3 3 3 2 .
        4 . . . . . .
        4 5 5 5 5 5 5
        . . . . . . 6
        . . . . . . .`,
    },
    {
      what: 'of 3 pieces keeps one cell of its second turn',
      from: [5, 7],
      corner: 'bottom-right',
      orientation: 'clockwise',
      gap: 1,
      pieces: 3,
      draws: '01',
      drawing: `
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . 4 .
        3 3 3 3 3 3 3 3 .
        2 . . . . . . . .
        1 1 1 1 1 1 1 1 .
        . . . . . . . . .`,
    },
    {
      what: 'of 10 pieces, counter-clockwise from the top left, leaves the table after its last line',
      from: [1, 1],
      corner: 'top-left',
      orientation: 'counter-clockwise',
      gap: 1,
      pieces: 10,
      draws: '0000',
      drawing: `
        . . . 3 4 5 .
        . 1 . 3 . 5 .
        . 1 . 3 . 5 .
        . 1 . 3 . 5 .
        . 1 . 3 . 5 .
        . 1 . 3 . 5 .
        . 1 2 3 . 5 6`,
    },
  ];

  test.each(drawn)('$what', (one) => {
    const stops = Array.from(one.draws ?? '', Number);
    expect(walkSinusoidal(courseOf(one), () => stops.shift() ?? 0)).toEqual(expected(one));
  });
});

describe('a composition', () => {
  const drawn: Drawn[] = [
    {
      what: 'goes on like a spiral, then back like a wave',
      from: [0, 0],
      corner: 'top-left',
      orientation: 'clockwise',
      gap: 0,
      pieces: 3,
      draws: 'sws',
      drawing: `
        1 1 1 1 1 1 1
        . . . . . . 1
        . . 3 3 3 . 1
        . . . . 3 . 2
        . . . . 3 . 2
        . . . . 3 . 2
        . . . . 2 2 2`,
    },
    {
      what: 'of waves alone goes to the last line, where the next cell would leave the table',
      from: [0, 5],
      corner: 'top-right',
      orientation: 'counter-clockwise',
      gap: 0,
      pieces: 8,
      draws: 'wwwwwwww',
      drawing: `
        1 1 1 1 1 1
        1 . . . . .
        2 2 2 2 2 2
        . . . . . 2
        3 3 3 3 3 3
        3 . . . . .
        4 4 4 4 4 4`,
    },
    {
      what: 'never steps up into row 0',
      from: [6, 0],
      corner: 'bottom-left',
      orientation: 'counter-clockwise',
      gap: 0,
      pieces: 8,
      draws: 'wwwwwwww',
      drawing: `
        . . . . . .
        . . . . . 3
        3 3 3 3 3 3
        2 . . . . .
        2 2 2 2 2 2
        . . . . . 1
        1 1 1 1 1 1`,
    },
  ];

  test.each(drawn)('$what', (one) => {
    const isSpiral = Array.from(one.draws ?? '', (letter) => letter === 's');
    expect(walkComposition(courseOf(one), () => isSpiral.shift() ?? false)).toEqual(expected(one));
  });
});
