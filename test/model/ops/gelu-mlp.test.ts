import { geluMlp } from '../../../src/model/ops/gelu-mlp.ts';
import * as tf from '../../../src/model/tf.ts';
import { GELU_MLP_CASES } from '../../support/linear-cases.ts';
import { opSuite } from '../../support/op-suite.ts';

const weights = (C: number, F: number, D: number) => ({
  up: tf.zeros<tf.Rank.R2>([C, F]),
  upBias: tf.zeros<tf.Rank.R1>([F]),
  down: tf.zeros<tf.Rank.R2>([F, D]),
  downBias: tf.zeros<tf.Rank.R1>([D]),
});

opSuite(GELU_MLP_CASES, [
  { name: 'channels', call: () => geluMlp(tf.zeros([2, 4]), weights(3, 5, 2), null), message: /geluMlp: .*axis C must be 3/ },
  {
    name: 'hidden bias',
    call: () => geluMlp(tf.zeros([2, 3]), { ...weights(3, 5, 2), upBias: tf.zeros([4]) }, null),
    message: /up bias: .*axis F must be 5/,
  },
  {
    name: 'hidden width',
    call: () => geluMlp(tf.zeros([2, 3]), { ...weights(3, 5, 2), down: tf.zeros([4, 2]) }, null),
    message: /geluMlp down: .*axis F must be 5/,
  },
  { name: 'residual', call: () => geluMlp(tf.zeros([2, 3]), weights(3, 5, 2), tf.zeros([2, 3])), message: /geluMlp residual: .*axis D must be 2/ },
]);
