/**
 * Decoding: the continuation of prompts, greedy or sampled, with a key/value cache. Two ways, one interface: on WebGPU every step is a recording that is
 * played (webgpu/decode.ts), elsewhere tfjs runs it eagerly (decode-host.ts). The same prompts give the same tokens, up to the rounding of float32.
 */
import type { VlmConfig } from './config.ts';
import type { DecodeOptions, DecodePrompts, Decoder } from './decode-options.ts';
import { decodeOnHost } from './decode-host.ts';
import type { Params } from './params.ts';
import { hasDecodeKernels, makeWebGpuDecoder } from './webgpu/decode.ts';
import { isWebGpu } from './webgpu/kernel.ts';

export type { DecodeOptions, DecodePrompts, Decoder, Sampling } from './decode-options.ts';

/**
 * A decoder on the backend that is active now. It reads the weights at each call, so they may be trained in between. On WebGPU it keeps recordings and
 * caches from call to call: make one for many batches, and dispose it.
 */
export function makeDecoder(params: Params, config: VlmConfig): Decoder {
  if (isWebGpu() && hasDecodeKernels(config)) return makeWebGpuDecoder(params, config);
  return { decode: (prompts, options) => decodeOnHost(params, config, prompts, options), dispose: () => undefined };
}

/** Decodes one batch: see `Decoder.decode`. */
export async function decode(params: Params, config: VlmConfig, prompts: DecodePrompts, options: DecodeOptions): Promise<Int32Array[]> {
  const decoder = makeDecoder(params, config);
  try {
    return await decoder.decode(prompts, options);
  } finally {
    decoder.dispose();
  }
}

/** The most likely continuation of every prompt: `decode` without sampling. */
export function greedyDecode(
  params: Params,
  config: VlmConfig,
  prompts: DecodePrompts,
  options: Omit<DecodeOptions, 'sampling'>,
): Promise<Int32Array[]> {
  return decode(params, config, prompts, options);
}
