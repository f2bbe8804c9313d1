/**
 * The one owner of the compute device: finds out what this machine offers, opens a tfjs backend on it and watches it.
 *
 * After a device loss WebGPU looks healthy (submits do not throw, `onSubmittedWorkDone` resolves), and a tensor above the limits gives zeros with only
 * an `uncapturederror` event (design/reliability 0). So both set `isLost`, and whoever trains asks for it before each step and after each read-back.
 * tfjs's flags are set here, once. Node gets WebGPU from the `webgpu` package (Dawn), browsers from navigator; the specifier of that package is kept
 * from bundlers (see `provideWebGpu`). Not here: anything about the page, and what to do after a loss.
 */
import { DeviceError, fault } from '../lib/errors.ts';
import type { BackendName, DeviceInfo, WebGpuStatus } from './device-info.ts';
import * as tf from './tf.ts';
import { setKernelFamily } from './webgpu/family.ts';
import type { GemmChoices } from './webgpu/gemm-choice.ts';

export interface Engine {
  readonly info: DeviceInfo;
  /** True after a device loss or an uncaptured GPU error: results since the last good read-back are void, a new engine is needed. */
  isLost(): boolean;
  /** What happened, in a sentence, when `isLost()`; else null. */
  lostReason(): string | null;
  /** Calls `listener` once, when the device is lost (at once when it already is). Returns how to unsubscribe. */
  onLost(listener: (reason: string) => void): () => void;
  /** Bytes that tensors hold: on the GPU for webgpu, else in the heap. */
  bytes(): number;
  /** Resolves when everything queued so far has run. Throws a DeviceError when the device is lost. */
  fence(): Promise<void>;
  /** Throws a DeviceError when the device is lost. */
  check(): void;
  /** Which kernels were measured as fastest here (`Passes.tune`): plain JSON to keep for the next visit. Null where nothing is measured. */
  kernelChoices(): GemmChoices | null;
  /** Takes choices kept from an earlier visit; those of another adapter are passed over. */
  adoptKernelChoices(kept: GemmChoices): void;
  close(): void;
}

export interface OpenOptions {
  /** Folder of the three tfjs-backend-wasm files, ending in '/'; in browsers by default `<base>/wasm/`. Node finds them in the package. */
  readonly wasmPath?: string;
  /** Options of Dawn in Node, as of the `webgpu` package: for example `adapter=NVIDIA`. */
  readonly dawnOptions?: readonly string[];
}

export interface WebGpuProbe {
  readonly status: WebGpuStatus;
  /** One plain sentence for people when WebGPU is missing or second-rate; null when ready. */
  readonly reason: string | null;
}

/** What we ask of the device where the adapter has it. Kernels choose by the device's features, so absence is never an error. */
const USEFUL_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Limits raised to the adapter's own: larger tensors, more bindings, bigger workgroups. */
const USEFUL_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Below this a study's batches do not fit: hidden layers of `nano` at batch 32 are 16 MB, pictures 30. Ours; 128 MiB is WebGPU's own default. */
const MIN_BINDING_BYTES = 128 * 1024 * 1024;

/** Names by which software adapters introduce themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Finds the rung of the ladder of design/product 4.5 that applies here. Asks for an adapter, never for a device. */
export async function probeWebGpu(): Promise<WebGpuProbe> {
  return (await findAdapter()).probe;
}

/**
 * The best backend that works here, or the one asked for. WebGPU on a software adapter is passed over for wasm, which is about twice as fast for a step of
 * ours (docs/results, bench). A GPU with small buffers is taken: a run that it cannot hold is refused
 * before it starts (src/study/device-fit.ts).
 */
export async function chooseBackend(prefer: BackendName | null): Promise<BackendName> {
  if (prefer !== null) return prefer;
  const { status } = await probeWebGpu();
  return status === 'ready' || status === 'limits' ? 'webgpu' : 'wasm';
}

/** Opens a backend and makes it tfjs's active one. Throws a DeviceError that says which rung failed and what to do. */
export async function openBackend(name: BackendName, options: OpenOptions = {}): Promise<Engine> {
  switch (name) {
    case 'webgpu':
      return openWebGpu(options);
    case 'wasm':
      return openWasm(options);
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return openHost('cpu');
    default:
      throw new DeviceError(fault('openBackend', 'webgpu, wasm or cpu', name satisfies never));
  }
}

async function openWasm(options: OpenOptions): Promise<Engine> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if (!isNode()) {
    // The threaded build starts workers from blob: URLs, which our content security policy forbids.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    wasm.setWasmPaths(options.wasmPath ?? `${import.meta.env.BASE_URL}wasm/`);
  }
  return openHost('wasm');
}

async function openHost(name: 'wasm' | 'cpu'): Promise<Engine> {
  const probe = await probeWebGpu();
  if (!(await tf.setBackend(name)))
    throw new DeviceError(fault('openBackend', `the ${name} backend to start`, 'an error', 'reload the page; see the console for the cause'));
  const why = probe.reason ?? `WebGPU works here; ${name} was chosen.`;
  return {
    info: { backend: name, webgpu: probe.status, adapter: '', isSoftware: true, limits: {}, features: [], reason: why },
    isLost: () => false,
    lostReason: () => null,
    onLost: () => () => undefined,
    bytes: () => tf.memory().numBytes,
    fence: () => Promise.resolve(),
    check: () => undefined,
    kernelChoices: () => null,
    adoptKernelChoices: () => undefined,
    close: () => undefined,
  };
}

