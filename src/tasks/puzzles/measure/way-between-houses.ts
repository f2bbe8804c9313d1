/** SMART-101 puzzle 93: three houses on roads that meet; two ways between them and the way to the crossing give the third (spec/smarter-vlm 4.4). Layout is ours. */
import type { Shape } from '../../render/scene.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { icon } from '../draw/icons.ts';
import { BLACK, COLOURS, dot, line, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Km from the crossing to each house; the first is printed. */
  readonly ways: readonly [number, number, number];
  /** Letters of the houses in the same order. */
  readonly names: readonly string[];
  /** Direction of each road, tenths of a degree. */
  readonly roads: readonly [number, number, number];
}

const [CENTRE, ROAD_PX, HOUSE_PX, LETTER_PX, NUMBER_AT_PX, NUMBER_BESIDE_PX] = [112, 58, 15, 86, 30, 17];

export const wayBetweenHouses = family<Facts>({
  id: 93,
  name: 'Way between houses',
  skill: 'measure',
  answer: { kind: 'integer', classes: 40 },
  options: { kind: 'wide', minimum: 2 },
  draw(rng) {
    const way = (): number => rng.between(1, 19);
    const turn = rng.below(FULL_TURN);
    const road = (i: number): number => turn + 1200 * i + rng.between(-150, 150);
    return { ways: [rng.between(1, 15), way(), way()], names: rng.shuffle(['A', 'B', 'C']), roads: [road(0), road(1), road(2)] };
  },
  answerOf: ({ ways: [, second, third] }) => second + third,
  scene({ ways, names, roads }) {
    const [printed] = roads;
    const half = along(CENTRE, CENTRE, NUMBER_AT_PX, printed);
    return picture(
      [
        ...roads.map((road): Shape => line([CENTRE, CENTRE], along(CENTRE, CENTRE, ROAD_PX, road), 9, COLOURS.grey)),
        dot(CENTRE, CENTRE, 7, COLOURS.grey),
        ...roads.flatMap((road, i) => {
          const [house, letter] = [along(CENTRE, CENTRE, ROAD_PX, road), along(CENTRE, CENTRE, LETTER_PX, road)];
          return [...icon('house', ...house, HOUSE_PX), words(names[i] ?? '', ...letter, 18)];
        }),
        words(String(ways[0]), ...along(...half, NUMBER_BESIDE_PX, printed + FULL_TURN / 4), 18, BLACK),
      ],
      'three houses on roads that meet at a crossing',
    );
  },
  questions: [
    (facts) =>
      `By road it is ${firstWay(facts)} km from ${facts.names[0]} to ${facts.names[1]} and ${secondWay(facts)} km from ${facts.names[0]} to ${facts.names[2]}. The picture gives the kilometres from ${facts.names[0]} to the crossing. How many kilometres is it from ${facts.names[1]} to ${facts.names[2]}?`,
    (facts) =>
      `Three roads meet at a crossing; the number of km beside one of them belongs to this road. The way from ${facts.names[1]} to ${facts.names[0]} is ${firstWay(facts)} km long, the one from ${facts.names[2]} to ${facts.names[0]} ${secondWay(facts)} km. How long is the way from ${facts.names[1]} to ${facts.names[2]} in km?`,
    (facts) =>
      `Nora lives at ${facts.names[0]} and sees on the map how many km it is to the crossing. She walks ${firstWay(facts)} km to visit ${facts.names[1]}, or ${secondWay(facts)} km to visit ${facts.names[2]}. How many km apart are ${facts.names[1]} and ${facts.names[2]} by road?`,
  ],
});

function firstWay({ ways: [printed, second] }: Facts): number {
  return printed + second;
}

function secondWay({ ways: [printed, , third] }: Facts): number {
  return printed + third;
}
