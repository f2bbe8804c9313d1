/**
 * An ONNX model of one MatMul, written byte by byte: `y = a b` with a `[M, K]` and b `[K, L]`, float32. Field numbers: onnx.proto3 of ONNX 1.16 (IR version 9,
 * operator set 13); the encoding is that of Protocol Buffers: a key `field << 3 | type`, then a varint (type 0) or a length and bytes (type 2).
 */
import type { GemmShape } from '../protocol.ts';

const FLOAT = 1; // TensorProto.DataType.FLOAT

export function onnxMatMul({ M, K, L }: GemmShape): Uint8Array {
  const node = message(text(1, 'a'), text(1, 'b'), text(2, 'y'), text(4, 'MatMul')); // NodeProto: input, input, output, op_type
  const graph = message(
    nested(1, node),
    text(2, 'gemm'),
    nested(11, value('a', [M, K])),
    nested(11, value('b', [K, L])),
    nested(12, value('y', [M, L])),
  );
  const operatorSet = message(text(1, ''), number(2, 13));
  return message(number(1, 9), nested(7, graph), nested(8, operatorSet)); // ModelProto: ir_version, graph, opset_import
}

/** ValueInfoProto: name, type { tensor_type { elem_type, shape { dim { dim_value } … } } }. */
function value(name: string, shape: readonly number[]): Uint8Array {
  const dims = message(...shape.map((length) => nested(1, number(1, length))));
  const tensor = message(number(1, FLOAT), nested(2, dims));
  return message(text(1, name), nested(2, nested(1, tensor)));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

const number = (field: number, n: number): Uint8Array => Uint8Array.from([...varint(field << 3), ...varint(n)]);
const nested = (field: number, bytes: Uint8Array): Uint8Array =>
  message(Uint8Array.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes);
const text = (field: number, s: string): Uint8Array => nested(field, new TextEncoder().encode(s));

/** Seven bits a byte, lowest first; the top bit says that more follow. */
function varint(n: number): number[] {
  return n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))];
}
