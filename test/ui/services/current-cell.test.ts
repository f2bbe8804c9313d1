/** Which cell the visitor is at, by the edges of all of them. */
import { describe, expect, test } from 'vitest';
import { cellAt, isInSight, neighbour } from '../../../src/ui/services/current-cell.ts';
import type { Place } from '../../../src/ui/services/current-cell.ts';

const HEIGHT = 900;
/** Cells one under the other, the page scrolled so that the first begins at `top`. */
function stacked(top: number): Place[] {
  const sizes = { figures: 1500, look: 230, smarter: 2400, 'data-in': 400 };
  let at = top;
  return Object.entries(sizes).map(([id, size]) => ({ id, top: at, bottom: (at += size) }));
}
const AT_LOOK = -1500 + 16;

describe('the cell of the visitor', () => {
  test('is a cell of a few lines at the top of the window, though the next one fills the middle', () => {
    expect(cellAt(stacked(AT_LOOK), null, HEIGHT, false)).toBe('look');
    expect(cellAt(stacked(AT_LOOK - 230), null, HEIGHT, false)).toBe('smarter');
    expect(cellAt(stacked(300), null, HEIGHT, false)).toBe('figures'); // the masthead above it
  });

  test('is the one that was clicked while enough of it is in sight', () => {
    const places = stacked(AT_LOOK);
    expect(cellAt(places, 'smarter', HEIGHT, false)).toBe('smarter');
    expect(cellAt(stacked(-1400), 'figures', HEIGHT, false)).toBe('look'); // 100 px of it are left
    expect(cellAt(stacked(AT_LOOK - 300), 'look', HEIGHT, false)).toBe('smarter');
    expect(places.map((place) => isInSight(place, HEIGHT))).toEqual([false, true, true, false]);
  });

  test('is the last one at the end of the page, where its heading cannot reach the top', () => {
    const atEnd = stacked(HEIGHT - 1500 - 230 - 2400 - 400 - 200);
    expect(cellAt(atEnd, null, HEIGHT, true)).toBe('data-in');
    expect(cellAt([], null, HEIGHT, false)).toBe('');
  });
});

describe('J and K', () => {
  const walk = (places: readonly Place[], step: 1 | -1, attended: string | null = null): string | undefined =>
    places[neighbour(places, cellAt(places, attended, HEIGHT, false), attended !== null, step)]?.id;

  test('reach every cell', () => {
    expect(walk(stacked(300), 1)).toBe('figures');
    expect(walk(stacked(16), 1, 'figures')).toBe('look');
    expect(walk(stacked(AT_LOOK), 1, 'look')).toBe('smarter');
    expect(walk(stacked(AT_LOOK - 230), -1, 'smarter')).toBe('look');
    expect(walk(stacked(AT_LOOK - 230 - 700), -1)).toBe('smarter'); // its heading first
    expect(walk(stacked(HEIGHT - 4800), -1, 'data-in')).toBe('smarter');
    expect(walk(stacked(16), -1, 'figures')).toBeUndefined();
  });
});
