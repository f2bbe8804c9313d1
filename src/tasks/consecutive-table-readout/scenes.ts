/** Pictures of a table: sizes only, for now. */
import type { Scene } from '../render/scene.ts';
import type { ReadoutTruth } from './truth.ts';

/** 1500 x 800 pixels (spec/s2h 2.6). */
export function paperScene(_truth: ReadoutTruth): Scene {
  return { widthPx: 1500, heightPx: 800, background: [255, 255, 255], shapes: [], description: 'A table.' };
}

/** 16 pixels for each cell, header and row names included. */
export function compactScene(truth: ReadoutTruth): Scene {
  return { widthPx: 16 * (truth.columns + 1), heightPx: 16 * (truth.rows + 1), background: [255, 255, 255], shapes: [], description: 'A table.' };
}
