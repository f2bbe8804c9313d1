/**
 * Whether the bytes of a file whose digest nobody recorded can be that file at all: settings must be JSON, weights an ONNX model from first to last byte. Not a proof that they
 * are right: that is the digest, where there is one.
 */

/** What is wrong, for people; null when nothing is. */
export function contentProblem(name: string, bytes: Uint8Array): string | null {
  if (name.endsWith('.json')) return isJsonObject(bytes) ? null : 'the download is damaged: it is no JSON, or breaks off.';
  if (name.endsWith('.onnx')) return isOnnxModel(bytes) ? null : 'the download is damaged: it is no ONNX model, or breaks off.';
  return null;
}

function isJsonObject(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Field `graph` of ModelProto (onnx.proto3). */
const GRAPH = 7;
/** A tag or a length of protobuf has at most ten bytes. */
const VARINT_BYTES = 10;

/**
 * Walks over the outermost fields of the protobuf: they must end where the file ends, and one must be the graph. Reads a few dozen bytes however large the file is.
 * Wire format: protobuf.dev/programming-guides/encoding.
 */
function isOnnxModel(bytes: Uint8Array): boolean {
  let at = 0;
  let hasGraph = false;
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (!(field >= 1)) return false;
    const type = tag % 8;
    if (type === 0) {
      if (Number.isNaN(varint())) return false;
    } else if (type === 1) at += 8;
    else if (type === 2) {
      const length = varint();
      if (field === GRAPH && length > 0) hasGraph = true;
      at += length;
    } else if (type === 5) at += 4;
    else return false;
  }
  return at === bytes.length && hasGraph;
}
