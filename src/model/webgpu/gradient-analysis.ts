/**
 * The gradient analysis (../gradient-analysis.ts) on WebGPU. An example is one submit: a recorded forward and backward pass whose gradients are added into
 * one arena that the recording sets to zero first, then kernels on that arena: products with the groups, sums, projection. Only the results are read back, so
 * the memory is one arena for the example, and one or two per group.
 *
 * Recordings bind the parameters' buffers: the analysis is made after the optimiser (which moves them) and disposed before it.
 */
import type { MicroBatch } from '../batch.ts';
import { checkExample, type AnalysedModel, type AnalysisParts, type ExampleGradient, type GradientAnalysis, type Plan } from '../gradient-groups.ts';
import * as tf from '../tf.ts';
import { gradientsOf } from '../vlm.ts';
import { addToArena, byName, makeArena, type Arena } from './arena.ts';
import { capture, CaptureMemory, type Capture } from './capture.ts';
import type { Dispatch } from './dispatch.ts';
import { makeGradientKernels, makeSampling, sumsOf, zeroArena } from './gradient-kernels.ts';
import { webgpuBackend } from './kernel.ts';
import { microTensors, padText, recordingInputs, roundedShape } from './micro-recording.ts';
import { makeProjectionKernels } from './projection.ts';
import { Submission } from './submission.ts';

/** Most recordings that are kept: examples of one task have about a dozen sizes. */
const MAX_CAPTURES = 32;

interface Group {
  readonly sum: Arena;
  readonly squares: Arena | null;
  /** Which result its products go to. */
  readonly result: number;
}

