import { sandHill } from '../../../src/tasks/puzzles/measure/sand-hill.ts';
import { stations } from '../../../src/tasks/puzzles/measure/stations.ts';
import { tiledFloor } from '../../../src/tasks/puzzles/measure/tiled-floor.ts';
import { solve as solve20 } from '../../support/puzzles/20.ts';
import { solve as solve21 } from '../../support/puzzles/21.ts';
import { solve as solve22 } from '../../support/puzzles/22.ts';
import { puzzleSuite } from '../../support/puzzles/puzzle-suite.ts';

puzzleSuite(tiledFloor, solve20);
puzzleSuite(stations, solve21);
puzzleSuite(sandHill, solve22);
