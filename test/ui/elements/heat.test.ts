/** Arithmetic of the heat overlay. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptPixels, maskShare, overlayPixels, patchScores, topMask, topPatches } from '../../../src/ui/elements/heat.ts';

const scores = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 400 }).map((values) => Float32Array.from(values));

test('the mask keeps exactly the highest pixels, by a full sort', () => {
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 100 }), fc.boolean(), (values, percent, isSigned) => {
      const keep = keptPixels(values.length, percent);
      const mask = topMask(values, keep, isSigned);
      const value = (i: number): number => (isSigned ? (values[i] ?? 0) : Math.abs(values[i] ?? 0));
      const order = Array.from(values, (_, i) => i).sort((a, b) => value(b) - value(a) || a - b);
      const kept = order.filter((i) => mask[i] === 1);
      expect(kept).toEqual(order.slice(0, keep));
    }),
    { numRuns: 300 },
  );
});

test('all-equal scores keep the asked number, the earliest first', () => {
  expect([...topMask(new Float32Array(6), 2, true)]).toEqual([1, 1, 0, 0, 0, 0]);
});

test('one percent of the compact 6 x 11 picture is 169 pixels', () => {
  expect(keptPixels(176 * 96, 1)).toBe(169);
  expect(keptPixels(10, 0.1)).toBe(1);
});

test('patch sums add up to the whole and know their place', () => {
  const values = new Float32Array(8 * 4); // 2 x 1 patches of 4 px, 8 wide
  values[5] = 3; // second patch
  values[0] = -1;
  const patches = patchScores(values, topMask(values, 1, true), 8, 4, true);
  expect(patches).toEqual([
    { row: 0, column: 0, sum: -1, kept: 0 },
    { row: 0, column: 1, sum: 3, kept: 1 },
  ]);
  expect(topPatches(patches, 1)[0]?.column).toBe(1);
  expect(maskShare(patches, new Set(['0,1']))).toBe(1);
  expect(patchScores(values, new Uint8Array(32), 8, 4, false)[0]?.sum).toBe(1);
});

test('the overlay is clear where nothing is kept, red where it is', () => {
  const values = Float32Array.from([0, 1, -1]);
  const mask = overlayPixels(values, Uint8Array.from([0, 1, 0]), { overlay: 'mask', opacity: 0.5, isSigned: true });
  expect([...mask].filter((_, i) => i % 4 === 3)).toEqual([0, 128, 0]);
  const heat = overlayPixels(values, new Uint8Array(3), { overlay: 'heat', opacity: 1, isSigned: true });
  expect([...heat].filter((_, i) => i % 4 === 3)).toEqual([0, 255, 255]);
  expect(heat[4]).not.toBe(heat[8]); // signs have colours of their own
});
