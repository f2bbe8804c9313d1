/** A figure as a file and as a link, both with its whole choice: figure, scale and seeds. */
import { choiceText } from '../../study/figures/figure-choice.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import { figureCsv } from '../../study/figures/figure-csv.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { chartFile } from './chart-files.ts';
import { pageLink } from './files.ts';

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
  if (format === 'JSON') return new TextEncoder().encode(text);
  return chartFile({ figure: result, links: [link], csv: () => figureCsv(result, link) }, format);
}
