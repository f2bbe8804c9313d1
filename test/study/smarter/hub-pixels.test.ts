import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { planOf } from '../../../src/study/smarter/hub-backbone.ts';
import { prepare, resizeBicubic } from '../../../src/study/smarter/hub-pixels.ts';
import type { Picture } from '../../../src/study/smarter/hub-pixels.ts';

/** Grey levels from the middle, so that nothing is cut off at 0 and 255 between the passes. */
function randomPicture(width: number, height: number): Picture {
  const rng = makeRng('hub-pixels', width, height);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => 64 + rng.below(128)) };
}

/** Straight from the definition: a weighted mean over all pixels, both directions at once, no rounding between. */
function bicubicAt({ width, height, data }: Picture, x: number, y: number, c: number, to: { width: number; height: number }): number {
  const kernel = (t: number): number => {
    const d = Math.abs(t);
    if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
    return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
  };
  const weights = (at: number, from: number, size: number): number[] => {
    const scale = from / size;
    const raw = Array.from({ length: from }, (_, i) => kernel((i + 0.5 - (at + 0.5) * scale) / Math.max(1, scale)));
    return raw.map((weight) => weight / raw.reduce((a, b) => a + b, 0));
  };
  const [across, down] = [weights(x, width, to.width), weights(y, height, to.height)];
  let sum = 0;
  for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) sum += down[j]! * across[i]! * data[(j * width + i) * 3 + c]!;
  return Math.min(255, Math.max(0, sum));
}

test.each([
  ['larger', { width: 28, height: 24 }, { width: 32, height: 30 }],
  ['smaller', { width: 40, height: 33 }, { width: 17, height: 20 }],
])('bicubic to a %s picture is the weighted mean of its definition, up to the rounding of both passes', (_, from, to) => {
  const picture = randomPicture(from.width, from.height);
  const resized = resizeBicubic(picture, to);
  let worst = 0;
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++)
      for (let c = 0; c < 3; c++) {
        worst = Math.max(worst, Math.abs(resized.data[(y * to.width + x) * 3 + c]! - bicubicAt(picture, x, y, c, to)));
      }
  expect(worst).toBeLessThan(1.4);
  expect(resized).toMatchObject(to);
});

test('is within one grey level of torch 2.13: interpolate(mode=bicubic, antialias=True) of 8 x 8 bytes x * y * 5 mod 256 to 10 x 10, row 4', () => {
  const torch = [0, 10, 24, 35, 48, 60, 73, 86, 98, 110];
  const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => ((Math.floor(i / 3) % 8) * Math.floor(i / 24) * 5) % 256);
  const resized = resizeBicubic({ width: 8, height: 8, data }, { width: 10, height: 10 });
  const row = Array.from({ length: 10 }, (_, x) => resized.data[(4 * 10 + x) * 3]!);
  expect(Math.max(...row.map((value, x) => Math.abs(value - torch[x]!)))).toBeLessThanOrEqual(1);
});

test('the plan of DINOv2 is 256 px and the middle 224, of SigLIP 224 x 224; another resampling is refused', () => {
  const dinov2 = { do_resize: true, size: { shortest_edge: 256 }, resample: 3, do_center_crop: true, crop_size: { width: 224, height: 224 } };
  expect(planOf(dinov2)).toEqual({ resize: { shortestEdge: 256 }, crop: { width: 224, height: 224 } });
  const siglip = { do_resize: true, size: { width: 224, height: 224 }, resample: 3, do_center_crop: false, crop_size: undefined };
  expect(planOf(siglip)).toEqual({ resize: { width: 224, height: 224 }, crop: null });
  expect(() => planOf({ ...siglip, resample: 2 })).toThrow(/bicubic/);
});

test('a picture of the size that is asked for stays as it is, and the crop is the middle', () => {
  const picture = randomPicture(6, 4);
  expect(prepare(picture, { resize: { width: 6, height: 4 }, crop: null }).data).toEqual(picture.data);
  const middle = prepare(picture, { resize: null, crop: { width: 2, height: 2 } });
  expect([...middle.data]).toEqual([1, 2].flatMap((y) => [...picture.data.subarray((y * 6 + 2) * 3, (y * 6 + 4) * 3)]));
  expect(
    prepare({ width: 1, height: 1, data: Uint8Array.of(9, 9, 9) }, { resize: null, crop: { width: 3, height: 3 } }).data.filter(Boolean),
  ).toHaveLength(3);
});
