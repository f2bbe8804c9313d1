/**
 * Decoding on WebGPU: a step is recorded once per batch size and then played, sixteen at a time in one submit; after each block the tokens written are
 * read back. Where the device is a GPU the next block is under way before the last one is read, so that it does not wait for the CPU.
 *
 * When rows are done, the others move to a batch of a smaller size (a power of two, so that few sizes are recorded); their caches stay where they are. A
 * row's arithmetic does not depend on the batch, so it decodes to the same tokens in any. Neither batch size nor capacity is written into the kernels, so a
 * new size compiles little.
 *
 * Letters: B rows, P image tokens, T prompt slots.
 */
import { fault } from '../../lib/errors.ts';
import { pixelShape } from '../adapter.ts';
import type { VlmConfig } from '../config.ts';
import { checkPrompts, checkSampling, type DecodeOptions, type DecodePrompts, type Decoder } from '../decode-options.ts';
import { sequencePlaces } from '../micro-inputs.ts';
import { normalisePacked, packPixels, type PixelShape } from '../ops/normalise-pixels.ts';
import type { Params } from '../params.ts';
import type * as tf from '../tf.ts';
import { capture, CaptureMemory, type Capture, type InputArray, type InputShape } from './capture.ts';
import { copyRows, decodeSizes, makeDecodeRoom, makeDecodeRows, STATE, WRITTEN, type DecodeRoom, type DecodeRows } from './decode-state.ts';
import { decodePrompts, decodeStep, type DecodeModel, type PromptTensors } from './decode-step.ts';
import { kernelFamily } from './family.ts';
import { bindingOf, webgpuBackend } from './kernel.ts';
import { powerOfTwo } from './rows.ts';
import { MOST_WORDS, optionValues, type Choice } from './sampling.ts';
import { Submission } from './submission.ts';

/** Tokens per read-back; a row remembers twice as many. Ours: with fewer a GPU would wait for reading, with more for rows that are done. */
const BLOCK = WRITTEN / 2;
/** Blocks that are under way while an older one is read. On software adapters the work after the last token would cost more than the wait. */
const AHEAD = { software: 0, hardware: 1 } as const;
/** Prompt lengths and capacities are rounded up to these, so that batches of one kind share recordings. Ours. */
const PROMPT_STEP = 16;
const CAPACITY_STEP = 64;
/** Rows move to a smaller batch when it has at most this share of the rows. Ours: moving costs next to nothing, recording a size once a few milliseconds. */
const SMALLER = 2 / 3;
/** Recordings of passes over prompts that are kept per batch size. Ours: a level of an evaluation has one length, or two. */
const MOST_PROMPT_PASSES = 2;

/** True when the kernels of decoding can do this model: vectors of four have to fit heads and widths. */
export function hasDecodeKernels(config: VlmConfig): boolean {
  const { D, F, H, G, d, V, layers } = decodeSizes(config);
  return layers > 0 && d % 8 === 0 && D % 8 === 0 && F % 4 === 0 && H % G === 0 && H / G <= 4 && d <= 128 && V <= MOST_WORDS;
}

/** A batch size: its rows on the device, and recordings that use them, by name; the least recently used first. */
interface Plan {
  readonly target: DecodeRows;
  readonly captures: Map<string, Capture>;
}

interface Inputs {
  readonly shapes: Readonly<Record<string, InputShape>>;
  readonly arrays: Readonly<Record<string, InputArray>>;
  /** `[B, H, W, 3]` of the pictures, whose bytes are packed four to a word; null without. */
  readonly pixels: PixelShape | null;
}

const NO_INPUTS: Inputs = { shapes: {}, arrays: {}, pixels: null };

/** Tokens `from`..`to` (without `to`) of the rows at work, on their way to the CPU. */
interface Block {
  /** Prompt of each row of the batch. */
  readonly rows: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly state: Promise<ArrayBuffer>;
}

/** A decoder for the active webgpu backend, for models of which `hasDecodeKernels` says true. Make it after
 * the optimiser of the parameters and dispose it before: their buffers must stay. Other tensors in the record are noticed and recorded anew. */
