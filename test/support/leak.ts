/** Counts tensors around a call: everything a function makes is either in its result or freed. */
import * as tf from '../../src/model/tf.ts';

/** Tensors left over after running `f` and freeing its result (0 is right). Runs it once before, for what is made once. */
export async function leakedTensors(f: () => tf.TensorContainer | Promise<tf.TensorContainer>): Promise<number> {
  tf.dispose(await f());
  const before = tf.memory().numTensors;
  tf.dispose(await f());
  return tf.memory().numTensors - before;
}
