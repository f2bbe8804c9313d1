/**
 * A Scene is a picture as data: what is drawn, in order, in pixels from the top left. It has two readings that agree:
 * `rasterise` (raster.ts, identical bytes on every machine) and `sceneToSvg` (svg.ts, for people).
 */

/** 8-bit sRGB. */
export type Rgb = readonly [red: number, green: number, blue: number];

export type FontName = 'sans' | 'sans-bold';

export type Shape =
  | { readonly kind: 'rectangle'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: Rgb }
  | { readonly kind: 'line'; readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly widthPx: number; readonly stroke: Rgb }
  | { readonly kind: 'polygon'; readonly points: readonly (readonly [x: number, y: number])[]; readonly fill: Rgb }
  | {
      /** One line of glyphs from the atlas; `x` is the anchor, `y` the vertical centre of the capitals (or of the glyph box when `centre` is 'box'). */
      readonly kind: 'text';
      readonly text: string;
      readonly x: number;
      readonly y: number;
      readonly sizePx: number;
      readonly font: FontName;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly centre: 'capitals' | 'box';
      readonly fill: Rgb;
    };

export interface Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly background: Rgb;
  readonly shapes: readonly Shape[];
  /** What the picture shows, for people who cannot see it. */
  readonly description: string;
}
