import { differenceOfHeights } from '../../../src/tasks/puzzles/measure/difference-of-heights.ts';
import { figureOfSticks } from '../../../src/tasks/puzzles/measure/figure-of-sticks.ts';
import { timeOfStart } from '../../../src/tasks/puzzles/measure/time-of-start.ts';
import { wayBetweenHouses } from '../../../src/tasks/puzzles/measure/way-between-houses.ts';
import { solve as solve25 } from '../../support/puzzles/25.ts';
import { solve as solve92 } from '../../support/puzzles/92.ts';
import { solve as solve93 } from '../../support/puzzles/93.ts';
import { solve as solve94 } from '../../support/puzzles/94.ts';
import { puzzleSuite } from '../../support/puzzles/puzzle-suite.ts';

puzzleSuite(timeOfStart, solve25);
puzzleSuite(figureOfSticks, solve92);
puzzleSuite(wayBetweenHouses, solve93);
puzzleSuite(differenceOfHeights, solve94);
