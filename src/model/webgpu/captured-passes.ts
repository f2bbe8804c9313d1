/**
 * Passes on WebGPU: each is recorded the first time its shape comes and played from then on. A training step is one submit: the parts' forward and backward
 * passes, which add their gradients into the optimiser's arena, the update, and the copies of the few numbers that the log needs.
 *
 * Rows and text lengths are padded up, so that the many sizes of a run make few recordings: a mixture draws the kind of each row, so their numbers change
 * with every step. A padded position is masked by causality and has weight 0, and so has a padded row. Where a reading loss counts, which is a mean over all
 * rows, rows are not padded.
 * Recordings share the memory of their intermediates, since they run one after the other. A shape that does not come back is thrown out when there are too many.
 *
 * Letters as in vlm.ts.
 */
import type { MicroBatch } from '../batch.ts';
import { checkMicro, type MicroShape } from '../micro-inputs.ts';
import type { Passes, PassesModel, StepReadings } from '../passes.ts';
import { checkPixelQuestions, onlyTargets } from '../pixel-maps.ts';
import * as tf from '../tf.ts';
import { gradientsOf, lossOf, pixelGradients, reachedParameters, type LossWeights, type MicroTensors } from '../vlm.ts';
import { capture, CaptureMemory, type Capture, type InputArray, type InputShape } from './capture.ts';
import { microTensors, padRows, padText, recordingInputs, roundedShape } from './micro-recording.ts';
import type { BufferView } from './own-backend.ts';
import { kernelFamily } from './family.ts';
import { unmeasuredGemms } from './gemm-choice.ts';
import { tuneGemm } from './gemm-tune.ts';
import { bindingOf, webgpuBackend } from './kernel.ts';
import { commandsOf, profileCommands, withContentsKept } from './profiler.ts';
import { Submission } from './submission.ts';

/** Most recordings kept. Ours: a mixture of two kinds at batch 32 has about a dozen shapes. */
const MAX_CAPTURES = 32;
/**
 * Bytes of shared memory above which it is built anew. It grows to what the largest shape needs and a part more, so this is reached by `small` at large
 * batches only, and then seldom. Ours.
 */
const MAX_SHARED_BYTES = 4e9;
/** Time that measuring tiles may take between two steps. Ours: a run starts at once, and all its products are measured within some dozens of steps. */
const TUNING_MS = 250;

/** Maps that are asked for before the first is waited for: each holds a buffer of the picture's size for reading back. Ours. */
const MAPS_IN_FLIGHT = 16;

