/** The recorded sweeps of smarterVLM that ship with the page: `smarter/smarter-table1.json` and so on, made by the command that stands in each. */
import { fault, InputError, toWireError } from '../../lib/errors.ts';
import type { TableResult } from '../../study/smarter/figures/table-result.ts';

/** Null where the sweep is not recorded; some servers answer that with their start page. Throws InputError with what happened and what to do. */
export async function loadSmarterTable(folder: string, id: string): Promise<TableResult | null> {
  const response = await fetch(`${folder}${id}.json`).catch((thrown: unknown) => {
    throw new InputError(`The recorded table could not be loaded (${toWireError(thrown).message}). Check the connection, then try again.`);
  });
  if (response.status === 404 || (response.headers.get('content-type') ?? '').includes('html')) return null;
  if (!response.ok) throw new InputError(`The recorded table could not be loaded (the server answered ${response.status}). Try again later.`);
  return checked(await response.json(), id);
}

/** The file is ours, so only that it is the right one of the right version is checked. */
function checked(value: unknown, id: string): TableResult {
  const table = value as TableResult;
  if (table.schema !== 1 || table.id !== id || !Array.isArray(table.rows))
    throw new InputError(fault(`${id}.json`, 'a recorded sweep of this version', 'another file', 'reload the page'));
  return table;
}
