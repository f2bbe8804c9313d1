/** The few parts of opentype.js 2.0 that build-atlas.ts reads; the package ships no types. */
declare module 'opentype.js' {
  /** One point of a TrueType outline, in font units, y upwards. */
  export interface OutlinePoint {
    readonly x: number;
    readonly y: number;
    readonly onCurve: boolean;
    readonly lastPointOfContour: boolean;
  }

  export interface Glyph {
    /** 0 is the glyph for "not in this font". */
    readonly index: number;
    readonly advanceWidth: number;
    /** Reading `path` resolves compound glyphs and fills `points`. */
    readonly path: unknown;
    readonly points?: readonly OutlinePoint[];
  }

  export interface Font {
    readonly unitsPerEm: number;
    charToGlyph(text: string): Glyph;
  }

  const opentype: { parse(buffer: ArrayBuffer): Font };
  export default opentype;
}