export function makeWebGpuDecoder(params: Params, config: VlmConfig): Decoder {
  const model: DecodeModel = { params, config };
  const sizes = decodeSizes(config);
  const plans = new Map<number, Plan>();
  let room: DecodeRoom | null = null;
  let memory: CaptureMemory | null = null;
  let recorded: readonly tf.Tensor[] = [];
  let isBusy = false;

  function clear(): void {
    for (const { target, captures } of plans.values()) {
      for (const one of captures.values()) one.dispose();
      target.dispose();
    }
    plans.clear();
    room?.dispose();
    room = null;
    memory?.dispose();
    memory = null;
  }

  /** Room for this call. Throws recordings of other parameters away, and those of a room that is too small. */
  function roomFor(rows: number, capacity: number): DecodeRoom {
    const now = Object.values(params);
    if (now.length !== recorded.length || now.some((tensor, i) => tensor !== recorded[i])) {
      clear();
      recorded = now;
      // Put on the device before a recording would write the upload down.
      for (const tensor of now) bindingOf(webgpuBackend(), tensor, false);
    }
    if (room !== null && rows <= room.slots && capacity <= room.capacity) return room;
    const [slots, positions] = [Math.max(rows, room?.slots ?? 0), Math.max(capacity, room?.capacity ?? 0)];
    clear();
    room = makeDecodeRoom(sizes, config.decoder.ropeBase, slots, positions);
    return room;
  }

  function planOf(within: DecodeRoom, rows: number): Plan {
    const known = plans.get(rows);
    if (known !== undefined) return known;
    const made = { target: makeDecodeRows(sizes, within, rows), captures: new Map<string, Capture>() };
    plans.set(rows, made);
    return made;
  }

  /** Plays what is recorded under this name, or records it now, which runs it too. */
  function play(submission: Submission, { captures }: Plan, name: string, { shapes, arrays }: Inputs, work: Parameters<typeof capture>[4]): void {
    const known = captures.get(name);
    captures.delete(name);
    if (known?.refusal === null) {
      captures.set(name, known);
      submission.run(known, Object.keys(shapes).length === 0 ? undefined : arrays);
      return;
    }
    submission.submit(); // what was encoded before comes first
    known?.dispose();
    memory ??= new CaptureMemory();
    captures.set(name, capture(`decode ${name}`, memory, shapes, arrays, work));
  }

  function playPrompts(submission: Submission, plan: Plan, prompts: DecodePrompts, choice: Choice): void {
    const inputs = promptInputs(config, prompts);
    const kind = `${choice} after prompts`;
    const name = `${kind} ${JSON.stringify([Object.values(inputs.shapes).map(({ shape }) => shape), inputs.pixels])}`;
    play(submission, plan, name, inputs, (tensors) => {
      decodePrompts(model, plan.target, promptTensors(tensors, inputs.pixels), choice);
      return {};
    });
    submission.submit();
    const passes = [...plan.captures.keys()].filter((key) => key.startsWith(kind));
    for (const old of passes.slice(0, -MOST_PROMPT_PASSES)) {
      plan.captures.get(old)?.dispose();
      plan.captures.delete(old);
    }
  }

  function playStep(submission: Submission, plan: Plan, choice: Choice): void {
    play(submission, plan, `${choice} step`, NO_INPUTS, () => {
      decodeStep(model, plan.target, choice);
      return {};
    });
  }

  async function run(prompts: DecodePrompts, options: DecodeOptions): Promise<Int32Array[]> {
    const { maxNewTokens, eosId, sampling, signal, onProgress } = options;
    const { batchSize: B } = prompts;
    const written: number[][] = Array.from({ length: B }, () => []);
    const answers = (): Int32Array[] => written.map((row) => Int32Array.from(row));
    if (B === 0 || maxNewTokens < 1) return answers();
    signal?.throwIfAborted();

    const P = imageTokensOf(prompts);
    const within = roomFor(B, roundUp(P + roundUp(prompts.textLength, PROMPT_STEP) + maxNewTokens, CAPACITY_STEP));
    within.writeOptions(optionValues(eosId, sampling));
    const choice: Choice = sampling === undefined || sampling.temperature === 0 ? 'likeliest' : 'drawn';
    let plan = planOf(within, B);
    plan.target.writeState(firstState(prompts, P, sampling?.firstRow ?? 0));
    playPrompts(new Submission(), plan, prompts, choice);

    let rows: readonly number[] = written.map((_, row) => row);
    const isDone = written.map(() => false);
    const blocks: Block[] = [];
    let asked = 0;
    for (;;) {
      while (asked < maxNewTokens && blocks.length <= AHEAD[kernelFamily()]) {
        const submission = new Submission();
        const to = Math.min(asked + BLOCK, maxNewTokens);
        // The pass over the prompts wrote the first token.
        for (let step = Math.max(1, asked); step < to; step++) playStep(submission, plan, choice);
        blocks.push({ rows, from: asked, to, state: submission.read(plan.target.views.state) });
        submission.submit();
        asked = to;
      }
      const block = blocks.shift();
      if (block === undefined) throw new Error('internal: decode: nothing to wait for');
      collect(block, new Int32Array(await block.state), eosId, written, isDone);
      const isLast = block.to >= maxNewTokens;
      onProgress?.({ rowsDone: isLast ? B : isDone.filter(Boolean).length, rows: B, step: block.to });
      if (isLast || isDone.every(Boolean)) return answers();
      signal?.throwIfAborted();
      const isAtWork = (i: number): boolean => isDone[rows[i] ?? 0] !== true;
      const places = rows.map((_, i) => i);
      const alive = places.filter(isAtWork);
      const size = powerOfTwo(alive.length);
      if (asked < maxNewTokens && size <= rows.length * SMALLER) {
        const smaller = planOf(within, size);
        const chosen = [...alive, ...places.filter((i) => !isAtWork(i))].slice(0, size); // rows that are done fill it up
        copyRows(plan.target, smaller.target, chosen);
        rows = chosen.map((i) => rows[i] ?? 0);
        plan = smaller;
      }
    }
  }

  return {
    async decode(prompts, options) {
      checkPrompts(prompts);
      if (options.sampling !== undefined) checkSampling(options.sampling);
      if (isBusy) throw new Error(fault('decode', 'one call at a time', 'a second one', 'await the first, or make a decoder for each'));
      isBusy = true;
      try {
        return await run(prompts, options);
      } finally {
        isBusy = false;
      }
    },
    dispose: clear,
  };
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

function imageTokensOf({ image }: DecodePrompts): number {
  return image === null ? 0 : image.gridRows * image.gridColumns;
}

/** Numbers of the rows before the pass over the prompts: where the last position of each lies, and where its cache. */
function firstState({ lengths }: DecodePrompts, P: number, firstRow: number): Int32Array {
  const state = new Int32Array(lengths.length * STATE.stride);
  lengths.forEach((length, b) => {
    state[b * STATE.stride + STATE.length] = P + length - 1;
    state[b * STATE.stride + STATE.row] = firstRow + b;
    state[b * STATE.stride + STATE.slot] = b;
  });
  return state;
}

/** Moves what a block wrote to the answers; a row ends before its `<eos>`. */
function collect({ rows, from, to }: Block, state: Int32Array, eosId: number, written: readonly number[][], isDone: boolean[]): void {
  rows.forEach((row, i) => {
    for (let count = from; count < to && isDone[row] !== true; count++) {
      const token = state[i * STATE.stride + STATE.written + (count % WRITTEN)];
      if (token === eosId || token === undefined) isDone[row] = true;
      else written[row]?.push(token);
    }
  });
}

/** The prompts as inputs of a recording: text padded to a multiple of PROMPT_STEP, which later positions do not see and new tokens write over. */
function promptInputs(config: VlmConfig, prompts: DecodePrompts): Inputs {
  const { batchSize: B, textLength: T, image } = prompts;
  const length = roundUp(T, PROMPT_STEP);
  const padded = (values: Int32Array): Int32Array => {
    const all = new Int32Array(B * length);
    for (let b = 0; b < B; b++) all.set(values.subarray(b * T, (b + 1) * T), b * length);
    return all;
  };
  const text = { tokens: padded(prompts.tokens), lines: padded(prompts.lines), columns: padded(prompts.columns) };
  const { lines, columns } = sequencePlaces({ batchSize: B, textLength: length, lines: text.lines, columns: text.columns, image });
  const ints = { tokens: text.tokens, lines, columns };
  const shapes: Record<string, InputShape> = Object.fromEntries(
    Object.entries(ints).map(([name, { length: size }]) => [name, { shape: [size], dtype: 'int32' }]),
  );
  if (image === null) return { shapes, arrays: ints, pixels: null };
  const words = packPixels(image.pixels);
  return {
    shapes: { ...shapes, pixels: { shape: [words.length], dtype: 'int32' } },
    arrays: { ...ints, pixels: words },
    pixels: pixelShape(config, image, B),
  };
}

/** Called inside the recording: the bytes of the pictures become numbers here. */
function promptTensors({ tokens, lines, columns, pixels }: Readonly<Record<string, tf.Tensor>>, shape: PixelShape | null): PromptTensors {
  if (tokens === undefined || lines === undefined || columns === undefined) throw new Error('internal: promptTensors: an input is missing');
  return {
    tokens: tokens as tf.Tensor1D,
    lines: lines as tf.Tensor1D,
    columns: columns as tf.Tensor1D,
    pixels: pixels === undefined || shape === null ? null : normalisePacked(pixels as tf.Tensor1D, shape),
  };
}
