/**
 * How long each kernel of a recording takes on the device: every dispatch gets a compute pass of its own with timestamps at both ends, and kernels
 * are added up by the label of their pipeline (runKernel and tfjs give one; a build that shortens class names shortens those of tfjs).
 *
 * Playing a recording does what it does: one that adds to gradients or updates weights must be played inside `withContentsKept`.
 *
 * What the numbers are: time between the begin and the end of each pass. Kernels that could overlap do not here, so the sum is a little more than the step
 * takes; shares are what to read. Timestamps may be rounded (Chrome to 0.1 ms unless its WebGPU developer features are on; Dawn in Node to 0.07 ms unless
 * opened with `disable-dawn-features=timestamp_quantization`): then a single short kernel reads as nothing or as one step, the mean over many rounds is right,
 * and the note says so.
 */
import { mean, median, profileOf, type KernelProfile } from '../kernel-profile.ts';
import type { Capture, Command } from './capture.ts';
import { webgpuBackend } from './kernel.ts';
import type { BufferView } from './own-backend.ts';

export type { KernelProfile, KernelTime } from '../kernel-profile.ts';

type Dispatch = Extract<Command, { kind: 'dispatch' }>;

/** WebGPU's limit for a query set is 4,096 queries; a dispatch takes two. */
const DISPATCHES_AT_ONCE = 2048;
const BYTES_PER_QUERY = 8;
/** Timestamps that are all multiples of more than this are rounded by the browser; clocks of GPUs tick in tens of nanoseconds. Ours. */
const FINE_NS = 10_000n;

/**
 * Times a recording, whose effects happen `rounds + 1` times.
 *
 * @param clock - milliseconds from any fixed point; used where the device has no timestamps.
 */
export async function profileCapture(capture: Capture, rounds: number, clock: () => number): Promise<KernelProfile> {
  if (capture.refusal !== null) throw new Error(`internal: ${capture.label} cannot be played again: it ${capture.refusal}`);
  const backend = webgpuBackend();
  backend.flushPending();
  return profileCommands(backend.device, capture.commands, rounds, clock);
}

/**
 * Times commands of several recordings, or of none. What is to run before them must be submitted already.
 *
 * @param rounds - at least 1; one more is played first to warm up.
 * @param clock - milliseconds from any fixed point; used where the device has no timestamps.
 */
export async function profileCommands(device: GPUDevice, commands: readonly Command[], rounds: number, clock: () => number): Promise<KernelProfile> {
  if (!device.features.has('timestamp-query')) return profileByFences(device, commands, rounds, clock);
  const timer = makeTimer(device, Math.min(DISPATCHES_AT_ONCE, commands.length));
  const taken: Map<string, number>[] = [];
  let stepNs = 0n;
  try {
    for (let round = 0; round <= rounds; round++) {
      const sums = new Map<string, number>();
      for (const part of parts(commands)) {
        const stamps = await timer.play(part);
        stepNs = commonStep(stamps, stepNs);
        addUp(sums, part.filter(isDispatch), stamps);
      }
      if (round > 0) taken.push(sums);
    }
  } finally {
    timer.destroy();
  }
  const isCoarse = stepNs > FINE_NS;
  const stepMs = (Number(stepNs) / 1e6).toFixed(2);
  const note = isCoarse
    ? `GPU timestamps, mean of ${rounds} rounds. They are rounded to ${stepMs} ms here: a kernel shorter than that is right on average only.`
    : `GPU timestamps, median of ${rounds} rounds.`;
  const middle = isCoarse ? mean : median;
  return profileOf(callsOf(commands), (name) => middle(taken.map((sums) => sums.get(name) ?? 0)), rounds, note);
}

/**
 * Times each kernel by running its calls alone, `rounds` times over, between two fences: for devices without timestamps. Copies are left out, so the
 * results on the device are none of the recording's own.
 */
export async function profileByFences(device: GPUDevice, commands: readonly Command[], rounds: number, clock: () => number): Promise<KernelProfile> {
  const dispatches = commands.filter(isDispatch);
  const run = async (part: readonly Dispatch[], times: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < times; i++) for (const dispatch of part) encodeDispatch(pass, dispatch);
    pass.end();
    const startMs = clock();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return clock() - startMs;
  };
  await run(dispatches, 1);
  const emptyMs = await run([], 1);
  const ms = new Map<string, number>();
  for (const name of new Set(dispatches.map(nameOf))) {
    const own = dispatches.filter((dispatch) => nameOf(dispatch) === name);
    ms.set(name, Math.max(0, (await run(own, rounds)) - emptyMs) / rounds);
  }
  const note = `This device has no GPU timestamps: each kernel ran alone, ${rounds} rounds between two fences.`;
  return profileOf(callsOf(commands), (name) => ms.get(name) ?? 0, rounds, note);
}

