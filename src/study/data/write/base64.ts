/** Base64 with padding (RFC 4648 section 4) for pictures inside files. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const decoder = new TextDecoder();

export function toBase64(bytes: Uint8Array): string {
  const letters = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const triple = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let i = 0; i < 4; i++) letters[to + i] = CODES[(triple >>> (18 - 6 * i)) & 63] ?? 0;
  }
  const padding = letters.length === 0 ? 0 : (3 - (bytes.length % 3)) % 3;
  letters.fill('='.charCodeAt(0), letters.length - padding);
  return decoder.decode(letters);
}