/** The active backend must be webgpu. */
export function makeWebGpuGradientAnalysis({ config, params }: AnalysedModel, parts: AnalysisParts): GradientAnalysis {
  const { projection, coordinates, book, space } = parts;
  const { layout, ranges } = space;
  const backend = webgpuBackend();
  const { device } = backend;
  const gradients = makeArena(backend, 'gradients of an example', layout);
  const groups = new Map<string, Group>();
  for (const name of book.groups) {
    const squares = book.hasSquares(name) ? makeArena(backend, `squares of ${name}`, layout) : null;
    groups.set(name, { sum: makeArena(backend, `sum of ${name}`, layout), squares, result: groups.size + 1 });
  }
  const NORM = 0;
  const ADAM = groups.size + 1;
  const PAIR = groups.size + 2;
  const kernels = makeGradientKernels(device, layout.length, ranges, groups.size + 3);
  const sampling = makeSampling(device, gradients, coordinates.places);
  const projecting = makeProjectionKernels(device, gradients, projection);

  /** The least recently used first. */
  const captures = new Map<string, Capture>();
  const memory = new CaptureMemory();
  const dispatches = new Map<string, Dispatch>();

  function groupOf(name: string): Group {
    const group = groups.get(name);
    if (group === undefined) throw new Error(`internal: no group ${name}`);
    return group;
  }

  /** A dispatch, its bindings made the first time it is asked for. */
  function once(key: string, make: () => Dispatch): Dispatch {
    const dispatch = dispatches.get(key) ?? make();
    dispatches.set(key, dispatch);
    return dispatch;
  }

  /** The gradients of the example into the arena, in the submission when its sizes are known, else right now. */
  function backward(submission: Submission, micro: MicroBatch): Capture {
    const padded = padText(micro);
    const shape = roundedShape(padded);
    const { shapes, arrays, pixels } = recordingInputs(config, padded, shape);
    const name = JSON.stringify(shape);
    const known = captures.get(name);
    captures.delete(name);
    if (known?.refusal === null) {
      captures.set(name, known);
      submission.run(known, arrays);
      return known;
    }
    known?.dispose();
    const made = capture(`gradient ${name}`, memory, shapes, arrays, (tensors) => {
      zeroArena(gradients);
      const result = gradientsOf(params, config, shape, microTensors(tensors, pixels), { languageWeight: 1, readingWeight: 0 });
      addToArena(backend, gradients, result.gradients);
      tf.dispose([result.gradients, ...(result.rowLosses === null ? [] : [result.rowLosses])]);
      return { loss: result.loss };
    });
    captures.set(name, made);
    return made;
  }

  /** After a submit only, since outputs go too. */
  function trim(): void {
    for (const [name, old] of captures) {
      if (captures.size <= MAX_CAPTURES) return;
      captures.delete(name);
      old.dispose();
    }
  }

  function encode(pass: GPUComputePassEncoder, { addTo, weight, isProjected, isSampled, dots, adam }: Plan): void {
    kernels.writeNumbers(weight, adam?.momentsFactor ?? 0);
    once('norm', () => kernels.products(gradients, gradients, NORM))(pass);
    for (const { group } of dots) {
      const { sum, result } = groupOf(group);
      once(`dot ${group}`, () => kernels.products(gradients, sum, result))(pass);
    }
    if (adam !== null) {
      const { sum, squares } = groupOf(adam.moments);
      if (squares === null) throw new Error(`internal: ${adam.moments} keeps no squares`);
      once(`adam ${JSON.stringify([adam.moments, adam.against])}`, () => kernels.adam(gradients, { sum, squares }, groupOf(adam.against).sum, ADAM))(
        pass,
      );
    }
    if (addTo !== null) {
      const { sum, squares } = groupOf(addTo);
      once(`add ${addTo}`, () => kernels.accumulate(gradients, sum, false))(pass);
      if (squares !== null) once(`add squares ${addTo}`, () => kernels.accumulate(gradients, squares, true))(pass);
    }
    if (isSampled) sampling.encode(pass);
    if (isProjected) projecting.encode(pass); // last: it spoils the arena
  }

  const readWhole = (submission: Submission, buffer: GPUBuffer): Promise<ArrayBuffer> => submission.read({ buffer, offset: 0, size: buffer.size });

  return {
    sampleWeights: coordinates.weights,

    async example(micro, question = {}): Promise<ExampleGradient> {
      checkExample(micro, config);
      const plan = book.plan(question);
      const submission = new Submission();
      const { outputs } = backward(submission, micro);
      encode(submission.pass(), plan);
      const view = outputs['loss'];
      if (view === undefined) throw new Error('internal: the pass kept no loss');
      const reads = [submission.read(view), readWhole(submission, kernels.results)] as const;
      const projected = plan.isProjected ? readWhole(submission, projecting.result) : null;
      const sampled = plan.isSampled ? readWhole(submission, sampling.result) : null;
      submission.submit();
      trim();
      const [loss, results, numbers, sample] = await Promise.all([...reads, projected, sampled]);
      return {
        loss: new Float32Array(loss)[0] ?? Number.NaN,
        normSquared: sumsOf(results, NORM, 1),
        dots: Object.fromEntries(plan.dots.map(({ group, factor }) => [group, sumsOf(results, groupOf(group).result, factor)])),
        adam: plan.adam === null ? null : sumsOf(results, ADAM, plan.adam.factor),
        projection: numbers === null ? null : new Float32Array(numbers),
        sample: sample === null ? null : new Float32Array(sample),
      };
    },

    async products(a, b) {
      const factor = book.factor(a) * book.factor(b);
      const submission = new Submission();
      once(`pair ${JSON.stringify([a, b])}`, () => kernels.products(groupOf(a).sum, groupOf(b).sum, PAIR))(submission.pass());
      const read = readWhole(submission, kernels.results);
      submission.submit();
      return sumsOf(await read, PAIR, factor);
    },

    async sum(group) {
      const weight = book.weight(group);
      const { sum, squares } = groupOf(group);
      const submission = new Submission();
      const read = readWhole(submission, sum.buffer);
      const readSquares = squares === null ? null : readWhole(submission, squares.buffer);
      submission.submit();
      const [sums, squareSums] = await Promise.all([read, readSquares]);
      const named = (bytes: ArrayBuffer): Record<string, Float32Array> => byName(new Float32Array(bytes), layout);
      return { weight, gradients: named(sums), squares: squareSums === null ? null : named(squareSums) };
    },

    clear(group) {
      book.clear(group);
      const { sum, squares } = groupOf(group);
      backend.flushPending();
      const encoder = device.createCommandEncoder({ label: `clear ${group}` });
      for (const arena of [sum, ...(squares === null ? [] : [squares])]) encoder.clearBuffer(arena.buffer);
      device.queue.submit([encoder.finish()]);
    },

    dispose() {
      for (const one of captures.values()) one.dispose();
      captures.clear();
      memory.dispose();
      dispatches.clear();
      for (const { sum, squares } of groups.values()) {
        sum.dispose();
        squares?.dispose();
      }
      groups.clear();
      gradients.dispose();
      kernels.dispose();
      sampling.dispose();
      projecting.dispose();
    },
  };
}
