/**
 * GRU (arXiv 1406.1078) and LSTM (Neural Computation 9(8), 1997) as PyTorch writes them, unrolled in ops with a tape.
 *
 *     GRU    r, z = sigmoid(gates)   n = tanh(x_n + r h_n)   h' = (1 - z) n + z h
 *     LSTM   i, f, o = sigmoid(gates)   g = tanh(gate)   c' = f c + i g   h' = o tanh(c')
 *
 * Letters: N rows, X channels in, H channels of the state, T steps.
 */
import { linear } from '../ops/linear.ts';
import { matrixOf, vectorOf, type Params } from '../params.ts';
import { linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';

/** State `[N, H]`; an LSTM has a memory of that shape too. */
export interface CellState {
  readonly h: tf.Tensor2D;
  readonly memory: tf.Tensor2D | null;
}

export function startState(kind: 'gru' | 'lstm', rows: number, width: number): CellState {
  const zeros = (): tf.Tensor2D => tf.zeros([rows, width]);
  return { h: zeros(), memory: kind === 'lstm' ? zeros() : null };
}

/**
 * One step.
 *
 * @param x - the input's share of the gates, `[N, 3H]` (GRU: r, z, n) or `[N, 4H]` (LSTM: i, f, g, o): `inputGates`.
 * @param weight - `[H, 3H]` or `[H, 4H]`, with its bias.
 * @returns the next state; belongs to the caller's tidy.
 */
export function cellStep(x: tf.Tensor2D, { h, memory }: CellState, weight: tf.Tensor2D, bias: tf.Tensor1D): CellState {
  const [N, H] = h.shape;
  const cut = (y: tf.Tensor2D, from: number, gates = 1): tf.Tensor2D => tf.slice(y, [0, from * H], [N, gates * H]);
  const y = linear(h, weight, bias);
  if (memory !== null) {
    const gates = tf.add<tf.Tensor2D>(x, y);
    const [i, f, o] = [tf.sigmoid(cut(gates, 0)), tf.sigmoid(cut(gates, 1)), tf.sigmoid(cut(gates, 3))];
    const next = tf.add<tf.Tensor2D>(tf.mul(f, memory), tf.mul(i, tf.tanh(cut(gates, 2))));
    return { h: tf.mul<tf.Tensor2D>(o, tf.tanh(next)), memory: next };
  }
  const gates = tf.sigmoid(tf.add<tf.Tensor2D>(cut(x, 0, 2), cut(y, 0, 2)));
  const [r, z] = [cut(gates, 0), cut(gates, 1)];
  const n = tf.tanh(tf.add<tf.Tensor2D>(cut(x, 2), tf.mul(r, cut(y, 2))));
  return { h: tf.add<tf.Tensor2D>(n, tf.mul(z, tf.sub(h, n))), memory: null };
}

/** `x @ {at}.input`: what the input adds to the gates, `[N, X]` to `[N, 3H]` or `[N, 4H]`. */
export function inputGates(params: Params, at: string, x: tf.Tensor2D, isInputFixed = false): tf.Tensor2D {
  return linearAt(params, `${at}.input`, x, { isInputFixed });
}

/**
 * The states of a cell that sees the same input at every step.
 *
 * @param x - `[N, X]`.
 * @returns `[N*T, H]`, the steps of a row together. Belongs to the caller's tidy.
 */
export function repeatedInput(params: Params, at: string, kind: 'gru' | 'lstm', x: tf.Tensor2D, width: number, steps: number): tf.Tensor2D {
  const N = x.shape[0];
  const gates = inputGates(params, at, x);
  const [weight, bias] = stateWeights(params, at);
  const states: tf.Tensor2D[] = [];
  let state = startState(kind, N, width);
  for (let t = 0; t < steps; t++) {
    state = cellStep(gates, state, weight, bias);
    states.push(state.h);
  }
  return tf.reshape<tf.Rank.R2>(tf.stack(states, 1), [N * steps, width]);
}

/** Weight and bias that act on the state. */
function stateWeights(params: Params, at: string): readonly [tf.Tensor2D, tf.Tensor1D] {
  return [matrixOf(params, `${at}.state.weight`), vectorOf(params, `${at}.state.bias`)];
}

/**
 * The mean state of a GRU over the tokens of each text. Padding leaves the state as it is, so a text means the same in every batch.
 *
 * @param text - T of `[B, X]`, frozen: no gradient flows to them.
 * @param mask - 1 for a token, `[B, T]`.
 * @param pooling - weight of each position in the mean, `[B, 1, T]`.
 * @returns `[B, H]`. Belongs to the caller's tidy.
 */
export function meanState(
  params: Params,
  at: string,
  text: readonly tf.Tensor2D[],
  mask: tf.Tensor2D,
  pooling: tf.Tensor3D,
  isBackward: boolean,
): tf.Tensor2D {
  const [B, T] = mask.shape;
  const [weight, bias] = stateWeights(params, at);
  const H = weight.shape[0];
  const column = (x: tf.Tensor, t: number): tf.Tensor2D => tf.slice(tf.reshape<tf.Rank.R2>(x, [B, T]), [0, t], [B, 1]);
  let state = startState('gru', B, H);
  let mean: tf.Tensor2D = tf.zeros([B, H]);
  for (let i = 0; i < T; i++) {
    const t = isBackward ? T - 1 - i : i;
    const next = cellStep(inputGates(params, at, text[t] as tf.Tensor2D, true), state, weight, bias);
    const h = tf.add<tf.Tensor2D>(state.h, tf.mul(tf.sub(next.h, state.h), column(mask, t)));
    mean = tf.add<tf.Tensor2D>(mean, tf.mul(h, column(pooling, t)));
    state = { h, memory: null };
  }
  return mean;
}
