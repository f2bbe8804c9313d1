/** The backbone that ships: its vectors against plain arithmetic on tokens, and the differentiable form against the other. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { openBackend } from '../../../src/model/backend.ts';
import { imageFeatures, IMAGE_TOKENS } from '../../../src/study/smarter/backbone.ts';
import { loadEmbeddedBackbone } from '../../../src/study/smarter/embedded-backbone.ts';
import { familyOf } from '../../../src/tasks/puzzles/families.ts';
import { puzzleAt } from '../../../src/tasks/puzzles/instance.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';

test('the spread stands behind the means of all backbones, over all their tokens', () => {
  const rng = makeRng('tokens');
  const of = (count: number, dim: number): Float32Array => Float32Array.from({ length: 2 * count * dim }, () => rng.unit());
  const backbones = [
    { grid: 4, dim: 3, before: 1, values: of(17, 3) },
    { grid: 8, dim: 2, before: 0, values: of(64, 2) },
  ];
  const { pooled, tokens } = imageFeatures(2, backbones, true);
  const means = imageFeatures(2, backbones, false);
  expect(tokens).toEqual(means.tokens);
  for (const b of [0, 1]) {
    expect([...pooled.subarray(b * 10, b * 10 + 5)]).toEqual([...means.pooled.subarray(b * 5, b * 5 + 5)]);
    let channel = 0;
    for (const { grid, dim, before, values } of backbones) {
      const count = before + grid * grid;
      for (let c = 0; c < dim; c++, channel++) {
        const own = Array.from({ length: count }, (_, i) => values[(b * count + i) * dim + c] ?? NaN);
        const mean = own.reduce((sum, value) => sum + value, 0) / count;
        const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
        expect(pooled[b * 10 + 5 + channel]).toBeCloseTo(spread, 4);
      }
    }
  }
});

test('a puzzle has the same vectors by both ways, 512 and 16 times 256, that its pixels change', async () => {
  const engine = await openBackend('wasm');
  const backbone = await loadEmbeddedBackbone(async (name) => new Uint8Array(await readFile(join('public/encoders', name))));
  const picture = rasterise(puzzleAt(familyOf(14), { seed: 1, index: 0, mode: 'published' }).scene());
  const { pooled, tokens } = await backbone.images([picture]);
  expect([pooled.length, tokens.length]).toEqual([backbone.imageDim, IMAGE_TOKENS * backbone.tokenDim]);
  expect([backbone.imageDim, backbone.tokenDim]).toEqual([512, 256]);
  const pixels = backbone.pixels(picture);
  const again = backbone.featuresOfPixels(pixels);
  for (const [values, tensor] of [
    [pooled, again.pooled],
    [tokens, again.tokens],
  ] as const) {
    const other = await tensor.data();
    values.forEach((value, i) => expect(other[i]).toBeCloseTo(value, 3));
  }
  expect((await backbone.images([picture.map((value) => 255 - value)])).pooled).not.toEqual(pooled);
  backbone.dispose();
  engine.close();
});
