/** Colours of the heat overlay. Pure; one score per pixel, `[H, W]` row-major. What is marked is worked out in study/attribution-map.ts. */
import { valueOf } from '../../study/attribution-map.ts';
import type { Sign } from '../../study/attribution-map.ts';

export interface HeatLook {
  readonly overlay: 'mask' | 'heat';
  readonly opacity: number;
  readonly sign: Sign;
  /** The value that gets full strength; maps that are compared share it. */
  readonly most: number;
}

type Colour = readonly [red: number, green: number, blue: number];

/** Okabe-Ito vermillion for scores above 0, blue below; apart for all common kinds of colour blindness. */
const POSITIVE: Colour = [213, 94, 0];
const NEGATIVE: Colour = [0, 114, 178];
/** The paper marks its pixels red (Appendix J). */
const MASK: Colour = [230, 0, 0];
/** Cividis (Nunez et al. 2018) at quarters, from its bright end: the picture is white paper, so much is dark. */
const CIVIDIS: readonly Colour[] = [
  [254, 232, 56],
  [188, 174, 108],
  [125, 124, 120],
  [67, 78, 108],
  [0, 34, 78],
];

/** RGBA of the overlay, `[H, W, 4]`: the mask in red, or heat whose strength grows with the root of the value (small values stay visible). */
export function overlayPixels(scores: Float32Array, mask: Uint8Array, { overlay, opacity, sign, most }: HeatLook): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(scores.length * 4);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    const strength = overlay === 'mask' ? (mask[i] ?? 0) : most === 0 ? 0 : Math.sqrt(Math.min(1, Math.abs(valueOf(score, sign)) / most));
    const colour = overlay === 'mask' ? MASK : sign === 'signed' ? (score < 0 ? NEGATIVE : POSITIVE) : cividis(strength);
    out.set([...colour, Math.round(255 * opacity * strength)], i * 4);
  }
  return out;
}

function cividis(strength: number): Colour {
  const at = strength * (CIVIDIS.length - 1);
  const [low = MASK, high = low] = CIVIDIS.slice(Math.floor(at));
  const part = at - Math.floor(at);
  return [0, 1, 2].map((c) => Math.round((low[c] ?? 0) * (1 - part) + (high[c] ?? 0) * part)) as unknown as Colour; // three of three
}

/** The score of full colour of a map, and its part of the largest map's. */
export function scaleText(top: number, largest: number): string {
  if (top <= 0) return 'all 0';
  const factor = largest / top;
  return `${top.toPrecision(2)}${factor < 1.05 ? '' : `, 1/${factor < 10 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en-US')}`}`;
}
