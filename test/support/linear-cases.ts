/** Uses of `linear` and `geluMlp` that the tests of every backend share. */
import { geluMlp, geluMlpPlain } from '../../src/model/ops/gelu-mlp.ts';
import { linear, linearPlain, type LinearOptions } from '../../src/model/ops/linear.ts';
import type * as tf from '../../src/model/tf.ts';
import { randomInput, type Input } from './gradient-check.ts';
import type { OpCase } from './op-suite.ts';

interface LinearCase {
  readonly name: string;
  /** x, w, then the bias and the residual where there are such. */
  readonly inputs: readonly Input[];
  readonly hasBias?: boolean;
  readonly hasResidual?: boolean;
  readonly options?: LinearOptions;
}

const x = randomInput('x', [6, 4]);
const w = randomInput('w', [4, 5]);
const b = randomInput('b', [5]);
const residual = randomInput('residual', [6, 5]);

const LINEAR: readonly LinearCase[] = [
  { name: 'with bias', inputs: [x, w, b], hasBias: true },
  // 130 rows: divisible into blocks, the two-pass transpose of wasm.
  { name: 'without bias, many rows', inputs: [randomInput('tall', [130, 3]), randomInput('w3', [3, 2])] },
  { name: 'with bias and residual', inputs: [x, w, b, residual], hasBias: true, hasResidual: true },
  { name: 'with a residual alone', inputs: [x, w, residual], hasResidual: true },
  { name: 'with some rows of the weight', inputs: [x, randomInput('wide', [9, 5]), b], hasBias: true, options: { weightRows: [2, 6] } },
  { name: 'with the last rows of the weight', inputs: [x, randomInput('wide', [9, 5])], options: { weightRows: [5, 9] } },
  { name: 'with a transposed weight', inputs: [x, randomInput('turned', [5, 4])], options: { isTransposed: true } },
  {
    name: 'with a transposed weight, bias and residual',
    inputs: [x, randomInput('turned', [5, 4]), b, residual],
    hasBias: true,
    hasResidual: true,
    options: { isTransposed: true },
  },
  // Everything a multiple of four.
  { name: 'of whole vectors', inputs: [randomInput('x8', [8, 4]), randomInput('w8', [4, 8]), randomInput('b8', [8])], hasBias: true },
];

function linearCase({ name, inputs, hasBias = false, hasResidual = false, options = {} }: LinearCase): OpCase {
  const call =
    (op: typeof linear) =>
    (...args: tf.Tensor[]): tf.Tensor => {
      const [input, weight, ...rest] = args as [tf.Tensor2D, tf.Tensor2D, ...tf.Tensor[]];
      const bias = hasBias ? (rest[0] as tf.Tensor1D) : null;
      return op(input, weight, bias, { ...options, residual: hasResidual ? (rest[hasBias ? 1 : 0] as tf.Tensor2D) : null });
    };
  return { name, inputs, op: call(linear), plain: call(linearPlain) };
}

export const LINEAR_CASES: readonly OpCase[] = LINEAR.map(linearCase);

function mlpCase(name: string, [N, C, F, D]: readonly [number, number, number, number], hasResidual: boolean): OpCase {
  const inputs = [
    randomInput('x', [N, C]),
    randomInput('up', [C, F]),
    randomInput('upBias', [F]),
    randomInput('down', [F, D]),
    randomInput('downBias', [D]),
  ];
  const call =
    (op: typeof geluMlp) =>
    (...args: tf.Tensor[]): tf.Tensor => {
      const [input, up, upBias, down, downBias, added] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D, tf.Tensor2D?];
      return op(input, { up, upBias, down, downBias }, added ?? null);
    };
  return { name, inputs: hasResidual ? [...inputs, randomInput('residual', [N, D])] : inputs, op: call(geluMlp), plain: call(geluMlpPlain) };
}

export const GELU_MLP_CASES: readonly OpCase[] = [
  mlpCase('gelu mlp', [5, 3, 7, 2], false),
  mlpCase('gelu mlp with residual, of whole vectors', [4, 4, 8, 4], true),
];
