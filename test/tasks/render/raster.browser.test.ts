/** The same pixels in Chromium as in Node, and an SVG that the browser draws alike. */
import { expect, test } from 'vitest';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import type { Scene } from '../../../src/tasks/render/scene.ts';
import { sceneToSvg } from '../../../src/tasks/render/svg.ts';
import golden from '../../golden/picture-hashes.json';
import { GOLDEN_SCENES, hashOfBytes } from '../../support/golden-scenes.ts';

/** Chromium samples edges where we take exact areas; measured on Chromium: a single pixel differs by at most 80, the mean by 1.5 in small pictures full of letters. */
const EDGE_DIFFERENCE = 100;
const MEAN_DIFFERENCE = 2;

test('the pixels of the golden scenes are those of Node', () => {
  expect(Object.fromEntries(GOLDEN_SCENES.map(({ name, scene }) => [name, hashOfBytes(rasterise(scene))]))).toEqual(golden);
});

test.each(GOLDEN_SCENES)('Chromium draws the SVG like the pixels: $name', async ({ scene }) => {
  const drawn = await pixelsOfSvg(scene);
  const ours = rasterise(scene);
  let [most, sum] = [0, 0];
  for (const [i, value] of ours.entries()) {
    const difference = Math.abs(value - (drawn[i] ?? 0));
    most = Math.max(most, difference);
    sum += difference;
  }
  expect(most).toBeLessThanOrEqual(EDGE_DIFFERENCE);
  expect(sum / ours.length).toBeLessThan(MEAN_DIFFERENCE);
});

test.each(GOLDEN_SCENES)('the SVG is well-formed and has one element per shape: $name', ({ scene }) => {
  const parsed = new DOMParser().parseFromString(sceneToSvg(scene), 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  const root = parsed.documentElement;
  expect(root.namespaceURI).toBe('http://www.w3.org/2000/svg');
  expect(root.querySelector('title')?.textContent).toBe(scene.title);
  expect(root.querySelector('desc')?.textContent).toBe(scene.description);
  expect(root.children).toHaveLength(scene.shapes.length + 3); // title, desc, background
});

/** RGB as Chromium draws it. */
async function pixelsOfSvg(scene: Scene): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([sceneToSvg(scene)], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = url;
  await image.decode();
  const context = new OffscreenCanvas(scene.widthPx, scene.heightPx).getContext('2d');
  if (context === null) throw new Error('no 2d context');
  context.drawImage(image, 0, 0);
  URL.revokeObjectURL(url);
  return context.getImageData(0, 0, scene.widthPx, scene.heightPx).data.filter((_, i) => i % 4 !== 3) as unknown as Uint8Array;
}
