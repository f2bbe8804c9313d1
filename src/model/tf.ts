/**
 * The one door to tfjs: core operations and the gradients of all of them. Backends are registered by backend.ts.
 * `@tensorflow/tfjs` is the distribution these parts come from; its layers, data and converter parts are not loaded.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

export * from '@tensorflow/tfjs-core';
