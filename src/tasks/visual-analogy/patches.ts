/**
 * What each patch of the compact picture shows, for the reading objective and for people (ours). A shape fills one patch. Lines cross several: a patch goes by the line of
 * which most can be seen in it, and is blank where there is next to nothing.
 */
import { maskOf } from '../render/coverage.ts';
import { lineWord, PLACE_NAMES, shapeWord } from './codes.ts';
import type { LineObject, Panel } from './panels.ts';
import { COMPACT_LINES, COMPACT_PATCH_PX, COMPACT_PATCHES, lineInWords, PANEL_PATCHES, shapeInWords } from './scenes.ts';
import { allPanels, SLOTS } from './slots.ts';
import type { AnalogyTruth } from './truth.ts';

const BLANK = '<blank>';
const QUESTION_PATCH = '?';
const SIDE_PX = PANEL_PATCHES * COMPACT_PATCH_PX;
/** Fewer px of a line in a patch are a corner of it; a stroke through a patch has 16 and more. */
const FEWEST_PX = 8;

/** Patches of the picture. */
export function compactGrid(): { readonly rows: number; readonly columns: number } {
  return { rows: COMPACT_PATCHES, columns: COMPACT_PATCHES };
}

/** The token of each patch, row-major. */
export function compactPatchTokens(truth: AnalogyTruth): readonly string[] {
  return patchesOf(truth, BLANK, QUESTION_PATCH, (panel) =>
    panel.family === 'line'
      ? seenLines(panel.objects).map((line) => (line === null ? BLANK : lineWord(line)))
      : shapePatches(panel, BLANK, shapeWord),
  );
}

/** Each patch in words, '' where it shows nothing. */
export function compactPatchNames(truth: AnalogyTruth): readonly string[] {
  return patchesOf(truth, '', 'Query, panel 3: ?', (panel, label) =>
    panel.family === 'line'
      ? seenLines(panel.objects).map((line, place) => (line === null ? '' : `${label}, ${PLACE_NAMES[place] ?? ''}: ${lineInWords(line)}`))
      : shapePatches(panel, '', (shape) => `${label}, ${shapeInWords(shape)}`),
  );
}

/** Puts the nine patches of each panel where they stand in the picture. */
function patchesOf(truth: AnalogyTruth, blank: string, question: string, patches: (panel: Panel, label: string) => readonly string[]): string[] {
  const all = Array.from({ length: COMPACT_PATCHES * COMPACT_PATCHES }, () => blank);
  const put = (box: number, texts: readonly string[]): void => {
    const [row, column] = box < 9 ? [Math.floor(box / 3), box % 3] : [3, box - 9];
    for (const [place, text] of texts.entries()) {
      const patchRow = row * PANEL_PATCHES + Math.floor(place / PANEL_PATCHES);
      all[patchRow * COMPACT_PATCHES + column * PANEL_PATCHES + (place % PANEL_PATCHES)] = text;
    }
  };
  for (const [i, panel] of allPanels(truth).entries()) put(i < 8 ? i : i + 1, patches(panel, SLOTS[i]?.label ?? ''));
  put(8, [blank, blank, blank, blank, question]);
  return all;
}

function shapePatches<T>(panel: Panel & { readonly family: 'shape' }, blank: T, write: (shape: (typeof panel.objects)[number]) => T): T[] {
  const patches = Array.from({ length: PANEL_PATCHES * PANEL_PATCHES }, () => blank);
  for (const shape of panel.objects) patches[shape.position] = write(shape);
  return patches;
}

/** The line that each of the nine patches goes by. */
function seenLines(lines: readonly LineObject[]): readonly (LineObject | null)[] {
  const best = Array.from({ length: PANEL_PATCHES * PANEL_PATCHES }, (): { line: LineObject | null; px: number } => ({
    line: null,
    px: FEWEST_PX - 1,
  }));
  const isCovered = new Uint8Array(SIDE_PX * SIDE_PX);
  for (const line of [...lines].reverse()) {
    const counts = best.map(() => 0);
    for (const pixel of pixelsOf(line.type)) {
      if (isCovered[pixel] === 1) continue; // by a line drawn later
      isCovered[pixel] = 1;
      const patch = PATCH_OF[pixel] ?? 0;
      counts[patch] = (counts[patch] ?? 0) + 1;
    }
    for (const [patch, px] of counts.entries()) if (px > (best[patch]?.px ?? px)) best[patch] = { line, px };
  }
  return best.map(({ line }) => line);
}

/** The patch of each pixel of a panel. */
const PATCH_OF = Uint8Array.from({ length: SIDE_PX * SIDE_PX }, (_, pixel) => {
  const [x, y] = [pixel % SIDE_PX, Math.floor(pixel / SIDE_PX)];
  return Math.floor(y / COMPACT_PATCH_PX) * PANEL_PATCHES + Math.floor(x / COMPACT_PATCH_PX);
});

const linePixels = new Map<number, Int32Array>();

/** Pixels of a panel that a line type covers by half or more. */
function pixelsOf(type: number): Int32Array {
  const kept = linePixels.get(type);
  if (kept !== undefined) return kept;
  const mask = maskOf([Float64Array.from((COMPACT_LINES[type] ?? []).flat())]);
  const pixels: number[] = [];
  if (mask !== null) {
    for (const [i, alpha] of mask.alpha.entries()) {
      const [x, y] = [mask.left + (i % mask.width), mask.top + Math.floor(i / mask.width)];
      if (alpha >= 128 && x >= 0 && y >= 0 && x < SIDE_PX && y < SIDE_PX) pixels.push(y * SIDE_PX + x);
    }
  }
  const found = Int32Array.from(pixels);
  linePixels.set(type, found);
  return found;
}
