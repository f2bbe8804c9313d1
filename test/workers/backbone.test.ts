import { describe, expect, test } from 'vitest';
import type { Backbone } from '../../src/study/smarter/backbone.ts';
import { HubError } from '../../src/study/smarter/hub-error.ts';
import type { HubProgress } from '../../src/study/smarter/hub-files.ts';
import { openRemoteBackbone } from '../../workers/backbone-client.ts';
import type { BackbonePort } from '../../workers/backbone-client.ts';
import type { BackboneCallMessage, BackboneChoice, FromBackboneWorker } from '../../workers/backbone-protocol.ts';
import { answerBackbone, makeBackboneService } from '../../workers/backbone-service.ts';
import type { OpenedBackbone } from '../../workers/backbone-service.ts';

const CHOICE: BackboneChoice = { kind: 'hub', vision: 'dinov2-small', dtype: 'q8', device: null };

/** Says what it was given: the first byte of each picture, the length of each question. */
function fakeBackbone(): Backbone & { disposed: number } {
  return {
    ...{ id: 'fake', title: 'fake', imageDim: 1, tokenDim: 1, textDim: 1, textLength: 2, disposed: 0 },
    images: (pictures) =>
      Promise.resolve({ pooled: Float32Array.from(pictures, (each) => each[0] ?? -1), tokens: new Float32Array(16 * pictures.length) }),
    texts: (questions) =>
      Promise.resolve({
        states: Float32Array.from(questions.flatMap(({ length }) => [length, 0])),
        mask: new Uint8Array(2 * questions.length).fill(1),
      }),
    dispose() {
      this.disposed += 1;
    },
  };
}

/** A worker's end and its service in one: messages are cloned as between threads. */
class FakeWorker implements BackbonePort {
  isTerminated = false;
  readonly #listeners: ((event: MessageEvent<FromBackboneWorker>) => void)[] = [];
  readonly #errors: ((event: ErrorEvent) => void)[] = [];
  readonly #handlers;

  constructor(open: (post: (message: FromBackboneWorker) => void) => Promise<OpenedBackbone>) {
    this.#handlers = makeBackboneService(() => open((message) => this.#post(message)));
  }

  postMessage(message: BackboneCallMessage, transfer: ArrayBuffer[]): void {
    void answerBackbone(this.#handlers, structuredClone(message, { transfer })).then(({ reply, transfer: buffers }) => this.#post(reply, buffers));
  }

  addEventListener(type: 'message' | 'error', listener: ((event: MessageEvent<FromBackboneWorker>) => void) | ((event: ErrorEvent) => void)): void {
    // Each kind of listener comes under its own name.
    if (type === 'message') this.#listeners.push(listener as (event: MessageEvent<FromBackboneWorker>) => void);
    else this.#errors.push(listener as (event: ErrorEvent) => void);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  die(message: string): void {
    for (const listener of this.#errors) listener({ message } as ErrorEvent);
  }

  #post(message: FromBackboneWorker, transfer: ArrayBuffer[] = []): void {
    const data = structuredClone(message, { transfer });
    if (!this.isTerminated) for (const listener of this.#listeners) listener({ data } as MessageEvent<FromBackboneWorker>);
  }
}

function opened(backbone: Backbone): OpenedBackbone {
  return { backbone, device: 'wasm', warnings: ['full'] };
}

const signal = new AbortController().signal;
const ignore = (): void => undefined;

describe('a backbone in a worker', () => {
  test('loads with progress and is a Backbone: pictures stay with the caller, answers come back', async () => {
    const progress: HubProgress[] = [];
    const worker = new FakeWorker((post) => {
      post({ progress: { file: 'a', loadedBytes: 1, totalBytes: 2 } });
      return Promise.resolve(opened(fakeBackbone()));
    });
    const remote = await openRemoteBackbone(() => worker, CHOICE, { signal, onProgress: (each) => progress.push(each) });
    expect(remote).toMatchObject({
      device: 'wasm',
      warnings: ['full'],
      backbone: { id: 'fake', imageDim: 1, tokenDim: 1, textDim: 1, textLength: 2 },
    });
    expect(progress).toEqual([{ file: 'a', loadedBytes: 1, totalBytes: 2 }]);
    const pictures = [Uint8Array.of(7), Uint8Array.of(9)];
    expect([...(await remote.backbone.images(pictures)).pooled]).toEqual([7, 9]);
    expect(pictures.map(({ length }) => length)).toEqual([1, 1]);
    expect([...(await remote.backbone.texts(['abc'])).states]).toEqual([3, 0]);
    remote.backbone.dispose();
    expect(worker.isTerminated).toBe(true);
    await expect(remote.backbone.texts(['abc'])).rejects.toThrow(/disposed/);
  });

  test('that cannot load says why, by name and in words, and its worker is ended', async () => {
    const worker = new FakeWorker(() => Promise.reject(new HubError('missing', 'model.onnx of huggingface.co: no.')));
    const failing = openRemoteBackbone(() => worker, CHOICE, { signal, onProgress: ignore });
    await expect(failing).rejects.toMatchObject({ name: 'HubError', message: 'model.onnx of huggingface.co: no.' });
    expect(worker.isTerminated).toBe(true);
  });

  test('can be cancelled while it loads', async () => {
    const cancel = new AbortController();
    const worker = new FakeWorker(() => new Promise(ignore));
    const loading = openRemoteBackbone(() => worker, CHOICE, { signal: cancel.signal, onProgress: ignore });
    cancel.abort(new DOMException('cancelled', 'AbortError'));
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
    expect(worker.isTerminated).toBe(true);
    await expect(openRemoteBackbone(() => worker, CHOICE, { signal: cancel.signal, onProgress: ignore })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('that dies rejects what is open and what comes later', async () => {
    const backbone = { ...fakeBackbone(), texts: () => new Promise<never>(ignore) };
    const worker = new FakeWorker(() => Promise.resolve(opened(backbone)));
    const remote = await openRemoteBackbone(() => worker, CHOICE, { signal, onProgress: ignore });
    const open = remote.backbone.texts(['a']);
    worker.die('out of memory');
    await expect(open).rejects.toMatchObject({ name: 'WorkerError', message: 'The frozen encoders stopped: out of memory.' });
    await expect(remote.backbone.images([])).rejects.toThrow(/stopped/);
  });
});

describe('the service', () => {
  test('holds one backbone: another load disposes of the first, and calls wait for the load before them', async () => {
    const backbones = [fakeBackbone(), fakeBackbone()];
    let next = 0;
    const service = makeBackboneService(() => Promise.resolve(opened(backbones[next++]!)));
    const first = service.load({ choice: CHOICE });
    const texts = service.texts({ questions: ['ab'] });
    expect([...(await texts).states]).toEqual([2, 0]);
    expect((await first).shape.id).toBe('fake');
    await service.load({ choice: CHOICE });
    await service.dispose({});
    expect(backbones.map(({ disposed }) => disposed)).toEqual([1, 1]);
    await expect(service.texts({ questions: [] })).rejects.toThrow(/no backbone is loaded/);
  });
});
