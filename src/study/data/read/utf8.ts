/** Bytes to text, piece by piece, UTF-8 or nothing: a byte that does not belong is found, so that the message can say where and what it may be. */

/** The first byte that is not UTF-8. `textBefore` is the text of the piece up to it. */
export class Utf8Fault extends Error {
  override readonly name = 'Utf8Fault';
  readonly textBefore: string;
  readonly offset: number;
  /** What the byte suggests, as a message says it. */
  readonly found: string;

  constructor(textBefore: string, offset: number, found: string) {
    super(found);
    this.textBefore = textBefore;
    this.offset = offset;
    this.found = found;
  }
}

export class Utf8Reader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** Bytes given so far, and those at their end that wait for the rest of their character. */
  #bytes = 0;
  #waiting: Uint8Array = new Uint8Array(0);

  /** The text that these bytes complete. A byte-order mark at the start is dropped. */
  decode(piece: Uint8Array): string {
    try {
      const text = this.#decoder.decode(piece, { stream: true });
      this.#waiting = unfinished(this.#waiting, piece);
      this.#bytes += piece.length;
      return text;
    } catch {
      throw this.#faultIn(piece);
    }
  }

  /** Call at the end of the file. */
  end(): void {
    if (this.#waiting.length > 0) throw new Utf8Fault('', this.#bytes, 'the middle of a character: the file is cut off');
  }

  #faultIn(piece: Uint8Array): Utf8Fault {
    const bytes = join(this.#waiting, piece);
    const at = firstBad(bytes);
    const byte = bytes[at] ?? 0;
    const found = `the byte 0x${byte.toString(16).toUpperCase()}, which looks like Latin-1 or Windows-1252`;
    return new Utf8Fault(new TextDecoder().decode(bytes.subarray(0, at)), this.#bytes - this.#waiting.length + at, found);
  }
}

/** Index of the first byte of the first sequence that is not UTF-8. */
function firstBad(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isGood = (length: number): boolean => {
    try {
      decoder.decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    } finally {
      resetDecoder(decoder);
    }
  };
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  // Bytes of an unfinished sequence count as good until the next one shows that they are not.
  return good - unfinished(new Uint8Array(0), bytes.subarray(0, good)).length;
}

/** Ends the stream of a decoder, whatever it was in the middle of. */
function resetDecoder(decoder: TextDecoder): void {
  try {
    decoder.decode();
  } catch {
    return; // it was in the middle of a character
  }
}

/** The bytes at the end that begin a character and wait for the rest of it. */
function unfinished(before: Uint8Array, piece: Uint8Array): Uint8Array {
  const tail = piece.length >= 3 ? piece.subarray(-3) : join(before, piece).subarray(-3);
  for (let i = tail.length - 1; i >= 0; i--) {
    const byte = tail[i] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return tail.length - i < length ? tail.slice(i) : new Uint8Array(0);
    }
  }
  return new Uint8Array(0);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
