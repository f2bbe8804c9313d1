/** The picture of an example as the bytes of a PNG file. */
import type { Example } from '../../../tasks/example.ts';
import { encodePng } from '../../../tasks/render/png.ts';
import { rasteriseInto } from '../../../tasks/render/raster.ts';
import type { Profile } from '../../../tasks/task.ts';

/** Kept between pictures: a fresh buffer of some megabytes for each costs more than drawing into an old one. */
let pixels = new Uint8Array(0);

export function pictureFile(example: Example, profile: Profile): Uint8Array {
  const scene = example.scene(profile);
  const bytes = scene.widthPx * scene.heightPx * 3;
  if (pixels.length < bytes) pixels = new Uint8Array(bytes);
  const own = pixels.subarray(0, bytes);
  rasteriseInto(scene, own);
  return encodePng(own, scene.widthPx, scene.heightPx);
}
