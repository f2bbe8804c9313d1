/** Measurements with made-up but possible numbers: losses fall and gradients turn towards each other as steps go on. */
import type { Interval } from '../../src/study/analysis/bootstrap.ts';
import type { GradientProbe } from '../../src/study/analysis/gradient-probe.ts';
import type { LossProbe } from '../../src/study/analysis/loss-probe.ts';
import type { MeanEstimate } from '../../src/study/analysis/mean-estimate.ts';
import type { Measurement, MeasureKind } from '../../src/study/analysis/measurements.ts';

export function lossProbe(step: number, examples = 8): LossProbe {
  const at = (start: number): MeanEstimate => {
    const mean = start / (1 + step / 10);
    return { mean, standardError: mean / 20, low: mean * 0.9, high: mean * 1.1, examples };
  };
  const levels = (['simple', 'hard'] as const).map((level, l) => {
    return { level, text: at(1 + l), image: at(2 + l), conversion: at(1.5 + l / 2), imageAndText: at(1.2 + l) };
  });
  return { step, split: 'eval', seed: 0, cotShare: 1, levels };
}

export function gradientProbe(step: number, examples = 8): GradientProbe {
  const near = (value: number): Interval => ({ value, low: value * 0.8, high: value * 1.2 });
  const share = step / (step + 10);
  const scores = {
    ...{ meanNormSimple: near(3 / (1 + share)), meanNormHard: near(2), normOfMeanSimple: near(1.5), normOfMeanHard: near(1) },
    ...{ alignment: near(0.2 + share), cosine: near(0.1 + share / 2), adamAlignment: near(0.3 + share / 3) },
  };
  const error = Object.fromEntries(Object.keys(scores).map((name) => [name, 0.01])) as GradientProbe['relativeError'];
  return {
    ...{ step, record: 'image', cotShare: 1, levels: { simple: 'simple', hard: 'hard' }, examples, exampleSeed: 1 },
    ...{ bootstrap: { resamples: 1000, seed: 1 }, projection: { dimension: 4096, seed: 1 }, loss: { simple: near(1), hard: near(2) } },
    ...{ exact: scores, estimated: scores, relativeError: error, noiseShare: { simple: 0.1, hard: 0.2 } },
  };
}

/** A score that must be there. */
export function defined<T>(score: T | null): T {
  if (score === null) throw new Error('internal: the score is not defined');
  return score;
}

export function measurementOf(what: MeasureKind, step: number, examples = 8): Measurement {
  return what === 'losses' ? { what, probe: lossProbe(step, examples) } : { what, probe: gradientProbe(step, examples) };
}
