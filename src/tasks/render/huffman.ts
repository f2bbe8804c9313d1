/**
 * Huffman codes with a longest length, as deflate wants them: lengths per symbol, and code words by the lengths alone (RFC 1951, 3.2.2).
 * Ties are broken by the number of the symbol, so equal counts give equal codes on every engine.
 */

/**
 * Bits of the code of each symbol, 0 for a symbol that does not occur. Optimal where no code is longer than `maxBits`; elsewhere the longest codes
 * are shortened at the cost of the next ones. A single symbol gets one bit.
 */
export function limitedLengths(counts: Uint32Array, maxBits: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used = Array.from(counts.keys()).filter((symbol) => (counts[symbol] ?? 0) > 0);
  if (used.length <= 1) {
    for (const symbol of used) lengths[symbol] = 1;
    return lengths;
  }
  used.sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0) || a - b);
  const perLength = shortened(depthsOf(used.map((symbol) => counts[symbol] ?? 0)), maxBits);
  let bits = maxBits;
  for (const symbol of used) {
    while ((perLength[bits] ?? 0) === 0) bits -= 1; // rare symbols come first and get the longest codes
    lengths[symbol] = bits;
    perLength[bits] = (perLength[bits] ?? 0) - 1;
  }
  return lengths;
}

/** The code words, bit-reversed, because deflate writes them from the top bit on and everything else from the lowest. */
export function codeWords(lengths: Uint8Array): Uint16Array {
  const perLength = new Uint32Array(17);
  for (const bits of lengths) if (bits > 0) perLength[bits] = (perLength[bits] ?? 0) + 1;
  const next = new Uint32Array(17);
  for (let bits = 1; bits < 17; bits++) next[bits] = ((next[bits - 1] ?? 0) + (perLength[bits - 1] ?? 0)) << 1;
  return Uint16Array.from(lengths, (bits) => {
    if (bits === 0) return 0;
    const word = next[bits] ?? 0;
    next[bits] = word + 1;
    return reversed(word, bits);
  });
}

function reversed(word: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((word >>> i) & 1) << (bits - 1 - i);
  return result;
}

/** Depth of each leaf of the Huffman tree, for counts in rising order: two queues, no heap. */
function depthsOf(counts: readonly number[]): Uint32Array {
  const leaves = counts.length;
  const weights = new Float64Array(2 * leaves - 1);
  weights.set(counts);
  const parents = new Uint32Array(2 * leaves - 1);
  let [leaf, inner] = [0, leaves];
  for (let node = leaves; node < weights.length; node++) {
    let weight = 0;
    for (let child = 0; child < 2; child++) {
      const takesLeaf = leaf < leaves && (inner >= node || (weights[leaf] ?? 0) <= (weights[inner] ?? 0));
      const taken = takesLeaf ? leaf++ : inner++;
      weight += weights[taken] ?? 0;
      parents[taken] = node;
    }
    weights[node] = weight;
  }
  const depths = new Uint32Array(weights.length);
  for (let node = weights.length - 2; node >= 0; node--) depths[node] = (depths[parents[node] ?? 0] ?? 0) + 1;
  return depths.subarray(0, leaves);
}

/** How many codes have each length, none above `maxBits`, so that they still fit: the sum of 2^-length is 1. */
function shortened(depths: Uint32Array, maxBits: number): Uint32Array {
  const perLength = new Uint32Array(maxBits + 1);
  let slots = 0; // in units of 2^-maxBits
  for (const depth of depths) {
    const bits = Math.min(depth, maxBits);
    perLength[bits] = (perLength[bits] ?? 0) + 1;
    slots += 1 << (maxBits - bits);
  }
  while (slots > 1 << maxBits) {
    // One code of the longest length below the limit moves down and makes room for one at the limit beside it: one slot is freed.
    let bits = maxBits - 1;
    while (perLength[bits] === 0) bits -= 1;
    perLength[bits] = (perLength[bits] ?? 0) - 1;
    perLength[bits + 1] = (perLength[bits + 1] ?? 0) + 2;
    perLength[maxBits] = (perLength[maxBits] ?? 0) - 1;
    slots -= 1;
  }
  return perLength;
}
