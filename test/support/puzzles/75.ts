/** Reads every quadrilateral as a face of a cube; faces on different sides of the box that share an edge are the same cube. */
import type { PolygonShape, Rgb } from '../../../src/tasks/render/scene.ts';
import { cornersOf, nearest } from './placed.ts';
import { polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const HUES = {
  yellow: [250, 205, 50],
  orange: [245, 130, 32],
  pink: [240, 150, 195],
  blue: [31, 88, 180],
  green: [44, 140, 60],
  purple: [130, 60, 160],
} as const;

interface Face {
  readonly side: 'top' | 'left' | 'right';
  readonly colour: string;
  readonly edges: readonly string[];
}

export const solve: Solver = ({ scene, question }) => {
  const [, count, colour] = /(\d+) (?:of the cubes are )?([a-z]+)/.exec(question.replace(/^Ben used exactly /, '')) ?? [];
  const faces = polygonsOf(scene).map(faceOf);
  const cubes: Face[][] = [];
  for (const face of faces) {
    const same = cubes.filter((cube) => cube.some(({ side, edges }) => side !== face.side && edges.some((edge) => face.edges.includes(edge))));
    for (const cube of same) cubes.splice(cubes.indexOf(cube), 1);
    cubes.push([...same.flat(), face]);
  }
  const torn = cubes.find((cube) => new Set(cube.map((face) => face.colour)).size > 1 || new Set(cube.map(({ side }) => side)).size < cube.length);
  if (torn !== undefined) throw new Error(`a cube with faces ${JSON.stringify(torn)}`);
  return Number(count) - cubes.filter(([face]) => face?.colour === colour).length;
};

function faceOf(shape: PolygonShape): Face {
  const corners = cornersOf(shape);
  const edges = corners.map(([x1, y1], i) => {
    const [x2, y2] = corners[(i + 1) % corners.length] ?? [x1, y1];
    return { middle: `${((x1 + x2) / 2).toFixed(1)} ${((y1 + y2) / 2).toFixed(1)}`, dx: x2 - x1, dy: y2 - y1 };
  });
  const isUpright = edges.some(({ dx }) => Math.abs(dx) < 0.01);
  const falls = edges.some(({ dx, dy }) => Math.abs(dx) > 0.01 && dx * dy > 0);
  return { side: isUpright ? (falls ? 'left' : 'right') : 'top', colour: hueOf(shape.fill), edges: edges.map(({ middle }) => middle) };
}

/** By the ratio of the channels: faces in the shade are darker, not of another colour. */
function hueOf(colour: Rgb): string {
  const cosine = (other: Rgb): number =>
    colour.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0) / (Math.hypot(...colour) * Math.hypot(...other));
  return nearest(Object.entries(HUES), ([, hue]) => -cosine(hue))[0];
}
