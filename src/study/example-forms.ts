/**
 * All forms of one example as plain data, for people: texts apart and whole, the picture as SVG, the pixels the model sees with a name for each patch.
 * Runs in the example worker; the page imports the types only.
 */
import { compactAnswer, compactCot, compactQuestion, compactText } from '../tasks/consecutive-table-readout/compact.ts';
import { PAPER_CONVERT, paperAnswer, paperCot, paperQuestion, paperText } from '../tasks/consecutive-table-readout/paper.ts';
import type { ReadoutConfig, ReadoutTruth } from '../tasks/consecutive-table-readout/truth.ts';
import { namesOf, pathValues } from '../tasks/consecutive-table-readout/truth.ts';
import { exampleAt } from '../tasks/examples.ts';
import { rasterise } from '../tasks/render/raster.ts';
import type { Rgb, Scene, Shape } from '../tasks/render/scene.ts';
import { sceneToSvg } from '../tasks/render/svg.ts';
import type { ExampleKey, Profile, RecordKind } from '../tasks/task.ts';
import { tokensToString } from '../tasks/tokenizer.ts';

/** One stop of the path, in words; 0-based, the header not counted. */
export interface PathStop {
  readonly row: number;
  readonly column: number;
  readonly rowName: string;
  readonly columnName: string;
  readonly digit: number;
}

/** What the model is given and what it should write; '' where the record has no such part. */
export interface RecordForms {
  readonly hasImage: boolean;
  readonly table: string;
  readonly question: string;
  readonly convert: string;
  readonly chainOfThought: string;
  readonly answer: string;
}

export interface ExampleForms {
  readonly contentId: string;
  readonly rows: number;
  readonly columns: number;
  readonly path: readonly PathStop[];
  readonly sum: number;
  readonly records: Readonly<Record<RecordKind, RecordForms>>;
  readonly picture: { readonly svg: string; readonly widthPx: number; readonly heightPx: number; readonly description: string };
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
  /** `row,column` of the patches on the path, header and labels counted. */
  readonly pathPatches: readonly string[];
}

/** The forms of one profile. `marksEnds` frames the first and the last cell of the path in the picture. */
export function formsAt(key: ExampleKey, config: ReadoutConfig, profile: Profile, marksEnds: boolean): ExampleForms {
  const example = exampleAt(key, config);
  const { truth } = example;
  const values = pathValues(truth);
  const scene = example.scene(profile);
  const shown = marksEnds ? withEnds(scene, isReversed(truth)) : scene;
  return {
    contentId: example.contentId,
    rows: truth.rows,
    columns: truth.columns,
    path: truth.path.map((cell, i) => {
      const [rowName, columnName] = namesOf(truth, cell);
      return { row: cell.row, column: cell.column, rowName, columnName, digit: values[i] ?? 0 };
    }),
    sum: values.reduce((total, value) => total + value, 0),
    records: profile === 'paper' ? paperRecords(truth) : compactRecords(truth),
    picture: pictureOf(shown),
  };
}

/** The compact picture as pixels. */
export function pixelsAt(key: ExampleKey, config: ReadoutConfig): ExamplePixels {
  const example = exampleAt(key, config);
  const { truth } = example;
  const scene = example.scene('compact');
  return {
    rgb: rasterise(scene),
    widthPx: scene.widthPx,
    heightPx: scene.heightPx,
    patchPx: example.patchPx,
    description: scene.description,
    patchNames: patchNames(truth),
    pathPatches: truth.path.map(({ row, column }) => `${row + 1},${column + 1}`),
  };
}

/** White kept above and below the drawn part; ours. */
const MARGIN_PX = 16;

