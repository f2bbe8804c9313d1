/** The figures that ship with the page: `runs/index.json` and the files beside it, made by `npm run headless -- --figure`. */
import { InputError } from '../../lib/errors.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { parseFigureIndex, parseFigureResult } from '../../study/figures/figure-schema.ts';
import type { FigureEntry } from '../../study/figures/figure-schema.ts';
import { shippedText } from './shipped-file.ts';

/** A figure as it was read, with its text: what is exported as JSON is the file itself. */
export interface RecordedFigure {
  readonly result: FigureResult;
  readonly text: string;
}

/** The list; empty where the site has none. Throws InputError with what happened and what to do. */
export async function loadFigureIndex(address: string): Promise<readonly FigureEntry[]> {
  const text = await shippedText(address, 'The list of recorded figures');
  return text === null ? [] : parseFigureIndex(text, nameOf(address));
}

/** A figure of the list at `address`. Throws InputError with what happened and what to do. */
export async function loadFigure(address: string, id: string): Promise<RecordedFigure> {
  const file = new URL(`${id}.json`, new URL(address, document.baseURI)).href;
  const text = await shippedText(file, `The figure ${id}`);
  if (text === null)
    throw new InputError(`The figure ${id} is in the list, but its file is not on the server. Choose another figure, or reload the page.`);
  return { result: parseFigureResult(text, nameOf(file)), text };
}

function nameOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}
