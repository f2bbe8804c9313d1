/**
 * The toy in jax-js (npm @jax-js/jax): one jitted function from weights and moments to new ones, with value-and-grad and Adam inside, as its documentation
 * teaches. Bias corrections are computed on the CPU and given as an array, as ours are.
 *
 * jax-js counts references: an array is consumed by the function it is given to, `x.ref` keeps it alive for one more use.
 *
 * Letters: B batch, T positions, N = B*T rows, D width, H heads, V vocabulary.
 */
import type { Engine } from '../engine.ts';
import type { Jax } from '../jax.ts';
import { TOY, type ToyBatch, type ToyWeight } from './shape.ts';

type Arr = InstanceType<Jax['Array']>;
type Tree = Record<string, Arr>;

/** On jax-js's default device. The engine owns its arrays. */
export function makeJaxToy(jax: Jax, weights: Readonly<Record<string, ToyWeight>>, batch: ToyBatch): Engine {
  const { numpy: np, nn } = jax;
  const { batch: B, positions: T, width: D, heads: H, vocabulary: V } = TOY;
  const N = B * T;
  const rmsNorm = (x: Arr, weight: Arr): Arr => {
    const mean = np.mean(np.square(x.ref), -1, { keepdims: true });
    return x.mul(np.reciprocal(np.sqrt(mean.add(TOY.normEpsilon)))).mul(weight);
  };
  const attend = (packed: Arr): Arr => {
    const [q, k, v] = np.split(packed, 3, 1).map((part) => part.reshape([B, T, H, D / H])) as [Arr, Arr, Arr];
    return nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([N, D]);
  };
  const loss = (params: Tree, tokens: Arr, targets: Arr): Arr => {
    const get = (name: string): Arr => {
      const value = params[name];
      if (value === undefined) throw new Error(`internal: the toy has no weight ${name}`);
      return value;
    };
    const table = get('token');
    // Not np.take: its gradient cannot be jitted in 0.1.25 ("routine primitive scatter input is not imm").
    const embedded = np.matmul(nn.oneHot(tokens, V), table.ref).reshape([B, T, D]);
    let h = embedded.add(get('position')).reshape([N, D]);
    for (let i = 0; i < TOY.layers; i++) {
      const attended = attend(np.matmul(rmsNorm(h.ref, get(`${i}.norm1`)), get(`${i}.qkv`)));
      h = h.add(np.matmul(attended, get(`${i}.out`)));
      const hidden = nn.gelu(np.matmul(rmsNorm(h.ref, get(`${i}.norm2`)), get(`${i}.up`)));
      h = h.add(np.matmul(hidden, get(`${i}.down`)));
    }
    const logits = np.matmul(rmsNorm(h, get('norm')), np.transpose(table)); // [N, V]
    return np.mean(np.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, V)), -1)).neg();
  };

  /** `corrections` is [1 / (1 - beta1^t), 1 / (1 - beta2^t)]. */
  const step = jax.jit(
    (params: Tree, m: Tree, v: Tree, corrections: Arr, tokens: Arr, targets: Arr): { value: Arr; params: Tree; m: Tree; v: Tree } => {
      const [value, gradients] = jax.valueAndGrad(loss)(jax.tree.ref(params), tokens, targets) as [Arr, Tree];
      const next = { params: {} as Tree, m: {} as Tree, v: {} as Tree };
      const [c1, c2] = np.split(corrections, 2) as [Arr, Arr];
      for (const [name, g] of Object.entries(gradients)) {
        const [p, oldM, oldV] = [params[name], m[name], v[name]] as [Arr, Arr, Arr];
        const newM = oldM.mul(TOY.beta1).add(g.ref.mul(1 - TOY.beta1));
        const newV = oldV.mul(TOY.beta2).add(np.square(g).mul(1 - TOY.beta2));
        const update = newM.ref.mul(c1.ref).div(np.sqrt(newV.ref.mul(c2.ref)).add(TOY.epsilon));
        next.params[name] = p.sub(update.mul(TOY.learningRate));
        next.m[name] = newM;
        next.v[name] = newV;
      }
      c1.dispose();
      c2.dispose();
      return { value, ...next };
    },
  );

  const each = (make: (weight: ToyWeight) => Float32Array): Tree =>
    Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [name, np.array(make(weight) as Float32Array<ArrayBuffer>).reshape([...weight.shape])]),
    );
  let state = {
    params: each(({ values }) => values.slice()),
    m: each(({ values }) => values.map(() => 0)),
    v: each(({ values }) => values.map(() => 0)),
  };
  const tokens = np.array(batch.tokens as Int32Array<ArrayBuffer>, { dtype: np.int32 });
  const targets = np.array(batch.targets as Int32Array<ArrayBuffer>, { dtype: np.int32 });
  let t = 0;
  let pending: Arr | null = null;
  return {
    start() {
      pending?.dispose();
      t += 1;
      const corrections = np.array(Float32Array.of(1 / (1 - TOY.beta1 ** t), 1 / (1 - TOY.beta2 ** t)));
      const { value, ...next } = step(state.params, state.m, state.v, corrections, tokens.ref, targets.ref);
      pending = value;
      state = next;
      return Promise.resolve();
    },
    async loss() {
      return pending === null ? Number.NaN : ((await pending.ref.data())[0] ?? Number.NaN);
    },
    dispose() {
      pending?.dispose();
      jax.tree.dispose(state);
      tokens.dispose();
      targets.dispose();
      step.dispose();
    },
  };
}