/** The picture for people: the white above and below the table is cut, so that it fits a screen. What the model sees is not. */
function pictureOf(scene: Scene): ExampleForms['picture'] {
  const { widthPx, heightPx, description } = scene;
  const edges = scene.shapes.flatMap((shape) => (shape.kind === 'rectangle' ? [shape.y, shape.y + shape.height] : []));
  const top = Math.max(0, Math.floor(Math.min(heightPx, ...edges) - MARGIN_PX));
  const bottom = Math.min(heightPx, Math.ceil(Math.max(0, ...edges) + MARGIN_PX));
  if (bottom <= top) return { svg: sceneToSvg(scene), widthPx, heightPx, description };
  const shown = bottom - top;
  const svg = sceneToSvg(scene)
    .replace(`height="${heightPx}px"`, `height="${shown}px"`)
    .replace(`viewBox="0 0 ${widthPx} ${heightPx}"`, `viewBox="0 ${top} ${widthPx} ${shown}"`);
  return { svg, widthPx, heightPx: shown, description };
}

function paperRecords(truth: ReadoutTruth): ExampleForms['records'] {
  const response = { chainOfThought: paperCot(truth), answer: paperAnswer(truth) };
  const table = paperText(truth);
  return {
    text: { hasImage: false, table, question: paperQuestion(truth, 'text'), convert: '', ...response },
    image: { hasImage: true, table: '', question: paperQuestion(truth, 'image'), convert: '', ...response },
    'image-via-text': { hasImage: true, table: '', question: paperQuestion(truth, 'image'), convert: `${PAPER_CONVERT}\n${table}`, ...response },
  };
}

function compactRecords(truth: ReadoutTruth): ExampleForms['records'] {
  const response = { chainOfThought: tokensToString(compactCot(truth)), answer: tokensToString(compactAnswer(truth)) };
  const table = tokensToString(compactText(truth));
  const question = tokensToString(compactQuestion(truth));
  return {
    text: { hasImage: false, table, question, convert: '', ...response },
    image: { hasImage: true, table: '', question, convert: '', ...response },
    'image-via-text': { hasImage: true, table: '', question, convert: `convert ${table}`, ...response },
  };
}

/** Header patches are named by what they show, body patches by their row, column and value. */
function patchNames(truth: ReadoutTruth): string[] {
  const header = ['the empty corner', ...truth.columnNames.map((name) => `the header ${name}`)];
  const body = truth.values.flatMap((row, r) => {
    const rowName = truth.rowNames[r] ?? '';
    return [`the row name ${rowName}`, ...row.map((value, c) => `${rowName}, ${truth.columnNames[c] ?? ''}: ${value}`)];
  });
  return [...header, ...body];
}

function isReversed({ path }: ReadoutTruth): boolean {
  const [first, last] = [path[0], path.at(-1)];
  if (first === undefined || last === undefined) return false;
  return first.row > last.row || (first.row === last.row && first.column > last.column);
}

/** Highlighted cells are drawn as rectangles of this yellow (spec/s2h 2.6). */
const HIGHLIGHT: Rgb = [255, 255, 0];
/** Okabe-Ito blue and vermillion, for people only. */
const START: Rgb = [0, 114, 178];
const END: Rgb = [213, 94, 0];

/**
 * The scene with a frame around the first (blue) and the last (vermillion) cell of the path. The yellow rectangles stand in row-major order;
 * `runsBackwards` says that the path runs the other way. The model never sees these frames.
 */
export function withEnds(scene: Scene, runsBackwards: boolean): Scene {
  const cells = scene.shapes.filter((shape) => shape.kind === 'rectangle' && shape.fill.every((value, i) => value === HIGHLIGHT[i]));
  const first = cells.at(runsBackwards ? -1 : 0);
  const last = cells.at(runsBackwards ? 0 : -1);
  return { ...scene, shapes: [...scene.shapes, ...frameOf(last, END, 0), ...frameOf(first, START, first === last ? 1 : 0)] };
}

function frameOf(shape: Shape | undefined, stroke: Rgb, inset: number): Shape[] {
  if (shape?.kind !== 'rectangle') return [];
  const widthPx = Math.max(1, shape.height / 16);
  const pad = widthPx * (0.5 + inset);
  const [left, top, right, bottom] = [shape.x + pad, shape.y + pad, shape.x + shape.width - pad, shape.y + shape.height - pad];
  const line = (x1: number, y1: number, x2: number, y2: number): Shape => ({ kind: 'line', x1, y1, x2, y2, widthPx, stroke });
  return [line(left, top, right, top), line(right, top, right, bottom), line(right, bottom, left, bottom), line(left, bottom, left, top)];
}
