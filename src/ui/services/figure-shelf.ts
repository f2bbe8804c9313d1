/** The figures that ship with the page: `runs/index.json` and the files beside it, made by `npm run headless -- --figure`. */
import { InputError } from '../../lib/errors.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { parseFigureIndex, parseFigureResult } from '../../study/figures/figure-schema.ts';
import type { FigureEntry } from '../../study/figures/figure-schema.ts';

/** A figure as it was read, with its text: what is exported as JSON is the file itself. */
export interface RecordedFigure {
  readonly result: FigureResult;
  readonly text: string;
}

/** The list; empty where the site has none. Throws InputError with what happened and what to do. */
export async function loadFigureIndex(address: string): Promise<readonly FigureEntry[]> {
  const text = await textAt(address, 'The list of recorded figures');
  return text === null ? [] : parseFigureIndex(text, nameOf(address));
}

/** A figure of the list at `address`. Throws InputError with what happened and what to do. */
export async function loadFigure(address: string, id: string): Promise<RecordedFigure> {
  const file = new URL(`${id}.json`, new URL(address, document.baseURI)).href;
  const text = await textAt(file, `The figure ${id}`);
  if (text === null)
    throw new InputError(`The figure ${id} is in the list, but its file is not on the server. Choose another figure, or reload the page.`);
  return { result: parseFigureResult(text, nameOf(file)), text };
}

/** Null: there is no such file. Some servers answer that with their start page. */
async function textAt(address: string, what: string): Promise<string | null> {
  const failed = (why: string): InputError => new InputError(`${what} could not be loaded (${why}). Check the connection, then try again.`);
  try {
    const response = await fetch(address);
    if (response.status === 404 || (response.headers.get('content-type') ?? '').includes('html')) return null;
    if (!response.ok) throw failed(`the server answered ${response.status}`);
    return await response.text();
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    throw failed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function nameOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}
