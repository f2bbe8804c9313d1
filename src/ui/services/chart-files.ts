/** Charts as files: the sheet of a figure as SVG or PNG, and its numbers as CSV, all with the links or commands that make it again. */
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { sheetSvg } from '../../study/figures/plot.ts';
import { PNG_SCALE, pngOfSvg, saveFile } from './files.ts';

/** Of the exported picture: two charts of the page's usual size side by side. */
const SHEET_PX = 960;

export type ChartFormat = 'SVG' | 'PNG' | 'CSV';

export interface ChartSource {
  readonly figure: FigureResult;
  /** Each opens the page with the settings of the figure or of one of its runs, or is the command that makes it. */
  readonly links: readonly string[];
  csv(): string;
}

/** Throws where the browser makes no PNG. */
export async function chartFile({ figure, links, csv }: ChartSource, format: ChartFormat): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'CSV') return new TextEncoder().encode(csv());
  const { svg, widthPx, heightPx } = sheetSvg(figure, { theme: 'print', widthPx: SHEET_PX, links });
  return format === 'PNG' ? pngOfSvg(svg, widthPx, heightPx, PNG_SCALE) : new TextEncoder().encode(svg);
}

/** Offers the file as a download; resolves to its name. */
export async function saveChart(name: string, source: ChartSource, format: ChartFormat): Promise<string> {
  const fileName = `${name}.${format.toLowerCase()}`;
  saveFile(fileName, await chartFile(source, format));
  return fileName;
}
