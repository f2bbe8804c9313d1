/** The figure service without its worker: wasm that a test can lose, the browser's database in memory, a clock of its own. A second host on it is a reloaded page. */
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import { batchAt } from '../../src/study/batcher.ts';
import type { FigureEstimate } from '../../src/study/figures/figure-cost.ts';
import { parseFigureResult } from '../../src/study/figures/figure-schema.ts';
import type { FigureResult } from '../../src/study/figures/figure-result.ts';
import { openFigureStore } from '../../src/study/figures/figure-store.ts';
import type { FigureStore } from '../../src/study/figures/figure-store.ts';
import type { FigureEvent, FigureHandlers } from '../../workers/figure-protocol.ts';
import { makeFigureService } from '../../workers/figure-service.ts';

export interface FigureHost {
  readonly handlers: FigureHandlers;
  readonly events: FigureEvent[];
  readonly store: FigureStore;
  /** Batches that were asked for: steps that were trained. */
  readonly trained: { series: string; step: number }[];
  results(): FigureResult[];
  notes(): string[];
}

/** `onStep` runs before the batch of each step. */
export function figureHost(onStep: (count: number, engine: { lose(): void }) => void = () => undefined): FigureHost {
  const events: FigureEvent[] = [];
  const trained: { series: string; step: number }[] = [];
  const store = openFigureStore({ now: () => '2026-01-01T00:00:00.000Z', build: 'test' });
  let time = 0;
  let lose = (): void => undefined;
  const handlers = makeFigureService({
    store,
    locks: null,
    build: 'test',
    clock: () => (time += 1000),
    emit: (event) => void events.push(structuredClone(event)),
    readBaseFile: () => Promise.reject(new Error('no bases here')),
    async openEngine() {
      const [engine, loseIt] = losable(await openBackend('wasm'));
      lose = loseIt;
      return engine;
    },
    batches: (spec) => ({
      async next(step) {
        trained.push({ series: spec.supervision, step });
        onStep(trained.length, { lose });
        return batchAt(spec, step);
      },
      close: () => undefined,
    }),
  });
  return {
    ...{ handlers, events, store, trained },
    results: () => events.flatMap((event) => (event.type === 'result' ? [parseFigureResult(event.text, 'test')] : [])),
    notes: () => events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}

/** An estimate that a test does not care about. */
export const NO_ESTIMATE: FigureEstimate = {
  ...{ backend: 'wasm', adapter: '', runs: [], knownRuns: 0, ms: 0, memoryBytes: null, storedBytes: 0 },
};

function losable(engine: Engine): [Engine, () => void] {
  let reason: string | null = null;
  const isLost = (): boolean => reason !== null;
  const check = (): void => {
    if (reason !== null) throw new Error(reason);
  };
  return [{ ...engine, isLost, lostReason: () => reason, check }, () => void (reason = 'The GPU stopped (injected).')];
}
