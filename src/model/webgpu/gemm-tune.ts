/**
 * Measures which tile is fastest for the products that a model makes on this adapter, and remembers it (gemm-choice.ts). Not while a step is recorded:
 * recordings keep the tile they were made with, so who has some makes them anew afterwards (captured-passes.ts).
 */
import * as tf from '../tf.ts';
import { gemmBy } from './gemm.ts';
import { chosenGemm, gemmCandidates, gemmPlan, rememberGemm, unmeasuredGemms } from './gemm-choice.ts';
import type { GemmShape } from './gemm-form.ts';
import { kernelFamily } from './family.ts';
import { webgpuBackend } from './kernel.ts';

/** How long one measurement runs, in ms, at most how many products, and how often each candidate is measured. Ours. */
const MEASURED_MS = 10;
const MAX_PRODUCTS = 50;
const ROUNDS = 3;
/** Results larger than this are given back one by one: tfjs keeps what is disposed of until it submits. Ours. */
const LARGE_BYTES = 4e6;

/**
 * Measures products that were asked for and are not measured (shapes that share a choice once), until `budgetMs` have passed, and remembers the fastest
 * tile of each.
 *
 * @param now - clock in ms.
 * @returns whether any of them gets another tile than it had.
 */
export async function tuneGemm(now: () => number, budgetMs: number): Promise<boolean> {
  const { device } = webgpuBackend();
  const from = now();
  let hasChanged = false;
  for (const shape of unmeasuredGemms(device)) {
    if (now() - from > budgetMs) break;
    const before = chosenGemm(device, shape);
    const name = await fastest(shape, now);
    rememberGemm(device, shape, name);
    hasChanged ||= name !== before;
  }
  return hasChanged;
}

async function fastest(shape: GemmShape, now: () => number): Promise<string> {
  const { layout, M, K, L } = shape;
  const a = tf.zeros<tf.Rank.R2>(layout === 'tn' ? [K, M] : [M, K]);
  const b = tf.zeros<tf.Rank.R2>(layout === 'nt' ? [L, K] : [K, L]);
  const backend = webgpuBackend();
  try {
    return await fastestOf(gemmCandidates(backend.device, shape), async (name, count) => {
      const plan = gemmPlan(kernelFamily(), name, shape);
      const from = now();
      for (let i = 0; i < count; i++) {
        gemmBy(plan, { a, b, layout }).dispose();
        if (M * L * Float32Array.BYTES_PER_ELEMENT > LARGE_BYTES) backend.flush();
      }
      backend.flush();
      await backend.device.queue.onSubmittedWorkDone();
      return (now() - from) / count;
    });
  } finally {
    tf.dispose([a, b]);
  }
}

/**
 * The name that takes least time: each is run once to warm up, then measured in turns. Of equals the first.
 *
 * @param names - at least one.
 * @param msOf - runs `count` times what the name stands for and gives the mean time.
 */
export async function fastestOf(names: readonly string[], msOf: (name: string, count: number) => Promise<number>): Promise<string> {
  const candidates = names.map((name) => ({ name, count: 1, bestMs: Number.POSITIVE_INFINITY }));
  for (const { name } of candidates) await msOf(name, 1);
  for (const candidate of candidates) {
    const one = Math.max(await msOf(candidate.name, 1), MEASURED_MS / MAX_PRODUCTS);
    candidate.count = Math.max(1, Math.round(MEASURED_MS / one));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const candidate of candidates) candidate.bestMs = Math.min(candidate.bestMs, await msOf(candidate.name, candidate.count));
  }
  const [first, ...others] = candidates;
  if (first === undefined) throw new Error('internal: fastestOf: no candidates');
  return others.reduce((best, candidate) => (candidate.bestMs < best.bestMs ? candidate : best), first).name;
}
