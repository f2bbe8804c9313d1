/**
 * Matrix products with what follows them folded in: bias, residual, GELU, and the derivative of GELU for the way back. One dispatch; two where K is
 * divided among workgroups (gemm-hardware.ts). Not differentiable: they are what the gradients of src/model/ops are made of.
 *
 * Sizes are numbers of the call, not constants of the code: a pipeline serves all shapes of its layout and finish (ours: on SwiftShader a pipeline takes
 * 0.1 to 0.4 s to make, and constants gained nothing measurable).
 *
 * Letters: M rows of the result, L columns, K the axis summed over, S shares of K.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import type * as tf from '../tf.ts';
import { chooseGemm, softwareGrid, type GemmPlan } from './gemm-choice.ts';
import { elementOf, vectorsOf, type GemmForm, type GemmLayout, type GemmShape } from './gemm-form.ts';
import { hardwareCode, SHARES_WORKGROUP, sharesCode } from './gemm-hardware.ts';
import { softwareCode } from './gemm-software.ts';
import { hasHalf, weightInput } from './half-weights.ts';
import { runKernel, webgpuBackend, type Kernel, type KernelInput, type KernelOutput } from './kernel.ts';
import { gridOf } from './rows.ts';

export interface GemmArgs {
  /** `[M, K]`; `[K, M]` for tn. */
  readonly a: tf.Tensor2D;
  /** `[K, L]`; `[L, K]` for nt. Its copy in half precision is read where it has one and its rows are whole vectors of four, except for tn. */
  readonly b: tf.Tensor2D;
  readonly layout: GemmLayout;
  /** Rows from..to (without `to`) of b take part only: b counts as `[to - from, …]`. */
  readonly rowsOfB?: readonly [from: number, to: number] | undefined;
  /** `[L]`, added to every row. */
  readonly bias?: tf.Tensor1D | null | undefined;
  /** GELU (tanh approximation) after the bias. */
  readonly activation?: 'gelu' | null | undefined;
  /** `[M, L]`: the result is multiplied by gelu' at it. */
  readonly geluSlopeAt?: tf.Tensor2D | null | undefined;
  /** `[M, L]`, added last. */
  readonly residual?: tf.Tensor2D | null | undefined;
}

/**
 * `act(a b + bias) * gelu'(geluSlopeAt) + residual`. Throws a ShapeError when the shapes do not fit.
 *
 * @returns `[M, L]`. The caller owns it.
 */
export function gemm(args: GemmArgs): tf.Tensor2D {
  return run(args, {}).y;
}

/** The same with `before = a b + bias` beside it: what the gradient of the activation needs. Both `[M, L]`; the caller owns both. */
export function gemmKeepingInput(args: GemmArgs): { y: tf.Tensor2D; before: tf.Tensor2D } {
  const { y, before } = run(args, { keepsInput: true });
  return { y, before: before as tf.Tensor2D };
}

/**
 * `a^T b` and the sums of b over its rows: the gradients of a weight and of its bias.
 *
 * @param a - `[K, M]`.
 * @param b - `[K, L]`.
 * @returns y `[M, L]`, sums `[L]`. The caller owns both.
 */
export function gemmWithSums(a: tf.Tensor2D, b: tf.Tensor2D): { y: tf.Tensor2D; sums: tf.Tensor1D } {
  const { y, sums } = run({ a, b, layout: 'tn' }, { sumsColumns: true });
  return { y, sums: sums as tf.Tensor1D };
}

interface Extras {
  readonly keepsInput?: boolean;
  readonly sumsColumns?: boolean;
  /** Instead of the chosen plan: for measuring. */
  readonly plan?: GemmPlan;
}

interface Results {
  readonly y: tf.Tensor2D;
  readonly before: tf.Tensor | undefined;
  readonly sums: tf.Tensor | undefined;
}

/** `a b` by a given plan, for measuring. The caller owns the result. */
export function gemmBy(plan: GemmPlan, args: GemmArgs): tf.Tensor2D {
  return run(args, { plan }).y;
}

function shapeOf({ a, b, layout, rowsOfB, bias, geluSlopeAt, residual }: GemmArgs): GemmShape & { readonly from: number } {
  const { M, K } = checkShape(a, layout === 'tn' ? 'K M' : 'M K', {}, 'gemm a') as { M: number; K: number };
  const [from, to] = rowsOfB ?? [0, b.shape[0]];
  if (!(0 <= from && from < to && to <= b.shape[0])) throw new ShapeError(fault('gemm rowsOfB', `rows within 0..${b.shape[0]}`, [from, to]));
  const part = { shape: [to - from, ...b.shape.slice(1)] };
  const { L } = checkShape(part, layout === 'nt' ? 'L K' : 'K L', { K }, 'gemm b') as { L: number };
  if (bias) checkShape(bias, 'L', { L }, 'gemm bias');
  if (residual) checkShape(residual, 'M L', { M, L }, 'gemm residual');
  if (geluSlopeAt) checkShape(geluSlopeAt, 'M L', { M, L }, 'gemm geluSlopeAt');
  return { layout, M, K, L, from };
}

function run(args: GemmArgs, extras: Extras): Results {
  const shape = shapeOf(args);
  const form = formOf(args, extras, shape);
  const plan = extras.plan ?? chooseGemm(webgpuBackend().device, shape);
  const tensors = plan.family === 'software' ? runSoftware(args, shape, form, plan) : runHardware(args, shape, form, plan);
  return { y: tensors['y'] as tf.Tensor2D, before: tensors['before'], sums: tensors['sums'] };
}

