/** The device that computes: asks the worker to open the best backend, and remembers what it found or why it could not. */
import { signal } from '@preact/signals-core';
import type { BackendName, DeviceInfo } from '../../model/device-info.ts';
import type { WorkerClient } from './worker-client.ts';

export type DeviceState =
  { readonly kind: 'opening' } | { readonly kind: 'open'; readonly info: DeviceInfo } | { readonly kind: 'failed'; readonly message: string };

export class Device {
  readonly #client: WorkerClient;
  readonly state = signal<DeviceState>({ kind: 'opening' });

  constructor(client: WorkerClient) {
    this.#client = client;
    client.onEvent((event) => {
      if (event.type === 'device') this.state.value = { kind: 'open', info: event.info };
      if (event.type === 'fatal') this.state.value = { kind: 'failed', message: event.error.message };
    });
  }

  /** Opens a backend; `prefer` null = the best that works here. */
  async open(prefer: BackendName | null): Promise<void> {
    this.state.value = { kind: 'opening' };
    try {
      this.state.value = { kind: 'open', info: await this.#client.call('open', { prefer }) };
    } catch (thrown) {
      this.state.value = { kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }

  info(): DeviceInfo | null {
    return this.state.value.kind === 'open' ? this.state.value.info : null;
  }
}
