/** What is known of the device that computes. Types only, so that the page can import them. */

export const BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The rung of the no-WebGPU ladder that applies here (checked in this order). */
export type WebGpuStatus = 'insecure' | 'missing' | 'no-adapter' | 'software' | 'limits' | 'lost' | 'ready';

export interface DeviceInfo {
  readonly backend: BackendName;
  readonly webgpu: WebGpuStatus;
  /** Vendor, architecture and description as the adapter gives them; '' for wasm and cpu. */
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  /** Why this backend and not a better one, in one sentence; null when it is the best. */
  readonly reason: string | null;
}
