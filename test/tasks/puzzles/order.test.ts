import { middleBySize } from '../../../src/tasks/puzzles/order/middle-by-size.ts';
import { takingCards } from '../../../src/tasks/puzzles/order/taking-cards.ts';
import { solve as solve18 } from '../../support/puzzles/18.ts';
import { solve as solve51 } from '../../support/puzzles/51.ts';
import { puzzleSuite } from '../../support/puzzles/puzzle-suite.ts';

puzzleSuite(takingCards, solve18);
puzzleSuite(middleBySize, solve51);
