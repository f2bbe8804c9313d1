/** Weights from the CPU as tensors: what trainings and frozen encoders start from. */
import type { Params } from '../model/params.ts';
import * as tf from '../model/tf.ts';
import type { StoredTensor } from './checkpoint.ts';

/** Float32 tensors of copies, by name. The caller owns them. */
export function tensorsOfStored(stored: Readonly<Record<string, StoredTensor>>): Params {
  return Object.fromEntries(Object.entries(stored).map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape], 'float32')]));
}
