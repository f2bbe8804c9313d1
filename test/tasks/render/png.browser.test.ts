/** Our PNG files are what a browser reads: the same pixels come back. */
import { expect, test } from 'vitest';
import { exampleAt } from '../../../src/tasks/examples.ts';
import { encodePng } from '../../../src/tasks/render/png.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { defaultTaskSpec } from '../../../src/tasks/task-spec.ts';
import { PROFILES, TASK_IDS } from '../../../src/tasks/task.ts';

test.each(TASK_IDS)('Chromium reads the pictures of %s', async (task) => {
  for (const profile of PROFILES) {
    const scene = exampleAt({ task, level: 'hard', split: 'train', seed: 1, index: 4 }, defaultTaskSpec(task)).scene(profile);
    const { widthPx, heightPx } = scene;
    const rgb = rasterise(scene);
    const file = encodePng(rgb, widthPx, heightPx);
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(file)], { type: 'image/png' }), { colorSpaceConversion: 'none' });
    expect([bitmap.width, bitmap.height]).toEqual([widthPx, heightPx]);
    const context = new OffscreenCanvas(widthPx, heightPx).getContext('2d');
    if (context === null) throw new Error('no 2d context');
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, widthPx, heightPx).data;
    let wrong = 0;
    for (let i = 0; i < widthPx * heightPx; i++) for (let c = 0; c < 3; c++) if (rgba[i * 4 + c] !== rgb[i * 3 + c]) wrong += 1;
    expect(wrong).toBe(0);
  }
});
