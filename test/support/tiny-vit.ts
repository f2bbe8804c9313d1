/**
 * The tiny models of test/golden/hub once more, in plain loops over doubles: reads the weights out of the ONNX file with a decoder of its own and runs one transformer layer.
 * Shares nothing with scripts/tiny-onnx but the names of the weights.
 */

interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Weights = ReadonlyMap<string, Tensor>;
type Rows = readonly (readonly number[])[];

/** The float initialisers of an ONNX file (fields: ModelProto.graph 7, GraphProto.initializer 5, TensorProto dims 1, data_type 2, name 8, raw_data 9). */
export function weightsOf(onnx: Uint8Array): Weights {
  const graph = fields(onnx).find(({ field }) => field === 7)?.bytes ?? new Uint8Array();
  const tensors = fields(graph).filter(({ field }) => field === 5);
  return new Map(
    tensors.flatMap(({ bytes }) => {
      const parts = fields(bytes);
      const raw = parts.find(({ field }) => field === 9)?.bytes ?? new Uint8Array();
      if (parts.find(({ field }) => field === 2)?.value !== 1) return [];
      const name = new TextDecoder().decode(parts.find(({ field }) => field === 8)?.bytes);
      const shape = parts.filter(({ field }) => field === 1).map(({ value }) => value);
      return [[name, { shape, data: new Float32Array(raw.slice().buffer) }]];
    }),
  );
}

function fields(bytes: Uint8Array): { field: number; value: number; bytes: Uint8Array }[] {
  const found: { field: number; value: number; bytes: Uint8Array }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * place;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) found.push({ field: Math.floor(tag / 8), value: varint(), bytes: new Uint8Array() });
    else {
      const length = wire === 5 ? 4 : varint();
      found.push({ field: Math.floor(tag / 8), value: 0, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  return found;
}

/** Pixel values of one picture, `[3][224][224]` in one array, to the states after the last norm, `[T][D]`. */
export function tinyVision(w: Weights, pixels: ArrayLike<number>, kind: 'dinov2' | 'siglip'): Rows {
  const size = kind === 'dinov2' ? 14 : 16;
  const grid = 224 / size;
  const kernel = w.get('patch.weight')!;
  const [dim] = kernel.shape as [number];
  const rows: number[][] = [];
  if (kind === 'dinov2') rows.push([...w.get('cls')!.data]);
  for (let gy = 0; gy < grid; gy++)
    for (let gx = 0; gx < grid; gx++)
      rows.push(
        Array.from({ length: dim }, (_, d) => {
          let sum = w.get('patch.bias')!.data[d]!;
          for (let c = 0; c < 3; c++)
            for (let y = 0; y < size; y++)
              for (let x = 0; x < size; x++)
                sum += kernel.data[((d * 3 + c) * size + y) * size + x]! * pixels[(c * 224 + gy * size + y) * 224 + gx * size + x]!;
          return sum;
        }),
      );
  return layer(w, placed(w, rows), kind === 'dinov2' ? erfGelu : tanhGelu);
}

export function tinyText(w: Weights, ids: readonly number[]): Rows {
  const words = w.get('words')!;
  const dim = words.shape[1]!;
  return layer(
    w,
    placed(
      w,
      ids.map((id) => [...words.data.subarray(id * dim, (id + 1) * dim)]),
    ),
    tanhGelu,
  );
}

function placed(w: Weights, rows: Rows): Rows {
  const { data } = w.get('positions')!;
  return rows.map((row, t) => row.map((value, d) => value + data[t * row.length + d]!));
}

function layer(w: Weights, x: Rows, gelu: (x: number) => number): Rows {
  const scaled = (name: string, rows: Rows): Rows => {
    const scale = w.get(`${name}.scale`);
    return rows.map((row) => row.map((value, d) => value * (scale?.data[d] ?? 1)));
  };
  const attended = add(x, scaled('attention', attention(w, norm(w, 'norm1', x))));
  const hidden = linear(w, 'mlp.in', norm(w, 'norm2', attended)).map((row) => row.map(gelu));
  return norm(w, 'norm', add(attended, scaled('mlp', linear(w, 'mlp.out', hidden))));
}

function attention(w: Weights, x: Rows): Rows {
  const HEADS = 2;
  const [query, key, value] = ['query', 'key', 'value'].map((name) => linear(w, `attention.${name}`, x)) as [Rows, Rows, Rows];
  const dim = x[0]!.length;
  const width = dim / HEADS;
  const mixed = x.map((_, t) =>
    Array.from({ length: dim }, (_unused, d) => {
      const from = Math.floor(d / width) * width;
      const scores = key.map((k) => {
        let dot = 0;
        for (let i = from; i < from + width; i++) dot += query[t]![i]! * k[i]!;
        return Math.exp(dot / Math.sqrt(width));
      });
      const sum = scores.reduce((a, b) => a + b, 0);
      return scores.reduce((total, score, s) => total + (score / sum) * value[s]![d]!, 0);
    }),
  );
  return linear(w, 'attention.out', mixed);
}

function linear(w: Weights, name: string, x: Rows): Rows {
  const { shape, data } = w.get(`${name}.weight`)!;
  const outputs = shape[1]!;
  const bias = w.get(`${name}.bias`)!.data;
  return x.map((row) => Array.from({ length: outputs }, (_, o) => row.reduce((sum, value, i) => sum + value * data[i * outputs + o]!, bias[o]!)));
}

function norm(w: Weights, name: string, x: Rows): Rows {
  const [weight, bias] = [w.get(`${name}.weight`)!.data, w.get(`${name}.bias`)!.data];
  return x.map((row) => {
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, d) => ((value - mean) / Math.sqrt(variance + 1e-6)) * weight[d]! + bias[d]!);
  });
}

function add(a: Rows, b: Rows): Rows {
  return a.map((row, t) => row.map((value, d) => value + b[t]![d]!));
}

function tanhGelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function erfGelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

/** The series of Abramowitz and Stegun 7.1.5; more than exact enough for the arguments here. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
