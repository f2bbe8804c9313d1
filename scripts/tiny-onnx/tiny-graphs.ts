/**
 * DINOv2, SigLIP vision and SigLIP text with one layer of eight channels, as graphs with the inputs and outputs of the hub's exports. What makes the architectures differ is
 * there: CLS and layer scale and erf GELU in DINOv2; no CLS, tanh GELU in SigLIP; learned positions in all. `pooler_output` is a stand-in (the first token), for nothing
 * reads it. Weights are random; nothing here was trained. The q8 variants are quantised as the hub's are: weights of linear layers as 8 bits, their inputs while it runs.
 *
 * Letters: B pictures or texts, T tokens, D channels, H heads.
 */
import { makeRng } from '../../src/lib/rng.ts';
import type { Rng } from '../../src/lib/rng.ts';
import type { Attribute, Graph, Node, Port, Weights } from './onnx-bytes.ts';

export const TINY = { dim: 8, heads: 2, mlp: 16, picture: 224, textLength: 64 } as const;
const EPSILON = 1e-6;

type Gelu = 'erf' | 'tanh';

type Precision = 'fp32' | 'q8';

interface Builder {
  readonly precision: Precision;
  readonly nodes: Node[];
  readonly weights: Map<string, Weights>;
  /** Adds a node with one output and gives the output's name. */
  op(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Adds normal weights and gives their name. */
  weight(name: string, shape: readonly number[], scale: number, mean?: number): string;
  whole(values: readonly number[]): string;
  scalar(value: number): string;
}

function builder(rng: Rng, precision: Precision): Builder {
  const nodes: Node[] = [];
  const weights = new Map<string, Weights>();
  const constant = (name: string, tensor: Weights): string => {
    weights.set(name, tensor);
    return name;
  };
  return {
    precision,
    nodes,
    weights,
    op(op, inputs, attributes = {}) {
      const output = `t${nodes.length}`;
      nodes.push({ op, inputs, outputs: [output], attributes });
      return output;
    },
    weight(name, shape, scale, mean = 0) {
      const own = rng.fork(name);
      const count = shape.reduce((a, b) => a * b, 1);
      return constant(name, { shape, data: Float32Array.from({ length: count }, () => mean + scale * (own.unit() * 2 - 1)) });
    },
    whole: (values) => constant(`whole ${values.join(' ')}`, { shape: [values.length], data: BigInt64Array.from(values, BigInt) }),
    scalar: (value) => constant(`scalar ${value}`, { shape: [], data: Float32Array.of(value) }),
  };
}

/** `[B, T, D]` to the same. */
function transformerLayer(b: Builder, x: string, gelu: Gelu, hasScale: boolean): string {
  const { dim, mlp } = TINY;
  const branch = (name: string, value: string): string => (hasScale ? b.op('Mul', [value, b.weight(`${name}.scale`, [dim], 0.3, 0.5)]) : value);
  const attended = b.op('Add', [x, branch('attention', attention(b, layerNorm(b, 'norm1', x)))]);
  const hidden = linear(b, 'mlp.in', layerNorm(b, 'norm2', attended), dim, mlp);
  return b.op('Add', [attended, branch('mlp', linear(b, 'mlp.out', gelu === 'erf' ? erfGelu(b, hidden) : tanhGelu(b, hidden), mlp, dim))]);
}

function attention(b: Builder, x: string): string {
  const { dim, heads } = TINY;
  const split = (name: string, order: readonly number[]): string =>
    b.op('Transpose', [b.op('Reshape', [linear(b, `attention.${name}`, x, dim, dim), b.whole([0, 0, heads, dim / heads])])], { perm: order });
  const scores = b.op('MatMul', [split('query', [0, 2, 1, 3]), split('key', [0, 2, 3, 1])]); // [B, H, T, T]
  const weights = b.op('Softmax', [b.op('Mul', [scores, b.scalar((dim / heads) ** -0.5)])], { axis: -1 });
  const mixed = b.op('Transpose', [b.op('MatMul', [weights, split('value', [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] });
  return linear(b, 'attention.out', b.op('Reshape', [mixed, b.whole([0, 0, dim])]), dim, dim);
}

function linear(b: Builder, name: string, x: string, inputs: number, outputs: number): string {
  const weight = b.weight(`${name}.weight`, [inputs, outputs], 0.6);
  return b.op('Add', [b.precision === 'q8' ? quantisedProduct(b, x, weight) : b.op('MatMul', [x, weight]), b.weight(`${name}.bias`, [outputs], 0.1)]);
}

/** x times weight with both as 8-bit integers: the weight's scale is fixed, the input's is found while it runs. */
function quantisedProduct(b: Builder, x: string, weight: string): string {
  const { shape, data } = b.weights.get(weight) ?? { shape: [], data: new Float32Array() };
  const values = Array.from(data, Number);
  const scale = Math.max(...values.map(Math.abs)) / 127;
  b.weights.set(weight, { shape, data: Int8Array.from(values, (value) => Math.round(value / scale)) });
  const [input, inputScale, inputZero] = ['input', 'scale', 'zero'].map((part) => `${weight}.${part}`) as [string, string, string];
  b.nodes.push({ op: 'DynamicQuantizeLinear', inputs: [x], outputs: [input, inputScale, inputZero], attributes: {} });
  const product = b.op('Cast', [b.op('MatMulInteger', [input, weight, inputZero])], { to: 1 }); // to float
  return b.op('Mul', [product, b.op('Mul', [inputScale, b.scalar(scale)])]);
}

function layerNorm(b: Builder, name: string, x: string): string {
  const { dim } = TINY;
  const parameters = [b.weight(`${name}.weight`, [dim], 0.2, 1), b.weight(`${name}.bias`, [dim], 0.1)];
  return b.op('LayerNormalization', [x, ...parameters], { axis: -1, epsilon: { float: EPSILON } });
}

function erfGelu(b: Builder, x: string): string {
  const erf = b.op('Erf', [b.op('Mul', [x, b.scalar(Math.SQRT1_2)])]);
  return b.op('Mul', [b.op('Mul', [x, b.op('Add', [erf, b.scalar(1)])]), b.scalar(0.5)]);
}

function tanhGelu(b: Builder, x: string): string {
  const cube = b.op('Mul', [b.op('Mul', [x, x]), b.op('Mul', [x, b.scalar(0.044715)])]);
  const tanh = b.op('Tanh', [b.op('Mul', [b.op('Add', [x, cube]), b.scalar(Math.sqrt(2 / Math.PI))])]);
  return b.op('Mul', [b.op('Mul', [x, b.op('Add', [tanh, b.scalar(1)])]), b.scalar(0.5)]);
}

/** `[B, 3, 224, 224]` to `[B, G*G, D]`. */
function patches(b: Builder, size: number): string {
  const { dim } = TINY;
  const kernel = b.weight('patch.weight', [dim, 3, size, size], 0.1);
  const grid = b.op('Conv', ['pixel_values', kernel, b.weight('patch.bias', [dim], 0.1)], { kernel_shape: [size, size], strides: [size, size] });
  return b.op('Transpose', [b.op('Reshape', [grid, b.whole([0, 0, -1])])], { perm: [0, 2, 1] });
}

function finish(b: Builder, name: string, x: string, inputs: readonly Port[]): Graph {
  const states = layerNorm(b, 'norm', x);
  b.nodes.push({ op: 'Identity', inputs: [states], outputs: ['last_hidden_state'], attributes: {} });
  b.nodes.push({ op: 'Gather', inputs: [states, b.whole([0])], outputs: ['first'], attributes: { axis: 1 } });
  b.nodes.push({ op: 'Squeeze', inputs: ['first', b.whole([1])], outputs: ['pooler_output'], attributes: {} });
  const outputs: readonly Port[] = [
    { name: 'last_hidden_state', type: 'float', shape: ['batch_size', 'sequence_length', TINY.dim] },
    { name: 'pooler_output', type: 'float', shape: ['batch_size', TINY.dim] },
  ];
  return { name, nodes: b.nodes, weights: b.weights, inputs, outputs };
}

const PIXELS: Port = { name: 'pixel_values', type: 'float', shape: ['batch_size', 3, TINY.picture, TINY.picture] };

export function tinyDinov2(precision: Precision): Graph {
  const b = builder(makeRng('tiny-onnx', 'dinov2'), precision);
  const own = patches(b, 14);
  const batch = b.op('Slice', [b.op('Shape', [own]), b.whole([0]), b.whole([1])]);
  const cls = b.op('Expand', [b.weight('cls', [1, 1, TINY.dim], 0.5), b.op('Concat', [batch, b.whole([1]), b.whole([TINY.dim])], { axis: 0 })]);
  const tokens = b.op('Concat', [cls, own], { axis: 1 });
  const placed = b.op('Add', [tokens, b.weight('positions', [1, 1 + (TINY.picture / 14) ** 2, TINY.dim], 0.5)]);
  return finish(b, 'tiny dinov2', transformerLayer(b, placed, 'erf', true), [PIXELS]);
}

export function tinySiglipVision(precision: Precision): Graph {
  const b = builder(makeRng('tiny-onnx', 'siglip vision'), precision);
  const placed = b.op('Add', [patches(b, 16), b.weight('positions', [1, (TINY.picture / 16) ** 2, TINY.dim], 0.5)]);
  return finish(b, 'tiny siglip vision', transformerLayer(b, placed, 'tanh', false), [PIXELS]);
}

export function tinySiglipText(vocabulary: number, precision: Precision): Graph {
  const b = builder(makeRng('tiny-onnx', 'siglip text'), precision);
  const words = b.op('Gather', [b.weight('words', [vocabulary, TINY.dim], 0.8), 'input_ids'], { axis: 0 });
  const placed = b.op('Add', [words, b.weight('positions', [1, TINY.textLength, TINY.dim], 0.5)]);
  const ids: Port = { name: 'input_ids', type: 'int64', shape: ['batch_size', 'sequence_length'] };
  return finish(b, 'tiny siglip text', transformerLayer(b, placed, 'tanh', false), [ids]);
}