async function openWebGpu(options: OpenOptions): Promise<Engine> {
  await provideWebGpu(options.dawnOptions);
  const { probe, adapter } = await findAdapter();
  if (adapter === null) throw new DeviceError(`openBackend: ${probe.reason ?? 'no WebGPU adapter'}`);
  const limits: Record<string, number> = {};
  for (const limit of USEFUL_LIMITS) limits[limit] = adapter.limits[limit];
  const device = await adapter.requestDevice({ requiredFeatures: USEFUL_FEATURES.filter((f) => adapter.features.has(f)), requiredLimits: limits });

  const [{ OwnBackend }, { exportGemmChoices, importGemmChoices }] = await Promise.all([
    import('./webgpu/own-backend.ts'),
    import('./webgpu/gemm-choice.ts'),
  ]);
  // Small tensors stay on the device: handing them to the cpu backend would read back in the middle of a step.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  // Importing the package registers a backend with a device of its own; ours takes its place (also after an earlier, lost engine).
  if (tf.engine().registryFactory['webgpu'] !== undefined) tf.removeBackend('webgpu');
  const backend = new OwnBackend(device, adapter.info);
  tf.registerBackend('webgpu', () => backend, 3);
  setKernelFamily(probe.status === 'software' ? 'software' : 'hardware');
  const loss = watch(device);
  if (!(await tf.setBackend('webgpu'))) throw new DeviceError(fault('openBackend', 'the webgpu backend to start', 'an error', 'reload the page'));

  const check = () => {
    if (loss.reason !== null) throw new DeviceError(loss.reason);
  };
  return {
    info: {
      backend: 'webgpu',
      webgpu: probe.status,
      adapter: adapterName(adapter.info),
      isSoftware: probe.status === 'software',
      limits,
      features: [...device.features].sort(),
      reason: probe.reason,
    },
    isLost: () => loss.reason !== null,
    lostReason: () => loss.reason,
    onLost: loss.listen,
    bytes: () => backend.memory().numBytesInGPU + backend.recordedBytes,
    async fence() {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
      await device.queue.onSubmittedWorkDone();
      check();
    },
    check,
    kernelChoices: () => exportGemmChoices(device),
    adoptKernelChoices: (kept) => void importGemmChoices(device, kept),
    close() {
      loss.isClosing = true;
      if (tf.findBackend('webgpu') === backend) tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}

interface Loss {
  reason: string | null;
  isClosing: boolean;
  listen(listener: (reason: string) => void): () => void;
}

/** One flag for the two ways in which a device goes bad; set once, never unset. */
function watch(device: GPUDevice): Loss {
  const listeners = new Set<(reason: string) => void>();
  const loss: Loss = {
    reason: null,
    isClosing: false,
    listen(listener) {
      if (loss.reason !== null) listener(loss.reason);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const lose = (reason: string) => {
    if (loss.reason !== null || loss.isClosing) return;
    loss.reason = reason;
    for (const listener of listeners) listener(reason);
    listeners.clear();
  };
  void device.lost.then(({ message }) => lose(`The GPU stopped (${clip(message) || 'no cause given'}).`));
  device.addEventListener('uncapturederror', (event) =>
    lose(`The GPU reported an error, so its numbers cannot be trusted: ${clip(event.error.message)}`),
  );
  return loss;
}

async function findAdapter(): Promise<{ probe: WebGpuProbe; adapter: GPUAdapter | null }> {
  const none = (status: WebGpuStatus, reason: string) => ({ probe: { status, reason }, adapter: null });
  if (globalThis.isSecureContext === false) return none('insecure', 'WebGPU needs a secure page: open this page over https or on localhost.');
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  if (gpu === undefined)
    return none('missing', 'This browser has no WebGPU: use a current Chrome or Edge, Firefox 141 or later, or Safari 26 or later.');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    return none('no-adapter', 'WebGPU is there but found no GPU it may use: check chrome://gpu, drivers and whether hardware acceleration is on.');
  if (isSoftware(adapter))
    return {
      probe: { status: 'software', reason: `WebGPU runs in software here (${adapterName(adapter.info)}), which is slow: wasm is faster.` },
      adapter,
    };
  const bytes = Math.min(adapter.limits.maxStorageBufferBindingSize, adapter.limits.maxBufferSize);
  if (bytes < MIN_BINDING_BYTES) {
    return {
      probe: {
        status: 'limits',
        reason: `The GPU allows buffers of ${Math.floor(bytes / 1e6)} MB only (maxStorageBufferBindingSize): micro fits, nano does not.`,
      },
      adapter,
    };
  }
  return { probe: { status: 'ready', reason: null }, adapter };
}

function isSoftware(adapter: GPUAdapter): boolean {
  return adapter.info.isFallbackAdapter === true || SOFTWARE.test(adapterName(adapter.info));
}

function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return [...new Set([vendor, architecture, description || device])].filter((part) => part !== '').join(' ');
}

/** Driver messages can be pages long; their first line says what went wrong. */
function clip(message: string): string {
  return message.split('\n', 1).join('').slice(0, 300);
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}

/** Gives Node a `navigator.gpu`; elsewhere, and where there is one, does nothing. The specifier is a variable, so that no bundler follows it into the browser's files. */
export async function provideWebGpu(options: readonly string[] = []): Promise<void> {
  if (!isNode() || globalThis.navigator?.gpu !== undefined) return;
  const specifier = 'webgpu';
  const { create, globals } = (await import(/* @vite-ignore */ specifier)) as { create(options: readonly string[]): GPU; globals: object };
  Object.assign(globalThis, globals);
  const gpu = create(options);
  if (globalThis.navigator === undefined) Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  else Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
}
