/**
 * All forms of one example as plain data, for people: texts apart and whole, the picture as SVG, what belongs together in them, and the pixels the
 * model sees with a name for each patch. Runs in the example worker; the page imports the types only.
 */
import { exampleAt } from '../tasks/examples.ts';
import type { Example } from '../tasks/example.ts';
import type { RecordParts } from '../tasks/records.ts';
import type { Scene, Shape } from '../tasks/render/scene.ts';
import { sceneToSvg } from '../tasks/render/svg.ts';
import type { TaskSpec } from '../tasks/task-spec.ts';
import type { ExampleKey, ExampleLinks, Profile, RecordKind } from '../tasks/task.ts';
import { RECORD_KINDS } from '../tasks/task.ts';
import { canvasPicture, onCanvas } from './canvas.ts';

/** The picture for people, as an SVG document. */
export interface ShownPicture {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly description: string;
}

export interface ExampleForms {
  readonly contentId: string;
  /** The example in one sentence. */
  readonly summary: string;
  readonly records: Readonly<Record<RecordKind, RecordParts>>;
  /** Size of each record: characters in the paper profile, tokens in the compact one (without `<bos>`, `<assistant>`, `<eos>`). */
  readonly sizes: Readonly<Record<RecordKind, { readonly prompt: number; readonly response: number }>>;
  readonly picture: ShownPicture;
  /** Regions are in px of `picture`; spans are of x(t) and of the CoT. */
  readonly links: ExampleLinks;
}

/** A small picture of one example, for a gallery. */
export interface ExampleThumbnail {
  readonly key: ExampleKey;
  readonly summary: string;
  readonly picture: ShownPicture;
}

/** The picture the model sees, 8-bit RGB `[H, W, 3]`, and what each patch shows. */
export interface ExamplePixels {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly patchPx: number;
  readonly description: string;
  /** Row-major names of the patches in words: `AlphaWidget, March: 7`. */
  readonly patchNames: readonly string[];
}

/** The forms of one profile. */
export function formsAt(key: ExampleKey, spec: TaskSpec, profile: Profile): ExampleForms {
  const example = exampleAt(key, spec);
  const { picture, topPx } = pictureOf(example.scene(profile));
  const links = example.links(profile);
  return {
    contentId: example.contentId,
    summary: example.describe(),
    records: byKind((kind) => example.parts(kind, profile)),
    sizes: byKind((kind) => sizeOf(example, kind, profile)),
    picture,
    links: { ...links, regions: links.regions.map((region) => ({ ...region, y: region.y - topPx })) },
  };
}

/** Compact pictures of `count` neighbours, from `key.index` on. */
export function galleryAt(key: ExampleKey, spec: TaskSpec, count: number): ExampleThumbnail[] {
  return Array.from({ length: count }, (_, i) => {
    const own = { ...key, index: key.index + i };
    const example = exampleAt(own, spec);
    return { key: own, summary: example.describe(), picture: pictureOf(example.scene('compact')).picture };
  });
}

/** The compact picture as pixels. */
export function pixelsAt(key: ExampleKey, spec: TaskSpec): ExamplePixels {
  const example = exampleAt(key, spec);
  const { pixels, rows, columns, patchPx } = canvasPicture(example);
  return {
    rgb: pixels,
    widthPx: columns * patchPx,
    heightPx: rows * patchPx,
    patchPx,
    description: example.scene('compact').description,
    patchNames: onCanvas(example, example.patchNames(), 'beside the picture').map((name) => (name === '' ? 'nothing' : name)),
  };
}

function byKind<T>(of: (kind: RecordKind) => T): Record<RecordKind, T> {
  return Object.fromEntries(RECORD_KINDS.map((kind) => [kind, of(kind)])) as Record<RecordKind, T>; // one for each kind
}

function sizeOf(example: Example, kind: RecordKind, profile: Profile): { prompt: number; response: number } {
  if (profile === 'paper') return { prompt: example.prompt(kind, profile).length, response: example.response(kind, profile).length };
  const { prompt, response } = example.compact(kind);
  return { prompt: prompt.length, response: response.length };
}

/** White kept above and below the drawn part; ours. */
const MARGIN_PX = 16;

/** The picture for people: the white above and below what is drawn is cut, so that it fits a screen. What the model sees is not. */
function pictureOf(scene: Scene): { picture: ShownPicture; topPx: number } {
  const { widthPx, heightPx, description } = scene;
  const edges = scene.shapes.flatMap(verticalEnds);
  const top = Math.max(0, Math.floor(Math.min(heightPx, ...edges) - MARGIN_PX));
  const bottom = Math.min(heightPx, Math.ceil(Math.max(0, ...edges) + MARGIN_PX));
  if (bottom <= top) return { picture: { svg: sceneToSvg(scene), widthPx, heightPx, description }, topPx: 0 };
  const shown = bottom - top;
  const svg = sceneToSvg(scene)
    .replace(`height="${heightPx}px"`, `height="${shown}px"`)
    .replace(`viewBox="0 0 ${widthPx} ${heightPx}"`, `viewBox="0 ${top} ${widthPx} ${shown}"`);
  return { picture: { svg, widthPx, heightPx: shown, description }, topPx: top };
}

function verticalEnds(shape: Shape): number[] {
  switch (shape.kind) {
    case 'rectangle':
      return [shape.y, shape.y + shape.height];
    case 'line':
      return [shape.y1, shape.y2];
    case 'polygon':
      return shape.points.map(([, y]) => (shape.y ?? 0) + y);
    case 'text':
      return [shape.y - shape.sizePx / 2, shape.y + shape.sizePx / 2];
    default:
      return shape satisfies never;
  }
}
