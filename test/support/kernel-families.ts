/** Runs the cases of an op with both kinds of kernels, whatever the adapter is: the suite of webgpu-suite.ts sees each case twice. */
import { setKernelFamily } from '../../src/model/webgpu/family.ts';
import type { OpCase } from './op-suite.ts';

/** Each case once per family. The family stays set until the next case sets its own. */
export function inBothFamilies(cases: readonly OpCase[]): OpCase[] {
  return (['software', 'hardware'] as const).flatMap((family) =>
    cases.map((each) => ({
      ...each,
      name: `${each.name}, ${family} kernels`,
      op: (...xs) => {
        setKernelFamily(family);
        return each.op(...xs);
      },
    })),
  );
}
