/** The name that a mistyped one most likely means. */

/** The nearest of `names` by edits, or null when none is near: more than a third of the letters would have to change. */
export function nearest(word: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let bestEdits = Infinity;
  for (const name of names) {
    const edits = editsBetween(word.toLowerCase(), name.toLowerCase());
    if (edits < bestEdits) [best, bestEdits] = [name, edits];
  }
  return best !== null && bestEdits <= Math.max(2, best.length / 3) ? best : null;
}

/** `did you mean X?`, or the given words when nothing is near. */
export function didYouMean(word: string, names: readonly string[], otherwise: string): string {
  const name = nearest(word, names);
  return name === null ? otherwise : `did you mean ${name}?`;
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const swap = (above[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(swap, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
