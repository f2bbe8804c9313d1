/** Compute pipelines, each made once per device: a step that comes again compiles nothing. */

const PIPELINES = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/**
 * The pipeline of a shader with the entry point `main` and an automatic layout.
 *
 * @param label - what the profiler shows.
 * @param code - whole WGSL module.
 */
export function pipelineOf(device: GPUDevice, label: string, code: string): GPUComputePipeline {
  const cache = PIPELINES.get(device) ?? new Map<string, GPUComputePipeline>();
  PIPELINES.set(device, cache);
  const known = cache.get(code);
  if (known !== undefined) return known;
  const module = device.createShaderModule({ label, code });
  const pipeline = device.createComputePipeline({ label, layout: 'auto', compute: { module, entryPoint: 'main' } });
  cache.set(code, pipeline);
  return pipeline;
}
