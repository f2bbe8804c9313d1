/** The recorded sweeps of smarterVLM that ship with the page: `smarter/smarter-table1.json` and so on, made by the command that stands in each. */
import { fault, InputError } from '../../lib/errors.ts';
import type { TableEntry, TableIndex } from '../../study/smarter/figures/paper-row.ts';
import type { TableResult } from '../../study/smarter/figures/table-result.ts';
import { shippedText } from './shipped-file.ts';

/** What the paper has of each table, and which sweeps are recorded; none where the site has no list. Throws InputError with what happened and what to do. */
export async function loadSmarterIndex(folder: string): Promise<readonly TableEntry[]> {
  const text = await shippedText(`${folder}index.json`, 'The list of tables');
  return text === null ? [] : (JSON.parse(text) as TableIndex).tables; // our own file
}

/** Null where the sweep is not there. Throws InputError with what happened and what to do. */
export async function loadSmarterTable(folder: string, id: string): Promise<TableResult | null> {
  const text = await shippedText(`${folder}${id}.json`, 'The recorded table');
  return text === null ? null : checked(JSON.parse(text), id);
}

/** The file is ours, so only that it is the right one of the right version is checked. */
function checked(value: unknown, id: string): TableResult {
  const table = value as TableResult;
  if (table.schema !== 1 || table.id !== id || !Array.isArray(table.rows))
    throw new InputError(fault(`${id}.json`, 'a recorded sweep of this version', 'another file', 'reload the page'));
  return table;
}
