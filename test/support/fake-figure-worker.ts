/** A figure worker that is made up: it makes a figure until a test says that it is made, or it is told to stop. */
import type { FigureEstimate } from '../../src/study/figures/figure-cost.ts';
import type { FigureCallMessage, FigureEvent, FromFigureWorker } from '../../workers/figure-protocol.ts';

export const ESTIMATE: FigureEstimate = {
  ...{ backend: 'webgpu', adapter: 'nvidia ampere', knownRuns: 1, ms: 431_000, memoryBytes: 350e6, storedBytes: 18e6 },
  runs: [{ digest: '0123456789abcdef', trainMs: 400_000, evaluateMs: 31_000, ms: 431_000 }],
};

export function fakeFigureWorker() {
  const target = new EventTarget();
  const calls: FigureCallMessage[] = [];
  let making: FigureCallMessage | null = null;
  const post = (data: FromFigureWorker): void => void target.dispatchEvent(new MessageEvent('message', { data }));
  return {
    calls,
    say: (event: FigureEvent) => post({ event }),
    made: () => calls.flatMap((call) => (call.name === 'make' ? [call.args.choice.id] : [])),
    finish(isDone = true) {
      if (making !== null) post({ id: making.id, value: { isDone } });
      making = null;
    },
    fail(message: string) {
      if (making !== null) post({ id: making.id, error: { name: 'StoreError', message } });
      making = null;
    },
    postMessage(call: FigureCallMessage) {
      calls.push(call);
      if (call.name === 'make') making = call;
      if (call.name === 'estimate') queueMicrotask(() => post({ id: call.id, value: ESTIMATE }));
      if (call.name !== 'stop') return;
      queueMicrotask(() => {
        this.finish(false);
        post({ id: call.id, value: { isStill: true } });
      });
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => calls.push({ id: -1, name: 'stop', args: {} }),
  };
}
