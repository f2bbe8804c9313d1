/**
 * The adapter that a run was made on, for people. Recorded is what the browser or Dawn said, `vendor architecture description`, where drivers give their
 * version for a description: `nvidia NVIDIA: 580.159.04 580.159.4.0`. Pure.
 */

/** `NVIDIA`, `google SwiftShader`: every word once, in its spelling with most capitals; no version of a driver. '' stays ''. */
export function adapterText(adapter: string): string {
  const named = adapter.replace(/:(?=\s+v?\d+\.\d)/, '').replaceAll(/(?:\bdriver\s+)?(?<=^|\s)v?\d+(?:\.\d+)+\S*/gi, '');
  const words = new Map<string, string>();
  for (const word of named.split(/\s+/).filter((part) => part !== '')) {
    const known = words.get(word.toLowerCase());
    if (known === undefined || capitals(word) > capitals(known)) words.set(word.toLowerCase(), word);
  }
  return [...words.values()].join(' ');
}

/** Where a run was made: `wasm`, `webgpu: NVIDIA`. */
export function placeText({ backend, adapter }: { readonly backend: string; readonly adapter: string }): string {
  const text = adapterText(adapter);
  return text === '' ? backend : `${backend}: ${text}`;
}

function capitals(word: string): number {
  return word.replaceAll(/[^A-Z]/g, '').length;
}