/** The dispatches that `encode` would put into a pass (AdamW's update), to be timed with the others. It may set pipelines and group 0, and dispatch. */
export function commandsOf(encode: (pass: GPUComputePassEncoder) => void): Command[] {
  const commands: Command[] = [];
  let pipeline: GPUComputePipeline | null = null;
  let group: GPUBindGroup | null = null;
  const pass: Pick<GPUComputePassEncoder, 'setPipeline' | 'dispatchWorkgroups'> & {
    setBindGroup(index: number, next: GPUBindGroup | null): undefined;
  } = {
    setPipeline(next): undefined {
      pipeline = next;
    },
    setBindGroup(_index, next): undefined {
      group = next;
    },
    dispatchWorkgroups(x, y = 1, z = 1): undefined {
      if (pipeline === null || group === null) throw new Error('internal: commandsOf: a dispatch without bindings');
      commands.push({ kind: 'dispatch', pipeline, group, x, y, z });
    },
  };
  encode(pass as unknown as GPUComputePassEncoder); // whoever asks for anything else of it fails loudly
  return commands;
}

/**
 * Does `work` and then puts the contents of the views back as they were before it, whether it succeeded or not. The buffers need COPY_SRC and COPY_DST;
 * while it runs their bytes are held twice.
 */
export async function withContentsKept<T>(device: GPUDevice, views: readonly BufferView[], work: () => Promise<T>): Promise<T> {
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const copies = views.map(({ size }) => device.createBuffer({ label: 'kept contents', size: wholeWords(size), usage }));
  const copyAll = (isBack: boolean): void => {
    const encoder = device.createCommandEncoder();
    views.forEach(({ buffer, offset, size }, i) => {
      const copy = copies[i] as GPUBuffer; // one per view
      if (isBack) encoder.copyBufferToBuffer(copy, 0, buffer, offset, wholeWords(size));
      else encoder.copyBufferToBuffer(buffer, offset, copy, 0, wholeWords(size));
    });
    device.queue.submit([encoder.finish()]);
  };
  copyAll(false);
  try {
    return await work();
  } finally {
    copyAll(true);
    for (const copy of copies) copy.destroy();
  }
}

interface Timer {
  /** Runs the commands in one submit; begin and end of each dispatch in nanoseconds. */
  play(commands: readonly Command[]): Promise<bigint[]>;
  destroy(): void;
}

function makeTimer(device: GPUDevice, dispatches: number): Timer {
  const count = Math.max(1, dispatches) * 2;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const size = count * BYTES_PER_QUERY;
  const resolved = device.createBuffer({ label: 'timestamps', size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ label: 'timestamps', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  return {
    async play(commands) {
      const encoder = device.createCommandEncoder();
      let next = 0;
      for (const command of commands) {
        if (command.kind === 'dispatch') {
          const timestampWrites = { querySet, beginningOfPassWriteIndex: next, endOfPassWriteIndex: next + 1 };
          next += 2;
          const pass = encoder.beginComputePass({ timestampWrites });
          encodeDispatch(pass, command);
          pass.end();
        } else if (command.kind === 'copy') {
          encoder.copyBufferToBuffer(command.from, command.fromOffset, command.to, command.toOffset, command.size);
        } else encoder.clearBuffer(command.buffer, command.offset, command.size);
      }
      if (next > 0) {
        encoder.resolveQuerySet(querySet, 0, next, resolved, 0);
        encoder.copyBufferToBuffer(resolved, 0, staging, 0, next * BYTES_PER_QUERY);
      }
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const stamps = [...new BigUint64Array(staging.getMappedRange(), 0, next)];
      staging.unmap();
      return stamps;
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      staging.destroy();
    },
  };
}

/** The largest step of which all stamps, and `known` (0 = nothing yet), are multiples. */
export function commonStep(stamps: readonly bigint[], known: bigint): bigint {
  return stamps.reduce((step, stamp) => {
    let [a, b] = [step, stamp];
    while (b !== 0n) [a, b] = [b, a % b];
    return a;
  }, known);
}

/** The commands in pieces of at most DISPATCHES_AT_ONCE dispatches. */
function parts(commands: readonly Command[]): Command[][] {
  const all: Command[][] = [[]];
  let dispatches = 0;
  for (const command of commands) {
    if (command.kind === 'dispatch' && dispatches === DISPATCHES_AT_ONCE) {
      all.push([]);
      dispatches = 0;
    }
    if (command.kind === 'dispatch') dispatches++;
    all.at(-1)?.push(command);
  }
  return all;
}

/** Adds the milliseconds of each dispatch to its kernel's. A clock of the GPU may step back: that pass counts as nothing. */
function addUp(sums: Map<string, number>, dispatches: readonly Dispatch[], stamps: readonly bigint[]): void {
  dispatches.forEach((dispatch, i) => {
    const [begin, end] = [stamps[2 * i] ?? 0n, stamps[2 * i + 1] ?? 0n];
    const name = nameOf(dispatch);
    sums.set(name, (sums.get(name) ?? 0) + (end > begin ? Number(end - begin) / 1e6 : 0));
  });
}

/** Calls of each kernel in one run. */
function callsOf(commands: readonly Command[]): Map<string, number> {
  const calls = new Map<string, number>();
  for (const dispatch of commands.filter(isDispatch)) calls.set(nameOf(dispatch), (calls.get(nameOf(dispatch)) ?? 0) + 1);
  return calls;
}

function encodeDispatch(pass: GPUComputePassEncoder, { pipeline, group, x, y, z }: Dispatch): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(x, y, z);
}

function isDispatch(command: Command): command is Dispatch {
  return command.kind === 'dispatch';
}

function nameOf({ pipeline }: Dispatch): string {
  return pipeline.label === '' ? 'unnamed' : pipeline.label;
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
