/** Colours of the heat overlay. */
import { expect, test } from 'vitest';
import { overlayPixels, scaleText } from '../../../src/ui/elements/heat.ts';

const VALUES = Float32Array.from([0, 1, -1, 0.25]);
const look = { overlay: 'heat', opacity: 1, sign: 'signed', most: 1 } as const;
const alphas = (pixels: Uint8ClampedArray): number[] => [...pixels].filter((_, i) => i % 4 === 3);
const colour = (pixels: Uint8ClampedArray, i: number): number[] => [...pixels.slice(i * 4, i * 4 + 3)];

test('the mask is clear where nothing is kept, red where it is', () => {
  const mask = overlayPixels(VALUES, Uint8Array.from([0, 1, 0, 0]), { ...look, overlay: 'mask', opacity: 0.5 });
  expect(alphas(mask)).toEqual([0, 128, 0, 0]);
  expect(colour(mask, 1)).toEqual([230, 0, 0]);
});

test('signed heat is orange above 0, blue below, and as strong as the root of the size', () => {
  const heat = overlayPixels(VALUES, new Uint8Array(4), look);
  expect(alphas(heat)).toEqual([0, 255, 255, 128]);
  expect(colour(heat, 1)).toEqual(colour(heat, 3));
  expect(colour(heat, 2)).toEqual([0, 114, 178]);
});

test('heat of one sign leaves the other clear, and darkens with the value', () => {
  const above = overlayPixels(VALUES, new Uint8Array(4), { ...look, sign: 'positive' });
  expect(alphas(above)).toEqual([0, 255, 0, 128]);
  expect(colour(above, 1)).toEqual([0, 34, 78]);
  expect(colour(above, 3)).toEqual([125, 124, 120]);
  expect(alphas(overlayPixels(VALUES, new Uint8Array(4), { ...look, sign: 'negative' }))).toEqual([0, 0, 255, 0]);
});

test('maps that share a scale are told apart by their strength', () => {
  expect(alphas(overlayPixels(VALUES, new Uint8Array(4), { ...look, most: 4 }))).toEqual([0, 128, 128, 64]);
  expect(alphas(overlayPixels(VALUES, new Uint8Array(4), { ...look, most: 0 }))).toEqual([0, 0, 0, 0]);
});

test('a scale says its top and what part of the largest it is', () => {
  expect(scaleText(0.5, 0.5)).toBe('0.50');
  expect(scaleText(0.2, 0.5)).toBe('0.20, 1/2.5');
  expect(scaleText(0.0004, 1.2)).toBe('0.00040, 1/3,000');
  expect(scaleText(0, 1)).toBe('all 0');
});
