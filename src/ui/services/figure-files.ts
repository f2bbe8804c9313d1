/** A figure as a file and as a link, both with its whole choice: figure, scale and seeds. */
import { choiceText } from '../../study/figures/figure-choice.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import { figureCsv } from '../../study/figures/figure-csv.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { sheetSvg } from '../../study/figures/plot.ts';
import { pageLink } from './page-link.ts';
import { PNG_SCALE, pngOfSvg } from './picture-file.ts';

/** Of the exported picture: two charts of the page's usual size side by side. */
const SHEET_PX = 960;
/** A link to a figure: the address of the page, this, and the figure's id or its whole choice (figure-choice.ts). */
export const ANCHOR = '#figures=';
export const FORMATS = ['SVG', 'PNG', 'CSV', 'JSON'] as const;
export type Format = (typeof FORMATS)[number];
/** The address that opens the figure with this choice. */
export function linkTo(choice: FigureChoice): string {
  return pageLink(ANCHOR + choiceText(choice));
}

/** `link` stands in the picture and in the table; JSON is `text` as it is. */
export async function fileOf(result: FigureResult, text: string, link: string, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  const bytesOf = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
  const sheet = sheetSvg(result, { theme: 'print', widthPx: SHEET_PX, links: [link] });
  switch (format) {
    case 'SVG':
      return bytesOf(sheet.svg);
    case 'PNG':
      return pngOfSvg(sheet.svg, sheet.widthPx, sheet.heightPx, PNG_SCALE);
    case 'CSV':
      return bytesOf(figureCsv(result, link));
    case 'JSON':
      return bytesOf(text);
    default:
      return format satisfies never;
  }
}
