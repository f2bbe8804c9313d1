/** How full the storage is, asked anew: also of what is no run. Apart from run-list.ts, which the page opens with. */
import type { RunList } from './run-list.ts';

export async function measureStorage({ storage }: Pick<RunList, 'storage'>): Promise<void> {
  if (storage.value === null || !('storage' in navigator)) return;
  const { usage: usageBytes = null } = await navigator.storage.estimate();
  storage.value = { ...storage.value, usageBytes };
}
