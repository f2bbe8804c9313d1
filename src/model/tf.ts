/**
 * The one door to tfjs: core operations and the gradients of all of them. Backends are registered by backend.ts.
 * `@tensorflow/tfjs` is the distribution these parts come from; in browsers its layers, data and converter parts are not loaded.
 *
 * The gradients are an ES module that imports folders, which Node does not resolve; in Node they come with the distribution's own bundle (one copy of
 * tfjs-core either way: its registries are global). That specifier is a variable, so that no bundler follows it.
 *
 * Write `tf.add(a, b)`, not `a.add(b)`: the methods exist in the types and in Node, but are not registered in browsers.
 */
if (typeof process !== 'undefined' && process.versions?.node !== undefined) {
  const distribution = '@tensorflow/tfjs';
  await import(/* @vite-ignore */ distribution);
} else {
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
}

export * from '@tensorflow/tfjs-core';
