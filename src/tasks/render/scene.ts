/**
 * A Scene is a picture as data: what is drawn, in order, in pixels from the top left. It has two readings that agree:
 * `rasterise` (raster.ts, identical bytes on every machine) and `sceneToSvg` (svg.ts, for people).
 */

/** 8-bit sRGB. */
export type Rgb = readonly [red: number, green: number, blue: number];

export type FontName = 'sans' | 'sans-bold';

export interface RectangleShape {
  readonly kind: 'rectangle';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: Rgb;
}

/** A straight stroke with flat ends. */
export interface LineShape {
  readonly kind: 'line';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly widthPx: number;
  readonly stroke: Rgb;
}

/** A closed polygon whose edges do not cross. */
export interface PolygonShape {
  readonly kind: 'polygon';
  /** Whole px that are added to every point; 0 when absent. Polygons that share one array of points are rasterised once. */
  readonly x?: number;
  readonly y?: number;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly fill: Rgb;
}

/** One line of glyphs from the atlas; `x` is the anchor, `y` the vertical centre of the capitals (or of the ink when `centre` is 'box'). */
export interface TextShape {
  readonly kind: 'text';
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly sizePx: number;
  /** Widths are multiplied by this; 1 when absent. Narrow letters (below 1) fit small cells. */
  readonly stretch?: number;
  readonly font: FontName;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly centre: 'capitals' | 'box';
  readonly fill: Rgb;
}

export type Shape = RectangleShape | LineShape | PolygonShape | TextShape;

export interface Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly background: Rgb;
  readonly shapes: readonly Shape[];
  /** A few words: the name of the picture. */
  readonly title: string;
  /** What the picture shows, for people who cannot see it. */
  readonly description: string;
}

export function rectangle(x: number, y: number, width: number, height: number, fill: Rgb): RectangleShape {
  return { kind: 'rectangle', x, y, width, height, fill };
}

/** A scene whose captions are written when they are read: a model in training never does. */
export function captioned(picture: Omit<Scene, 'title' | 'description'>, captions: () => Pick<Scene, 'title' | 'description'>): Scene {
  return {
    ...picture,
    get title() {
      return captions().title;
    },
    get description() {
      return captions().description;
    },
  };
}
