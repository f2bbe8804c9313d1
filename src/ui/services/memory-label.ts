/** What the number beside the device is: of a GPU all that is allocated, its recorded steps too; elsewhere the weights alone, since a step's tensors come and go within it. */
import type { BackendName } from '../../model/device-info.ts';

export function memoryLabel(backend: BackendName | undefined): string {
  return backend === 'webgpu' ? 'GPU memory' : 'weights';
}
