/** Tables as comma-separated text (RFC 4180). */

export type CsvCell = string | number | null | undefined;

/** Every row ends in a line feed; a cell that is not there is empty. */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

/** A name that starts like a formula is no formula of a spreadsheet. */
function quoted(cell: CsvCell): string {
  const text = String(cell ?? '');
  const plain = /^[=+@-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
