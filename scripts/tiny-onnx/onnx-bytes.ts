/**
 * ONNX files by hand: the few messages of onnx.proto3 (ONNX 1.14: ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, ValueInfoProto) that a small graph needs,
 * as protobuf bytes. Field numbers stand beside the fields.
 */

export type Attribute = number | readonly number[] | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int8Array;
}

export interface Port {
  readonly name: string;
  readonly type: 'float' | 'int64';
  /** A word is an axis of any length. */
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<string, Weights>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

const FLOAT = 1;
const INT8 = 3;
const INT64 = 7;
const OPSET = 17; // the first with LayerNormalization
const IR_VERSION = 8;

export function onnxBytes(graph: Graph): Uint8Array {
  return Uint8Array.from([
    ...whole(1, IR_VERSION),
    ...text(2, 'parallax tiny-onnx'),
    ...message(7, graphProto(graph)),
    ...message(8, whole(2, OPSET)),
  ]);
}

function graphProto({ name, nodes, weights, inputs, outputs }: Graph): number[] {
  return [
    ...nodes.flatMap((node, i) => message(1, nodeProto(node, `${i} ${node.op}`))),
    ...text(2, name),
    ...[...weights].flatMap(([key, tensor]) => message(5, tensorProto(key, tensor))),
    ...inputs.flatMap((port) => message(11, valueInfo(port))),
    ...outputs.flatMap((port) => message(12, valueInfo(port))),
  ];
}

function nodeProto({ op, inputs, outputs, attributes }: Node, name: string): number[] {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...outputs.flatMap((output) => text(2, output)),
    ...text(3, name),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([key, value]) => message(5, attributeProto(key, value))),
  ];
}

function attributeProto(name: string, value: Attribute): number[] {
  if (typeof value === 'number') return [...text(1, name), ...whole(3, value), ...whole(20, 2)];
  if ('float' in value) return [...text(1, name), ...tag(2, 5), ...new Uint8Array(Float32Array.of(value.float).buffer), ...whole(20, 1)];
  return [...text(1, name), ...value.flatMap((each) => whole(8, each)), ...whole(20, 7)];
}

function tensorProto(name: string, { shape, data }: Weights): number[] {
  const type = data instanceof Float32Array ? FLOAT : data instanceof Int8Array ? INT8 : INT64;
  return [...shape.flatMap((size) => whole(1, size)), ...whole(2, type), ...text(8, name), ...message(9, new Uint8Array(data.buffer))];
}

function valueInfo({ name, type, shape }: Port): number[] {
  const sizes = shape.flatMap((size) => message(1, typeof size === 'number' ? whole(1, size) : text(2, size)));
  const tensorType = [...whole(1, type === 'float' ? FLOAT : INT64), ...message(2, sizes)];
  return [...text(1, name), ...message(2, message(1, tensorType))];
}

function tag(field: number, wire: 0 | 2 | 5): number[] {
  return varint(field * 8 + wire);
}

function whole(field: number, value: number): number[] {
  return [...tag(field, 0), ...varint(value)];
}

function text(field: number, value: string): number[] {
  return message(field, new TextEncoder().encode(value));
}

function message(field: number, bytes: ArrayLike<number>): number[] {
  return [...tag(field, 2), ...varint(bytes.length), ...Array.from(bytes)];
}

/** Seven bits at a time, the lowest first; a negative number as 64 bits in two's complement. */
function varint(value: number): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const bits = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest === 0n ? bits : bits | 0x80);
  } while (rest !== 0n);
  return out;
}
