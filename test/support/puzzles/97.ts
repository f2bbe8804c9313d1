/** Dashes are black; counts where the coloured strokes change from one side of the dashed line to the other between its ends. */
import { isFill, linesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const lines = linesOf(scene);
  const dashes = lines.filter(({ stroke }) => isFill({ fill: stroke }, [0, 0, 0]));
  const ribbon = lines.filter((line) => !dashes.includes(line));
  const ends = dashes.flatMap(({ x1, y1, x2, y2 }) => [[x1, y1] as const, [x2, y2] as const]);
  const pairs = ends.flatMap((a) => ends.map((b) => ({ a, b, far: Math.hypot(a[0] - b[0], a[1] - b[1]) })));
  const cut = pairs.toSorted((p, q) => q.far - p.far)[0];
  if (cut === undefined) throw new Error('no cut');
  // Along the cut and away from it.
  const [ux, uy] = [(cut.b[0] - cut.a[0]) / cut.far, (cut.b[1] - cut.a[1]) / cut.far];
  const seen = (x: number, y: number): readonly [number, number] => [
    (x - cut.a[0]) * ux + (y - cut.a[1]) * uy,
    (y - cut.a[1]) * ux - (x - cut.a[0]) * uy,
  ];
  const crossings = ribbon.filter(({ x1, y1, x2, y2 }) => {
    const [[s, p], [t, q]] = [seen(x1, y1), seen(x2, y2)];
    if (p >= 0 === q >= 0) return false;
    const at = s + ((t - s) * p) / (p - q);
    return at >= 0 && at <= cut.far;
  });
  return crossings.length + 1;
};
