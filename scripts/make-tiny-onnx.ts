/**
 * Writes test/golden/hub: tiny models of the architectures that the hub backbone loads, with their settings, laid out as on the hub. About 190 kB.
 *
 *   npx tsx scripts/make-tiny-onnx.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onnxBytes } from './tiny-onnx/onnx-bytes.ts';
import { tinyDinov2, tinySiglipText, tinySiglipVision } from './tiny-onnx/tiny-graphs.ts';
import { PIECES, SETTINGS } from './tiny-onnx/tiny-settings.ts';

const FOLDER = resolve(import.meta.dirname, '../test/golden/hub/tiny');

function write(name: string, content: string | Uint8Array): void {
  const path = join(FOLDER, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

for (const [name, settings] of Object.entries(SETTINGS)) write(name, `${JSON.stringify(settings, null, 1)}\n`);
for (const [precision, suffix] of [
  ['fp32', ''],
  ['q8', '_quantized'],
] as const) {
  write(`dinov2/onnx/model${suffix}.onnx`, onnxBytes(tinyDinov2(precision)));
  write(`siglip/onnx/vision_model${suffix}.onnx`, onnxBytes(tinySiglipVision(precision)));
  write(`siglip/onnx/text_model${suffix}.onnx`, onnxBytes(tinySiglipText(PIECES.length, precision)));
}