interface Program {
  readonly kind: 'train' | 'loss' | 'pixel maps';
  /** Apart from the sizes, what the graph depends on. */
  readonly key: string;
  readonly micro: MicroBatch;
  readonly shape: MicroShape;
  /** Float32 `[1]` inputs beside those of the micro-batch. */
  readonly numbers?: Readonly<Record<string, number>>;
  readonly work: (tensors: MicroTensors, numbers: Readonly<Record<string, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>;
}

const NUMBER: InputShape = { shape: [1], dtype: 'float32' };

export function makeCapturedPasses({ config, params, optimizer }: PassesModel): Passes {
  /** The least recently used first. */
  const captures = new Map<string, Capture>();
  let memory = new CaptureMemory();
  /** Tiles were chosen that the recordings do not have. */
  let isOutdated = false;
  /** Why kernels are no longer measured, for people. */
  let tuningFault: string | null = null;
  // Put on the device before a recording would write the upload down.
  for (const param of Object.values(params)) bindingOf(webgpuBackend(), param, false);

  /** Runs a program on its micro-batch, in the submission when it is known, else right now. */
  function run(submission: Submission, { kind, key, micro, shape, numbers = {}, work }: Program): Capture {
    const name = `${kind} ${key} ${JSON.stringify(shape)}`;
    const inputs = recordingInputs(config, micro, shape);
    const shapes = { ...inputs.shapes, ...Object.fromEntries(Object.keys(numbers).map((number) => [number, NUMBER])) };
    const values = Object.entries(numbers).map(([number, value]): [string, InputArray] => [number, Float32Array.of(value)]);
    const arrays = { ...inputs.arrays, ...Object.fromEntries(values) };
    const known = captures.get(name);
    captures.delete(name);
    if (known?.refusal === null) {
      captures.set(name, known);
      submission.run(known, arrays);
      return known;
    }
    submission.submit(); // what was encoded before comes first, with the reads of a recording that is made anew
    known?.dispose();
    const label = `${kind} ${shape.batch} x (${shape.grid === null ? '' : `${shape.grid.rows}x${shape.grid.columns} + `}${shape.textLength})`;
    const made = capture(label, memory, shapes, arrays, (tensors) => work(microTensors(tensors, inputs.pixels), tensors));
    submission.hasRun(made);
    captures.set(name, made);
    return made;
  }

  /** Throws out what has not been asked for longest; after a submit only, since outputs go too. The `used` last ones stay while memory allows. */
  function trim(used: number): void {
    for (const [name, old] of captures) {
      if (captures.size <= Math.max(used, MAX_CAPTURES)) break;
      captures.delete(name);
      old.dispose();
    }
    // Shared memory does not shrink piece by piece: shapes that did not come back may hold most of it.
    if (memory.bytes > MAX_SHARED_BYTES && captures.size > used) forget();
  }

  function forget(): void {
    for (const old of captures.values()) old.dispose();
    captures.clear();
    memory.dispose();
    memory = new CaptureMemory();
  }

  function trainProgram(micro: MicroBatch, weights: LossWeights): Program {
    const padded = weights.readingWeight === 0 ? padRows(padText(micro)) : padText(micro);
    const shape = roundedShape(padded);
    return {
      kind: 'train',
      key: JSON.stringify(weights),
      micro: padded,
      shape,
      work(tensors) {
        if (optimizer === null) throw new Error('internal: train: this model has no optimiser');
        const { loss, gradients, rowLosses, readingLoss } = gradientsOf(params, config, shape, tensors, weights);
        optimizer.add(gradients);
        tf.dispose([loss, gradients]);
        return { ...(rowLosses === null ? {} : { rowLosses }), ...(readingLoss === null ? {} : { readingLoss }) };
      },
    };
  }

  return {
    train(parts, learningRate) {
      const gpu = optimizer?.gpu;
      if (gpu === undefined || gpu === null) throw new Error('internal: train: this model has no optimiser on the device');
      for (const { micro } of parts) checkMicro(micro, config);
      const submission = new Submission();
      const pending = parts.map(({ micro, weights }) => {
        const program = trainProgram(micro, weights);
        const { outputs } = run(submission, program);
        gpu.touch(reachedParameters(params, micro, weights));
        const rows = outputs['rowLosses'];
        const reading = outputs['readingLoss'];
        return {
          tokenLoss:
            rows === undefined ? Promise.resolve(new Float32Array(micro.lossWeights.length)) : readRows(submission, rows, program.shape, micro),
          readingLoss: reading === undefined ? Promise.resolve(null) : readNumber(submission, reading),
        };
      });
      gpu.writeScalars(learningRate);
      gpu.encodeUpdate(submission.pass());
      const gradientNorm = readNumber(submission, { buffer: gpu.normBuffer, offset: 0, size: 4 });
      submission.submit();
      trim(parts.length);
      const readings = gathered(pending, gradientNorm);
      readings.catch(() => undefined); // whoever awaits it sees the rejection
      return Promise.resolve({ readings });
    },

    async tokenLosses(micro) {
      checkMicro(micro, config);
      const padded = padText(micro);
      const shape = roundedShape(padded);
      const submission = new Submission();
      const { outputs } = run(submission, {
        kind: 'loss',
        key: '',
        micro: padded,
        shape,
        work(tensors) {
          const { loss, rowLosses } = lossOf(params, config, shape, tensors);
          loss.dispose();
          return rowLosses === null ? {} : { rowLosses };
        },
      });
      const rows = outputs['rowLosses'];
      if (rows === undefined) throw new Error('internal: tokenLosses: the pass kept no losses');
      const read = readRows(submission, rows, shape, micro);
      submission.submit();
      trim(1);
      return read;
    },

    async pixelMaps(micro, questions) {
      checkPixelQuestions(micro, questions);
      checkMicro(micro, config);
      // One recording for all questions: the sizes are those of the whole response.
      const asked = new Set(questions.flatMap(({ positions }) => positions));
      const padded = padText({ ...micro, lossWeights: micro.lossWeights.map((weight, t) => (asked.has(t) ? 1 : weight)) });
      const shape = roundedShape(padded);
      const submission = new Submission();
      const maps: Promise<Float32Array>[] = [];
      for (const { positions, blend, isTimesInput } of questions) {
        const { outputs } = run(submission, {
          kind: 'pixel maps',
          key: '',
          micro: onlyTargets(padded, positions),
          shape,
          numbers: { blend },
          work: (tensors, numbers) => pixelGradients(params, config, shape, tensors, numbers['blend'] as tf.Tensor1D), // it is one of `numbers`
        });
        const view = outputs[isTimesInput ? 'timesInput' : 'gradient'];
        if (view === undefined) throw new Error('internal: pixelMaps: no map');
        maps.push(submission.read(view).then((bytes) => new Float32Array(bytes)));
        if (maps.length % MAPS_IN_FLIGHT !== 0) continue;
        submission.submit();
        await Promise.all(maps);
      }
      submission.submit();
      trim(1);
      return Promise.all(maps);
    },

    async tune(clock) {
      // On software adapters the rule of thumb is what was measured there (docs/engine.md).
      if (kernelFamily() === 'software') return;
      const { device } = webgpuBackend();
      if (tuningFault !== null || unmeasuredGemms(device).length === 0) return;
      try {
        if (await tuneGemm(clock, TUNING_MS)) isOutdated = true;
      } catch (error) {
        // The rule of thumb does as well; a lost device is told by the step that comes next.
        tuningFault = `Kernels are not measured: ${error instanceof Error ? error.message : String(error)}`;
        return;
      }
      if (!isOutdated || unmeasuredGemms(device).length > 0) return;
      forget();
      isOutdated = false;
    },

    async profile(parts, rounds, clock) {
      const gpu = optimizer?.gpu;
      if (gpu === undefined || gpu === null) throw new Error('internal: profile: this model has no optimiser on the device');
      for (const { micro } of parts) checkMicro(micro, config);
      const { device } = webgpuBackend();
      const views = gpu.arenas.map((buffer) => ({ buffer, offset: 0, size: buffer.size }));
      webgpuBackend().flushPending();
      const forgetTouched = gpu.rememberTouched();
      const timed = withContentsKept(device, views, async () => {
        const submission = new Submission();
        const recordings = parts.map(({ micro, weights }) => run(submission, trainProgram(micro, weights)));
        submission.submit();
        const refused = recordings.find(({ refusal }) => refusal !== null);
        if (refused !== undefined) throw new Error(`internal: profile: ${refused.label} cannot be played again: it ${refused.refusal ?? ''}`);
        const commands = [...recordings.flatMap((recording) => recording.commands), ...commandsOf((pass) => gpu.encodeUpdate(pass))];
        const profile = await profileCommands(device, commands, rounds, clock);
        trim(parts.length);
        return profile;
      });
      return timed.finally(forgetTouched);
    },

    state() {
      const all = [...captures.values()];
      const refused = all.find(({ refusal }) => refusal !== null);
      return {
        mode: refused === undefined ? 'captured' : 'eager',
        reason: refused === undefined ? tuningFault : `A pass cannot be played again: it ${refused.refusal ?? ''}.`,
        programs: all.map(({ label, dispatches, bytes }) => ({ label, dispatches, bytes })),
        sharedBytes: memory.bytes,
      };
    },

    dispose() {
      forget();
    },
  };
}

/** Losses of the rounded shape at the places of the micro-batch as it was given, `[B*T]`. */
async function readRows(submission: Submission, view: BufferView, { textLength, first }: MicroShape, micro: MicroBatch): Promise<Float32Array> {
  const { batchSize: B, textLength: T } = micro;
  const rows = new Float32Array(await submission.read(view));
  const M = textLength - first;
  const losses = new Float32Array(B * T);
  for (let b = 0; b < B; b++) losses.set(rows.subarray(b * M, b * M + T - first), b * T + first);
  return losses;
}

async function readNumber(submission: Submission, view: BufferView): Promise<number> {
  const [value] = new Float32Array(await submission.read(view));
  return value ?? Number.NaN;
}

async function gathered(
  pending: readonly { readonly tokenLoss: Promise<Float32Array>; readonly readingLoss: Promise<number | null> }[],
  gradientNorm: Promise<number>,
): Promise<StepReadings> {
  const [tokenLosses, readingLosses, norm] = await Promise.all([
    Promise.all(pending.map(({ tokenLoss }) => tokenLoss)),
    Promise.all(pending.map(({ readingLoss }) => readingLoss)),
    gradientNorm,
  ]);
  return { tokenLosses, readingLosses, gradientNorm: norm };
}
