/** The browser's folder dialog, for SMART-101 (src/study/smart/browser-folder.ts reads what it gives). Where there is none, `<input type="file" webkitdirectory>` has to do. */
import { toWireError } from '../../lib/errors.ts';

/** The part of the API that TypeScript's DOM types lack. */
interface PickerHost {
  readonly showDirectoryPicker?: (options: { readonly mode: 'read'; readonly id: string }) => Promise<FileSystemDirectoryHandle>;
}

/** Whether `pickFolder` works here. */
export function canPickFolder(host: object = globalThis): boolean {
  return typeof (host as PickerHost).showDirectoryPicker === 'function';
}

/** Opens the dialog; call it from a click. Null when the visitor closes it. The handle can be posted to a worker. */
export async function pickFolder(host: object = globalThis): Promise<FileSystemDirectoryHandle | null> {
  const { showDirectoryPicker } = host as PickerHost;
  if (showDirectoryPicker === undefined) throw new Error('internal: no folder dialog in this browser');
  try {
    return await showDirectoryPicker.call(host, { mode: 'read', id: 'smart-101' });
  } catch (thrown) {
    if (toWireError(thrown).name === 'AbortError') return null;
    throw thrown;
  }
}
