/** What `npm run headless` prints and keeps of a run: JSON lines while it runs, a thinned curve in its results. */
import type { LossPoint, SessionEvent } from '../src/study/events.ts';

/** Points kept of a curve in a result file: ours, enough for a picture. */
const CURVE_POINTS = 400;

export interface EventLog {
  /** One line per event; metrics are averaged over `every` steps. */
  add(event: SessionEvent): void;
}

export function makeEventLog(every: number, print: (line: object) => void): EventLog {
  let waiting: LossPoint[] = [];
  return {
    add(event) {
      if (event.kind === 'evaluation-progress' && event.done < event.total && event.done % 100 !== 0) return;
      if (event.kind !== 'metrics') {
        print(event);
        return;
      }
      waiting.push(...event.points);
      const last = waiting.at(-1);
      if (last === undefined || (waiting.length < every && last.step < event.totalSteps)) return;
      const { tokensPerSecond, etaMs, deviceBytes, totalSteps } = event;
      print({
        kind: 'metrics',
        totalSteps,
        ...meanPoint(waiting),
        tokensPerSecond: Math.round(tokensPerSecond),
        etaMs: etaMs === null ? null : Math.round(etaMs),
        deviceBytes,
      });
      waiting = [];
    },
  };
}

/** At most CURVE_POINTS points, each the mean of its neighbours. */
export function thinned(points: readonly LossPoint[]): object[] {
  const size = Math.max(1, Math.ceil(points.length / CURVE_POINTS));
  const curve: object[] = [];
  for (let start = 0; start < points.length; start += size) curve.push(meanPoint(points.slice(start, start + size)));
  return curve;
}

/** Mean of some points, rounded to 5 digits; step and examples are those of the last. Kinds that are absent do not count. */
function meanPoint(points: readonly LossPoint[]): object {
  const last = points.at(-1);
  if (last === undefined) throw new Error('internal: the mean of no points');
  const lossByKind: Record<string, number> = {};
  for (const kind of new Set(points.flatMap((point) => Object.keys(point.lossByKind) as (keyof typeof point.lossByKind)[]))) {
    lossByKind[kind] = mean(points.map((point) => point.lossByKind[kind]));
  }
  const reading = points.map((point) => point.readingLoss ?? undefined);
  return {
    step: last.step,
    examplesSeen: last.examplesSeen,
    loss: mean(points.map((point) => point.loss)),
    lossByKind,
    readingLoss: reading.every((loss) => loss === undefined) ? null : mean(reading),
    gradientNorm: mean(points.map((point) => point.gradientNorm)),
    learningRate: last.learningRate,
    tokens: Math.round(mean(points.map((point) => point.tokens))),
    stepMs: mean(points.map((point) => point.stepMs)),
  };
}

function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return Number((known.reduce((sum, value) => sum + value, 0) / known.length).toPrecision(5));
}
