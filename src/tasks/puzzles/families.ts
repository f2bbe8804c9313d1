/** Every family there is, by its number in SMART-101. A new one is one file and one line here. */
import { fault, InputError } from '../../lib/errors.ts';
import { additionTable } from './algebra/addition-table.ts';
import { allMiddles } from './algebra/all-middles.ts';
import { betweenTwo } from './algebra/between-two.ts';
import { equalColours } from './algebra/equal-colours.ts';
import { oneMiddle } from './algebra/one-middle.ts';
import { sumsOfThings } from './algebra/sums-of-things.ts';
import { swaps } from './algebra/swaps.ts';
import { twoBoxes } from './algebra/two-boxes.ts';
import { twoFlowers } from './algebra/two-flowers.ts';
import { callingAnimals } from './counting/calling-animals.ts';
import { circlesAround } from './counting/circles-around.ts';
import { cutRibbon } from './counting/cut-ribbon.ts';
import { dotsInRings } from './counting/dots-in-rings.ts';
import { evenRows } from './counting/even-rows.ts';
import { flowersAndOutlines } from './counting/flowers-and-outlines.ts';
import { holesInAChessboard } from './counting/holes-in-a-chessboard.ts';
import { missingCells } from './counting/missing-cells.ts';
import { missingSlices } from './counting/missing-slices.ts';
import { noNeighbours } from './counting/no-neighbours.ts';
import { sidesAndRays } from './counting/sides-and-rays.ts';
import { twoColouredCells } from './counting/two-coloured-cells.ts';
import { boardsFromAbove } from './logic/boards-from-above.ts';
import { completeTheSquare } from './logic/complete-the-square.ts';
import { letterTable } from './logic/letter-table.ts';
import { mushroomShelter } from './logic/mushroom-shelter.ts';
import { oppositeFace } from './logic/opposite-face.ts';
import { threeNests } from './logic/three-nests.ts';
import { coinsInTwoBoxes } from './math/coins-in-two-boxes.ts';
import { digitsAndOutlines } from './math/digits-and-outlines.ts';
import { largestSum } from './math/largest-sum.ts';
import { meetingOnStairs } from './math/meeting-on-stairs.ts';
import { moreOfOneKind } from './math/more-of-one-kind.ts';
import { orangeCircle } from './math/orange-circle.ts';
import { ringRoad } from './math/ring-road.ts';
import { towelsOnALine } from './math/towels-on-a-line.ts';
import { wheelOfOperations } from './math/wheel-of-operations.ts';
import { differenceOfHeights } from './measure/difference-of-heights.ts';
import { figureOfSticks } from './measure/figure-of-sticks.ts';
import { sandHill } from './measure/sand-hill.ts';
import { stations } from './measure/stations.ts';
import { tiledFloor } from './measure/tiled-floor.ts';
import { timeOfStart } from './measure/time-of-start.ts';
import { wayBetweenHouses } from './measure/way-between-houses.ts';
import { middleBySize } from './order/middle-by-size.ts';
import { takingCards } from './order/taking-cards.ts';
import { closedCells } from './path/closed-cells.ts';
import { oneMoreHouse } from './path/one-more-house.ts';
import { roomsAndDoors } from './path/rooms-and-doors.ts';
import { routesBetweenDiscs } from './path/routes-between-discs.ts';
import { shortestWays } from './path/shortest-ways.ts';
import { spellAWord } from './path/spell-a-word.ts';
import { whoIsTallest } from './path/who-is-tallest.ts';
import { copiesOfAStar } from './pattern/copies-of-a-star.ts';
import { leftOverPiece } from './pattern/left-over-piece.ts';
import { negative } from './pattern/negative.ts';
import { pointOfTheNextPeriod } from './pattern/point-of-the-next-period.ts';
import type { PuzzleFamily } from './puzzle.ts';
import { cardOnTheBoard } from './spatial/card-on-the-board.ts';
import { dotInAll } from './spatial/dot-in-all.ts';
import { flippedCard } from './spatial/flipped-card.ts';
import { hiddenCubes } from './spatial/hidden-cubes.ts';
import { middleBar } from './spatial/middle-bar.ts';
import { seenThroughHoles } from './spatial/seen-through-holes.ts';

export const FAMILIES: readonly PuzzleFamily[] = [
  additionTable,
  allMiddles,
  betweenTwo,
  equalColours,
  oneMiddle,
  sumsOfThings,
  swaps,
  twoBoxes,
  twoFlowers,
  callingAnimals,
  circlesAround,
  cutRibbon,
  dotsInRings,
  evenRows,
  flowersAndOutlines,
  holesInAChessboard,
  missingCells,
  missingSlices,
  noNeighbours,
  sidesAndRays,
  twoColouredCells,
  boardsFromAbove,
  completeTheSquare,
  letterTable,
  oppositeFace,
  digitsAndOutlines,
  largestSum,
  wheelOfOperations,
  differenceOfHeights,
  sandHill,
  stations,
  tiledFloor,
  timeOfStart,
  closedCells,
  oneMoreHouse,
  roomsAndDoors,
  routesBetweenDiscs,
  shortestWays,
  spellAWord,
  whoIsTallest,
  copiesOfAStar,
  negative,
  pointOfTheNextPeriod,
  dotInAll,
  hiddenCubes,
  seenThroughHoles,
  towelsOnALine,
  moreOfOneKind,
  meetingOnStairs,
  coinsInTwoBoxes,
  ringRoad,
  orangeCircle,
  threeNests,
  mushroomShelter,
  flippedCard,
  cardOnTheBoard,
  middleBar,
  middleBySize,
  takingCards,
  figureOfSticks,
  wayBetweenHouses,
  leftOverPiece,
].toSorted((a, b) => a.id - b.id);

/** Throws InputError for a number without a family. */
export function familyOf(id: number): PuzzleFamily {
  const found = FAMILIES.find((family) => family.id === id);
  if (found === undefined) throw new InputError(fault('puzzle', `one of ${FAMILIES.map((family) => family.id).join(', ')}`, id));
  return found;
}
