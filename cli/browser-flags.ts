/** How the tests and the bench start Chromium. One list, so that a result never depends on which script asked. */

/** Kept off so that a test run asks the network for nothing but our own page. */
const QUIET = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-default-apps',
  '--disable-domain-reliability',
];

/** WebGPU on the software adapter that Chromium carries: the same on every machine, with or without a GPU. */
const SOFTWARE_WEBGPU = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'];

/** WebGPU on the machine's own GPU, for measurements: set `WEBGPU_ADAPTER=hardware`. */
const HARDWARE_WEBGPU = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'];

/** WebGPU without any adapter, to see what the page says then. */
const NO_GPU = ['--disable-gpu', '--disable-software-rasterizer'];

/** What a test or bench may ask for. */
export type AdapterChoice = 'software' | 'hardware' | 'none';

const ADAPTER_FLAGS: Readonly<Record<AdapterChoice, readonly string[]>> = { software: SOFTWARE_WEBGPU, hardware: HARDWARE_WEBGPU, none: NO_GPU };

/** `--no-sandbox` because CI runs as root, where Chromium refuses its sandbox; only our own pages are opened. */
export function chromiumFlags(adapter: AdapterChoice = process.env['WEBGPU_ADAPTER'] === 'hardware' ? 'hardware' : 'software'): string[] {
  return ['--no-sandbox', ...QUIET, ...ADAPTER_FLAGS[adapter]];
}
