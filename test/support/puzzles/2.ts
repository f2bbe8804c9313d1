/** Tells stars from polygons by their inward corners; a star has half as many rays as corners. */
import type { PolygonShape } from '../../../src/tasks/render/scene.ts';
import { polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const asked = Number(/\d+/.exec(question)?.[0]);
  const wantsStar = /stars (?!is)/.test(question);
  return polygonsOf(scene).filter((shape) => isStar(shape) === wantsStar && shape.points.length === (wantsStar ? 2 * asked : asked)).length;
};

function isStar({ points }: PolygonShape): boolean {
  const turns = points.map(([bx, by], i) => {
    const [ax, ay] = points.at(i - 1) ?? [bx, by];
    const [cx, cy] = points[(i + 1) % points.length] ?? [bx, by];
    return Math.sign((bx - ax) * (cy - by) - (by - ay) * (cx - bx));
  });
  return new Set(turns).size > 1;
}
