/**
 * What spec/s2h says of the authors' data, as ranges of the mean that ours is held against, and why ours differs where it does. A range is the spec's
 * own where it gives one, else its figure with the play that its rounding and small samples leave. Sources are sections of spec/s2h.
 */
import type { Level, Split, TaskId } from '../../src/tasks/task.ts';

export interface Expected {
  readonly task: TaskId;
  readonly level: Level;
  readonly split: Split;
  readonly quantity: string;
  readonly low: number;
  readonly high: number;
  /** As the spec writes it. */
  readonly published: string;
  readonly source: string;
  /** Why ours lies outside, where it does. */
  readonly deviation?: string;
}

const at =
  (task: TaskId, level: Level, split: Split) =>
  (quantity: string, low: number, high: number, published: string, source: string, deviation?: string): Expected => ({
    task,
    level,
    split,
    quantity,
    low,
    high,
    published,
    source,
    ...(deviation === undefined ? {} : { deviation }),
  });

const ctr = (level: Level) => at('consecutive-table-readout', level, 'train');
const tr = (level: Level, split: Split = 'train') => at('table-readout', level, split);
const gn = (level: Level) => at('grid-navigation', level, 'train');
const va = (level: Level) => at('visual-analogy', level, 'train');

const SIMPLE_GRID_SIZES =
  'The published figure is the mean of 20 grids whose sizes are not told; x(t) grows with the squares. Ours is the mean over all sizes, balanced: about 1,410 ' +
  'characters of prompt at 8 x 8, 1,510 at 9 x 9, 1,870 at 12 x 12 (conversion and answer 1,390, 1,530, 1,930). 20 grids of 8 to 9 squares a side fit both figures.';
const CTR_GENERATOR =
  'The committed generator draws 6 to 10 cells whatever is asked and cuts at the end of the table; ours draws the lengths of the paper.';

export const EXPECTED: readonly Expected[] = [
  ctr('simple')('path cells', 7.3, 7.7, '5-10 in the paper; 7.7 measured on the authors’ generator', '1.2'),
  ctr('medium')('path cells', 17.3, 17.7, '15-20', '1.2', CTR_GENERATOR),
  ctr('hard')('path cells', 27.3, 27.7, '25-30', '1.2', CTR_GENERATOR),

  tr('simple')('path cells', 16.3, 17.3, '16.8 (paper: 12)', '2.4'),
  tr('hard')('path cells', 37.9, 39.9, '38.9 (paper: 35)', '2.4'),
  tr('hard', 'eval')('path cells', 44.5, 47.5, '46', '2.4'),
  tr('simple')('path cells: random', 9.7, 10.5, '10.1', '2.3'),
  tr('simple')('path cells: sinusoidal n 3', 14.6, 17.6, '15.6-17.6 over n 3 and n 4', '2.4'),
  tr('simple')('path cells: sinusoidal n 4', 14.6, 18.6, '15.6-17.6 over n 3 and n 4', '2.4'),
  tr('simple')('path cells: spiral n 3', 18, 24, '18-24 over gaps', '2.4'),
  tr('simple')('path cells: spiral n 4', 22, 30, '22-30 over gaps', '2.4'),
  tr('hard')('path cells: sinusoidal n 8', 31.6, 39.4, '31.6-39.4', '2.4'),
  tr('hard')('path cells: sinusoidal n 10', 31.6, 39.4, '31.6-39.4', '2.4'),
  tr('hard')('path cells: spiral n 6', 27.4, 45.5, '27.4-45.5', '2.4'),
  tr('hard')('path cells: spiral n 8', 27.4, 45.5, '27.4-45.5', '2.4'),
  tr('simple')('share: random', 0.33, 0.3367, '40k of 120k', '2.4'),
  tr('hard')('share: composition', 0.33, 0.3367, '40k of 120k', '2.4'),
  tr('simple')('table rows', 9.3, 9.7, '7-12', '2.1'),
  tr('simple')('table columns', 8.3, 8.7, '7-10', '2.1'),
  tr('simple')('characters: text prompt', 1050, 1180, '1113', '2.9'),
  tr('simple')('characters: image question', 420, 440, '437', '2.9'),
  tr('simple')('characters: response', 700, 810, '754', '2.9'),
  tr('simple')('characters: image-via-text response', 1600, 1770, '1685', '2.9'),
  tr('hard')('characters: response', 1380, 1620, '1502', '2.9'),
  tr('hard')('characters: image-via-text response', 2340, 2600, '2469', '2.9'),

  gn('simple')('search states', 16, 18, '16-18', '3.1'),
  gn('hard')('search states', 37, 41, '37-41', '3.1'),
  gn('simple')('moves', 15, 17, '15-17', '3.1'),
  gn('hard')('moves', 30, 37, '30-37', '3.1'),
  gn('simple')('share: at least one retrace', 0.17, 0.23, '~20 %', '3.1'),
  gn('hard')('share: at least one retrace', 0.58, 0.76, '58-76 %', '3.1'),
  gn('simple')('share: a future-collect line', 0.07, 0.11, '7-11 %', '3.1'),
  gn('hard')('share: a future-collect line', 0.23, 0.35, '23-35 %', '3.1'),
  gn('simple')('objects', 1.5, 1.5, '1 or 2, balanced', '3.1'),
  gn('hard')('objects', 3.5, 3.5, '2 to 5, balanced', '3.1'),
  gn('hard')('kinds in the palette', 3.99, 4.01, '3, 4, 5 in thirds', '3.1'),
  gn('simple')('characters: text prompt', 1390, 1540, '1464 (20 grids)', '3.9', SIMPLE_GRID_SIZES),
  gn('simple')('characters: image question', 1000, 1025, '1020', '3.9'),
  gn('simple')('characters: response', 740, 900, '823 (20 grids)', '3.9'),
  gn('simple')('characters: image-via-text response', 1380, 1580, '1476 (20 grids)', '3.9', SIMPLE_GRID_SIZES),
  gn('hard')('characters: text prompt', 1450, 1800, '1742 (18 grids)', '3.9'),
  gn('hard')('characters: response', 1850, 2350, '2099 (18 grids)', '3.9'),
  gn('hard')('characters: image-via-text response', 2600, 3300, '3029 (18 grids)', '3.9'),

  va('simple')('share: distractors with a seen pattern', 1, 1, 'only seen patterns', '4.7'),
  va('hard')('share: distractors with a seen pattern', 0.7, 0.76, '73 %', '4.7'),
  va('simple')('share: both examples on one domain', 1, 1, 'd1 = d2 = dq', '4.5'),
  va('hard')('share: both examples on one domain', 0, 0, 'd1 ≠ d2', '4.5'),
  va('hard')('share: the query on a domain of the examples', 1, 1, 'dq equals one of them', '4.5'),
  va('simple')('share: answer 1', 0.22, 0.28, 'shuffled uniformly', '4.7'),
  va('simple')('characters: text prompt', 1850, 2050, '1.9-2.0k', '4.13'),
  va('simple')('characters: image question', 830, 850, '849', '4.13'),
  va('simple')('characters: response', 2000, 2200, '2.1k', '4.13'),
  va('hard')('characters: response', 2000, 2200, '2.1k', '4.13'),
  va('simple')('characters: image-via-text response', 3200, 3450, '3.3-3.4k', '4.13'),
];
