/** Loads jax-js when it is wanted: a chunk of its own in the built page. */

export type Jax = typeof import('@jax-js/jax');
export type JaxDevice = 'webgpu' | 'wasm';

export interface LoadedJax {
  readonly jax: Jax;
  readonly note: string | null;
}

/**
 * Loads the module and starts the device. On wasm jax-js spreads its work over workers that it starts from a blob; where the content security policy forbids
 * that (our own page) it would wait for them in vain and give zeros, so there they are hidden from it and it uses one thread.
 *
 * Throws when the device cannot start.
 */
export async function loadJax(device: JaxDevice): Promise<LoadedJax> {
  if (!('map' in Object.getPrototypeOf(Object.getPrototypeOf([].values())))) {
    throw new Error('jax-js needs iterator helpers: Node 22, Chrome 122, Firefox 131 or Safari 18.4');
  }
  const note = device === 'wasm' ? threadsNote() : null;
  const jax = await import('@jax-js/jax');
  const devices = await jax.init(device);
  if (!devices.includes(device)) throw new Error(`jax-js could not start its ${device} device`);
  jax.defaultDevice(device);
  return { jax, note };
}

/** In the build it is known; trying would be a violation that the browser reports. */
function threadsNote(): string {
  if (typeof SharedArrayBuffer === 'undefined' || typeof Worker === 'undefined') return 'one thread';
  if (!isBuiltPage()) return `${navigator.hardwareConcurrency} threads`;
  Reflect.set(globalThis, 'Worker', undefined);
  return 'one thread: the policy of this page forbids the workers that jax-js starts';
}

/** True in the built page; false under Vite's server and in Node, which has no `import.meta.env`. */
export function isBuiltPage(): boolean {
  return (import.meta.env as ImportMetaEnv | undefined)?.PROD === true;
}
