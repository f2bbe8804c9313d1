/**
 * Lines of a TSV file as Python's csv.DictWriter writes them with a tab as delimiter (the authors' build_our_data.py at d3131b4): fields with a tab, a
 * quote or a line break are quoted, quotes inside are doubled, lines end in CR LF.
 */
export function tsvLine(fields: readonly string[]): string {
  return `${fields.map(quoted).join('\t')}\r\n`;
}

function quoted(field: string): string {
  return /[\t"\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