function formOf({ b, layout, bias, activation, geluSlopeAt, residual }: GemmArgs, extras: Extras, shape: GemmShape): GemmForm {
  const vectors = vectorsOf(shape);
  const finish = { hasBias: Boolean(bias), isGelu: activation === 'gelu', hasSlope: Boolean(geluSlopeAt), hasResidual: Boolean(residual) };
  const isBHalf = layout !== 'tn' && vectors.isBVector && hasHalf(b);
  return { layout, ...vectors, isBHalf, ...finish, keepsInput: extras.keepsInput === true, sumsColumns: extras.sumsColumns === true };
}

type Planned<F extends GemmPlan['family']> = Extract<GemmPlan, { family: F }>;
type Sizes = ReturnType<typeof shapeOf>;

function runSoftware(args: GemmArgs, shape: Sizes, form: GemmForm, { tile }: Planned<'software'>): Record<string, tf.Tensor> {
  return runNamed({
    name: `gemm ${form.layout}`,
    code: codeOf(['software', form, tile], () => softwareCode(form, tile)),
    enables: tile.isShared ? ['subgroups'] : [],
    inputs: { ...factorsOf(args, form), ...finishOf(args, form) },
    outputs: outputsOf(shape, form),
    numbers: numbersOf(shape),
    workgroups: softwareGrid(tile, shape),
  });
}

function runHardware(args: GemmArgs, shape: Sizes, form: GemmForm, { tile, shares }: Planned<'hardware'>): Record<string, tf.Tensor> {
  const { M, K, L } = shape;
  const chunk = Math.ceil(K / shares / tile.depth) * tile.depth;
  const S = Math.ceil(K / chunk);
  const isShare = S > 1;
  const [factors, finish] = [factorsOf(args, form), finishOf(args, form)];
  const first = runNamed({
    name: `gemm ${form.layout}${isShare ? ' shares' : ''}`,
    code: codeOf(['hardware', form, tile, isShare], () => hardwareCode(form, tile, isShare)),
    inputs: isShare ? factors : { ...factors, ...finish },
    outputs: isShare ? shareOutputsOf(shape, form, S) : outputsOf(shape, form),
    numbers: { ...numbersOf(shape), chunk: ['u32', chunk] },
    workgroups: [Math.ceil(L / tile.columns), Math.ceil(M / tile.rows), S],
  });
  if (!isShare) return first;
  const as = elementOf(form.isYVector);
  const parts: Record<string, KernelInput> = Object.fromEntries(
    Object.entries(first).map(([name, tensor]) => [name === 'y' ? 'parts' : 'partSums', { tensor, as }]),
  );
  const whole = runNamed({
    name: `gemm ${form.layout} sum`,
    code: codeOf(['shares', form], () => sharesCode(form)),
    inputs: { ...parts, ...finish },
    outputs: outputsOf(shape, form),
    numbers: { M: ['u32', M], L: ['u32', L], S: ['u32', S] },
    workgroups: gridOf(Math.ceil(((M + (form.sumsColumns ? 1 : 0)) * Math.ceil(L / 4)) / SHARES_WORKGROUP)),
  });
  for (const part of Object.values(first)) part.dispose();
  return whole;
}

function factorsOf({ a, b }: GemmArgs, form: GemmForm): Record<string, KernelInput> {
  return { a: { tensor: a, as: elementOf(form.isAVector) }, b: form.isBHalf ? weightInput(b) : { tensor: b, as: elementOf(form.isBVector) } };
}

function finishOf({ bias, geluSlopeAt, residual }: GemmArgs, form: GemmForm): Record<string, KernelInput> {
  const as = elementOf(form.isYVector);
  return {
    ...(bias ? { bias: { tensor: bias, as } } : {}),
    ...(geluSlopeAt ? { slopeAt: { tensor: geluSlopeAt, as } } : {}),
    ...(residual ? { residual: { tensor: residual, as } } : {}),
  };
}

function outputsOf({ M, L }: GemmShape, { isYVector, keepsInput, sumsColumns }: GemmForm): Record<string, KernelOutput> {
  const as = elementOf(isYVector);
  return {
    y: { shape: [M, L], as },
    ...(keepsInput ? { before: { shape: [M, L], as } } : {}),
    ...(sumsColumns ? { sums: { shape: [L], as } } : {}),
  };
}

function shareOutputsOf({ M, L }: GemmShape, { isYVector, sumsColumns }: GemmForm, S: number): Record<string, KernelOutput> {
  const as = elementOf(isYVector);
  return { y: { shape: [S, M, L], as }, ...(sumsColumns ? { sums: { shape: [S, L], as } } : {}) };
}

function numbersOf({ M, K, L, from }: Sizes): NonNullable<Kernel['numbers']> {
  return { M: ['u32', M], K: ['u32', K], L: ['u32', L], start: ['u32', from] };
}

/** Code of every form so far: it is long, and eager callers ask for it at every product. */
const codes = new Map<string, string>();

function codeOf(key: readonly unknown[], make: () => string): string {
  const name = JSON.stringify(key);
  const known = codes.get(name) ?? make();
  codes.set(name, known);
  return known;
}

/** `runKernel` with the outputs by name. */
function runNamed(kernel: Kernel): Record<string, tf.Tensor> {
  const tensors = runKernel(kernel);
  return Object.fromEntries(Object.keys(kernel.outputs).map((name, i) => [name, tensors[i] as tf.Tensor]));
}
