import { copiesOfAStar } from '../../../src/tasks/puzzles/pattern/copies-of-a-star.ts';
import { leftOverPiece } from '../../../src/tasks/puzzles/pattern/left-over-piece.ts';
import { negative } from '../../../src/tasks/puzzles/pattern/negative.ts';
import { pointOfTheNextPeriod } from '../../../src/tasks/puzzles/pattern/point-of-the-next-period.ts';
import { solve as solve77 } from '../../support/puzzles/77.ts';
import { solve as solve78 } from '../../support/puzzles/78.ts';
import { solve as solve83 } from '../../support/puzzles/83.ts';
import { solve as solve84 } from '../../support/puzzles/84.ts';
import { puzzleSuite } from '../../support/puzzles/puzzle-suite.ts';

puzzleSuite(negative, solve77);
puzzleSuite(copiesOfAStar, solve78);
puzzleSuite(pointOfTheNextPeriod, solve83);
puzzleSuite(leftOverPiece, solve84);
