/**
 * A backbone in a worker of its own, as a Backbone. Usable from a page and from another worker. What fails or is cancelled while it loads ends its worker, so that a retry
 * starts afresh; a worker that dies rejects what is open.
 */
import type { Backbone } from '../src/study/smarter/backbone.ts';
import type { HubProgress } from '../src/study/smarter/hub-files.ts';
import type {
  BackboneCallMessage,
  BackboneCallName,
  BackboneCalls,
  BackboneChoice,
  FromBackboneWorker,
  LoadedBackbone,
} from './backbone-protocol.ts';

/** What a Worker and the tests' fake have in common. */
export interface BackbonePort {
  postMessage(message: BackboneCallMessage, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromBackboneWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export interface RemoteBackbone {
  readonly backbone: Backbone;
  readonly device: string;
  readonly warnings: readonly string[];
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Rejects with an error that has the name and message of the worker's (HubError, InputError, DeviceError, WorkerError), or with the signal's reason.
 *
 * @param open - opens a backbone.worker.ts that nobody else uses; `dispose` of the backbone ends it.
 */
export async function openRemoteBackbone(
  open: () => BackbonePort,
  choice: BackboneChoice,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: HubProgress) => void },
): Promise<RemoteBackbone> {
  signal.throwIfAborted();
  const calls = openCalls(open(), onProgress);
  const cancel = (): void => calls.end(signal.reason);
  signal.addEventListener('abort', cancel);
  try {
    const loaded = await calls.call('load', { choice });
    return { ...loaded, backbone: backboneOf(loaded, calls) };
  } catch (error) {
    calls.end(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function backboneOf({ shape }: LoadedBackbone, { call, end }: CallsToWorker): Backbone {
  return {
    ...shape,
    images(pictures) {
      const copies = pictures.map((picture) => picture.slice());
      return call(
        'images',
        { pictures: copies },
        copies.map(({ buffer }) => buffer),
      );
    },
    texts: (questions) => call('texts', { questions }),
    dispose: () => end(new Error('internal: the backbone is disposed')),
  };
}

interface CallsToWorker {
  call<K extends BackboneCallName>(name: K, args: BackboneCalls[K]['in'], transfer?: ArrayBuffer[]): Promise<BackboneCalls[K]['out']>;
  /** Ends the worker and rejects what is open and what is asked later. */
  end(reason: unknown): void;
}

function openCalls(port: BackbonePort, onProgress: (progress: HubProgress) => void): CallsToWorker {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let ended: { readonly reason: unknown } | null = null;

  function end(reason: unknown): void {
    if (ended !== null) return;
    ended = { reason };
    port.terminate();
    for (const { reject } of pending.values()) reject(reason);
    pending.clear();
  }

  port.addEventListener('message', ({ data }) => {
    if ('progress' in data) return onProgress(data.progress);
    const open = pending.get(data.id);
    pending.delete(data.id);
    if ('error' in data) open?.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
    else open?.resolve(data.value);
  });
  port.addEventListener('error', ({ message }) => {
    const text = `The frozen encoders stopped: ${message || 'a script could not be loaded, or the memory is full'}.`;
    end(Object.assign(new Error(text), { name: 'WorkerError' }));
  });
  return {
    end,
    call: (name, args, transfer = []) =>
      new Promise((resolve, reject) => {
        if (ended !== null) return reject(ended.reason);
        const id = nextId++;
        // The worker's handler of `name` returns the type that BackboneCalls declares for it.
        pending.set(id, { resolve: (value) => resolve(value as BackboneCalls[typeof name]['out']), reject });
        // `name` and `args` are one member of the union, which TypeScript cannot see through a type parameter.
        port.postMessage({ id, name, args } as BackboneCallMessage, transfer);
      }),
  };
}
