/** The profiler on a recording of a kernel that works twenty thousand times longer than another, and one that changes a tensor from outside. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { capture, CaptureMemory, type Capture } from '../../../src/model/webgpu/capture.ts';
import { bindingOf, runKernel, webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { commandsOf, commonStep, profileByFences, profileCapture, profileCommands, withContentsKept } from '../../../src/model/webgpu/profiler.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const SIZE = 4096;
/** So long that a fence which is late on a busy machine, by some tens of milliseconds, is short beside it. */
const SLOW = 20_000;

/** `x + times` by adding 1 so many times over. */
function add(name: string, times: number, x: tf.Tensor): tf.Tensor {
  const code = `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    var v = x[id.x];
    for (var i = 0u; i < ${times}u; i++) { v = v + 1.0 + x[(id.x + i) % ${SIZE}u] * 0.0; }
    y[id.x] = v;
  }`;
  const [y] = runKernel({
    ...{ name, code, inputs: { x: { tensor: x, as: 'f32' } }, outputs: { y: { shape: [SIZE], as: 'f32' } } },
    workgroups: [SIZE / 64],
  });
  if (y === undefined) throw new Error('no output');
  return y;
}

/** Adds `x` to `total` in place, as gradients are added up. */
function accumulate(total: tf.Tensor, x: tf.Tensor): void {
  const code = `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { total[id.x] += x[id.x]; }`;
  const updates = { total: { tensor: total, as: 'f32' } } as const;
  runKernel({ name: 'accumulate', code, inputs: { x: { tensor: x, as: 'f32' } }, outputs: {}, updates, workgroups: [SIZE / 64] });
}

describe.skipIf(!hasAdapter)('the profiler', () => {
  let engine: Engine;
  let memory: CaptureMemory;
  let recording: Capture;
  let total: tf.Tensor;
  const clock = () => performance.now();

  beforeAll(async () => {
    engine = await openBackend('webgpu');
    memory = new CaptureMemory();
    total = tf.zeros([SIZE]);
    const inputs = { x: new Float32Array(SIZE) };
    recording = capture('test', memory, { x: { shape: [SIZE], dtype: 'float32' } }, inputs, ({ x }) => {
      if (x === undefined) throw new Error('no input');
      accumulate(
        total,
        [1, 2, 3].reduce((sum) => add('quick', 1, sum), add('slow', SLOW, x)),
      );
      return {};
    });
  });
  afterAll(() => {
    recording.dispose();
    memory.dispose();
    total.dispose();
    engine.close();
  });

  test.each(['timestamps', 'fences'] as const)('by %s: kernels by name, calls of one run, times that add up', async (way) => {
    const startMs = clock();
    const { times, rounds, note } =
      way === 'timestamps' ? await profileCapture(recording, 5, clock) : await profileByFences(webgpuBackend().device, recording.commands, 5, clock);
    const wallMs = clock() - startMs;
    engine.check();
    expect(rounds).toBe(5);
    expect(note).toContain(way === 'timestamps' && webgpuBackend().device.features.has('timestamp-query') ? 'GPU timestamps, ' : 'fences');
    expect(new Map(times.map(({ name, calls }) => [name, calls]))).toEqual(new Map(Object.entries({ slow: 1, quick: 3, accumulate: 1 })));
    const [first, ...others] = times;
    expect(first?.name).toBe('slow');
    expect(first?.ms).toBeGreaterThan(0);
    for (const { ms } of others) expect(first?.ms).toBeGreaterThan(ms * 3);
    expect(times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(times.reduce((sum, { ms }) => sum + ms, 0) * rounds).toBeLessThan(wallMs);
  });

  test('rounds change what the recording changes, unless its contents are kept', async () => {
    const { device } = webgpuBackend();
    const view = bindingOf(webgpuBackend(), total, false);
    const first = async () =>
      (
        await webgpuBackend()
          .getBufferData(view)
          .then((bytes) => new Float32Array(bytes))
      )[0];
    const before = await first();
    recording.write({ x: new Float32Array(SIZE).fill(7) });
    await withContentsKept(device, [view], async () => {
      await profileCapture(recording, 1, clock);
      expect(await first()).toBe((before ?? 0) + 2 * (SLOW + 3 + 7));
    });
    expect(await first()).toBe(before);
    const failing = async () => {
      await profileCapture(recording, 1, clock);
      throw new Error('stop');
    };
    await expect(withContentsKept(device, [view], failing)).rejects.toThrow('stop');
    expect(await first()).toBe(before);
    engine.check();
  });

  test('more dispatches than a query set holds are counted all, copies are played too, nothing at all is no fault', async () => {
    const { device } = webgpuBackend();
    const quick = recording.commands.filter((command) => command.kind === 'dispatch' && command.pipeline.label === 'quick').slice(0, 1);
    const many = Array.from({ length: 2050 }, () => quick).flat();
    const { times } = await profileCommands(device, many, 1, clock);
    expect(times.map(({ name, calls, share }) => [name, calls, share])).toEqual([['quick', 2050, 1]]);
    expect(await profileCommands(device, [], 1, clock)).toMatchObject({ times: [] });
    const [from, to] = [1, 2].map(() => device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST }));
    if (from === undefined || to === undefined) throw new Error('no buffers');
    device.queue.writeBuffer(from, 0, new Float32Array([5]));
    const copy = { kind: 'copy', from, fromOffset: 0, to, toOffset: 0, size: 4 } as const;
    await profileCommands(device, [copy, { kind: 'clear', buffer: from, offset: 0, size: 4 }], 1, clock);
    const read = async (buffer: GPUBuffer) => new Float32Array(await webgpuBackend().getBufferData({ buffer, offset: 0, size: 4 }))[0];
    expect([await read(to), await read(from)]).toEqual([0, 0]); // the second of two rounds copies what the first cleared
    engine.check();
    for (const buffer of [from, to]) buffer.destroy();
  });

  test('dispatches of others are recorded as they would be encoded', () => {
    const replay = commandsOf((pass) => {
      for (const command of recording.commands) {
        if (command.kind !== 'dispatch') continue;
        pass.setPipeline(command.pipeline);
        pass.setBindGroup(0, command.group);
        pass.dispatchWorkgroups(command.x, command.y, command.z);
      }
    });
    expect(replay).toEqual(recording.commands);
    expect(() => commandsOf((pass) => pass.dispatchWorkgroups(1))).toThrow('without bindings');
  });

  test('a recording that cannot be played again is not', async () => {
    await expect(profileCapture({ ...recording, refusal: 'reads back in the middle' }, 1, clock)).rejects.toThrow(/reads back/);
  });
});

test('what a browser rounds timestamps to is seen', () => {
  expect(commonStep([12_614_300_000n, 12_614_500_000n, 12_614_800_000n], 0n)).toBe(100_000n);
  expect(commonStep([12_614_225_803n, 12_614_225_818n], 100_000n)).toBe(1n);
  expect(commonStep([0n], 0n)).toBe(0n);
});
