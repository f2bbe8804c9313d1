import { flowersAndOutlines } from '../../../src/tasks/puzzles/counting/flowers-and-outlines.ts';
import { solve as solve14 } from '../../support/puzzles/14.ts';
import { puzzleSuite } from '../../support/puzzles/puzzle-suite.ts';

puzzleSuite(flowersAndOutlines, solve14);
