/** What a recording promises: the same numbers as running eagerly, no matter which kernels, and a reason where it cannot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { capture, CaptureMemory, type Capture } from '../../../src/model/webgpu/capture.ts';
import { runKernel, webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { Submission } from '../../../src/model/webgpu/submission.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const X = { x: { shape: [3, 2], dtype: 'float32' } } as const;
const FIRST = Float32Array.from([1, 2, 3, 4, 5, 6]);
const SECOND = Float32Array.from([-1, 0.5, 2, -3, 0.25, 7]);

/** y = 2 x + 1 by a kernel of ours. */
function doubled(x: tf.Tensor): tf.Tensor {
  const [y] = runKernel({
    name: 'doubled',
    inputs: { x: { tensor: x, as: 'f32' } },
    outputs: { y: { shape: x.shape, as: 'f32' } },
    workgroups: [1],
    code: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < ${x.size}u) { y[id.x] = 2.0 * x[id.x] + 1.0; }
    }`,
  });
  if (y === undefined) throw new Error('no output');
  return y;
}

async function play(one: Capture, x: Float32Array, output = 'y'): Promise<number[]> {
  const submission = new Submission();
  submission.run(one, { x });
  const view = one.outputs[output];
  if (view === undefined) throw new Error(`no output ${output}`);
  const bytes = submission.read(view);
  submission.submit();
  return Array.from(new Float32Array(await bytes));
}

describe.skipIf(!hasAdapter)('capture', () => {
  let engine: Engine;
  let weights: tf.Tensor2D;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
    weights = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  });
  afterAll(() => {
    weights.dispose();
    engine.close();
  });

  /** Kernels of tfjs, its autodiff, and a kernel of ours between them. */
  const work = (x: tf.Tensor): tf.NamedTensorMap => {
    const loss = (w: tf.Tensor): tf.Scalar => tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)));
    return { y: tf.relu(tf.sub(doubled(tf.matMul(x as tf.Tensor2D, weights)), 20)), gradient: tf.grad(loss)(weights) };
  };

  test('plays forward and backward passes again with other inputs', async () => {
    const memory = new CaptureMemory();
    const one = capture('both', memory, X, { x: FIRST }, ({ x }) => work(x as tf.Tensor));
    expect(one.refusal).toBeNull();
    expect(one.dispatches).toBeGreaterThan(4);
    for (const values of [SECOND, FIRST]) {
      const eager = tf.tidy(() => work(tf.tensor2d(values, [3, 2])));
      expect(await play(one, values)).toEqual(Array.from(await (eager['y'] as tf.Tensor).data()));
      expect(await play(one, values, 'gradient')).toEqual(Array.from(await (eager['gradient'] as tf.Tensor).data()));
      tf.dispose(eager);
    }
    one.dispose();
    memory.dispose();
    engine.check();
  });

  test('holds the results of the recorded run itself, and leaks no tensor', async () => {
    const before = tf.memory().numTensors;
    const memory = new CaptureMemory();
    const one = capture('first', memory, X, { x: SECOND }, ({ x }) => ({ y: doubled(x as tf.Tensor) }));
    const submission = new Submission();
    const bytes = submission.read(one.outputs['y'] ?? { buffer: weights as never, offset: 0, size: 0 });
    submission.submit();
    expect(Array.from(new Float32Array(await bytes))).toEqual(Array.from(SECOND, (value) => 2 * value + 1));
    expect(tf.memory().numTensors).toBe(before);
    one.dispose();
    memory.dispose();
  });

  test('two recordings share memory, and neither spoils the other', async () => {
    const memory = new CaptureMemory();
    const [a, b] = ['a', 'b'].map((label) => capture(label, memory, X, { x: FIRST }, ({ x }) => work(x as tf.Tensor)));
    if (a === undefined || b === undefined) throw new Error('two recordings');
    const own = memory.bytes;
    expect(await play(a, SECOND)).toEqual(await play(b, SECOND));
    // Both in one submit, each with its inputs, and one of them twice.
    const submission = new Submission();
    const read = (one: Capture) => submission.read(one.outputs['gradient'] ?? { buffer: weights as never, offset: 0, size: 0 });
    submission.run(a, { x: FIRST });
    const first = read(a);
    submission.run(b, { x: SECOND });
    const second = read(b);
    submission.run(a, { x: SECOND });
    const third = read(a);
    submission.submit();
    const [p, q, r] = (await Promise.all([first, second, third])).map((bytes) => Array.from(new Float32Array(bytes)));
    expect(r).toEqual(q);
    expect(p).not.toEqual(q);
    expect(p).toEqual(await play(a, FIRST, 'gradient'));
    const third1 = capture('c', memory, X, { x: FIRST }, ({ x }) => work(x as tf.Tensor));
    expect(memory.bytes - own).toBeLessThan(own); // intermediates are found again, outputs are new
    for (const one of [a, b, third1]) one.dispose();
    memory.dispose();
    engine.check();
  });

  test('a tensor from outside that reaches the device while recording outlives the recording', async () => {
    const late = tf.tensor1d([5, 6]);
    const memory = new CaptureMemory();
    const one = capture('late', memory, X, { x: FIRST }, ({ x }) => ({ y: tf.add(x as tf.Tensor, late) }));
    one.dispose();
    memory.dispose();
    const sum = tf.add(late, 1);
    expect(Array.from(await sum.data())).toEqual([6, 7]);
    tf.dispose([late, sum]);
    engine.check();
  });

  test.each([
    {
      name: 'reads back',
      reason: /reads back/,
      spoil: (x: tf.Tensor) => void tf.keep(tf.square(x)).data(),
    },
    {
      name: 'writes to an outside buffer',
      reason: /writes to a buffer whose contents it cannot keep/,
      spoil: () => {
        const { device } = webgpuBackend();
        device.queue.writeBuffer(device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST }), 0, new Float32Array(1));
      },
    },
  ])('refuses work that $name, says so, and has still run it', async ({ reason, spoil }) => {
    const memory = new CaptureMemory();
    const one = capture('spoilt', memory, X, { x: FIRST }, ({ x }) => {
      spoil(x as tf.Tensor);
      return { y: doubled(x as tf.Tensor) };
    });
    expect(one.refusal).toMatch(reason);
    expect(() => new Submission().run(one, { x: FIRST })).toThrow(/cannot be played again/);
    one.dispose();
    memory.dispose();
    await engine.fence();
  });

  test('inputs of another size are refused by name', () => {
    const memory = new CaptureMemory();
    const one = capture('sizes', memory, X, { x: FIRST }, ({ x }) => ({ y: doubled(x as tf.Tensor) }));
    expect(() => one.write({ x: new Float32Array(5) })).toThrow(/capture sizes: expected 6 values of x, got 5/);
    expect(() => one.write({})).toThrow(/expected 6 values of x, got none/);
    one.dispose();
    memory.dispose();
  });

  test('work that throws leaves the backend as it was', async () => {
    const memory = new CaptureMemory();
    const fails = () =>
      capture('fails', memory, X, { x: FIRST }, () => {
        throw new Error('on purpose');
      });
    expect(fails).toThrow('on purpose');
    const y = tf.add(tf.tensor1d([1]), 1);
    expect(Array.from(await y.data())).toEqual([2]);
    y.dispose();
    memory.dispose();
    engine.check();
  });
});
