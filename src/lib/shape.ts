/**
 * Checks that a tensor has the shape its docstring declares, and binds the letters: `checkShape(x, 'B T C', { C: 5 }, 'linear')` gives B and T.
 * Knows nothing of tensors: anything with a `shape` will do.
 */
import { fault, ShapeError } from './errors.ts';

/**
 * Binds the axes of `x` to `letters` (names or whole numbers, divided by spaces; '' is a scalar) and returns every name's size, the known ones too.
 * A name that occurs twice must have the same size both times. Throws ShapeError naming the axis.
 */
export function checkShape(
  x: { readonly shape: readonly number[] },
  letters: string,
  known: Readonly<Record<string, number>>,
  where: string,
): Record<string, number> {
  const axes = letters.split(' ').filter((axis) => axis !== '');
  const expected = `[${axes.join(', ')}]`;
  if (axes.length !== x.shape.length) {
    throw new ShapeError(fault(where, expected, x.shape, `the number of axes must be ${axes.length}`));
  }
  const sizes: Record<string, number> = { ...known };
  axes.forEach((axis, i) => {
    const got = x.shape[i] ?? Number.NaN;
    const needed = /^\d+$/.test(axis) ? Number(axis) : sizes[axis];
    if (needed === undefined) sizes[axis] = got;
    else if (needed !== got) throw new ShapeError(fault(where, expected, x.shape, `axis ${axis} must be ${needed}`));
  });
  return sizes;
}
