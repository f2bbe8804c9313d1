/** Name of a device as runs and notes carry it: steps that were timed under one name say how long they take under the same name only. */
import type { DeviceInfo } from '../model/device-info.ts';

export function deviceName({ backend, adapter }: Pick<DeviceInfo, 'backend' | 'adapter'>): string {
  return adapter === '' ? backend : `${backend}: ${adapter}`;
}
