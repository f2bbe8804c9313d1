/**
 * The columns of the bench: one engine on one backend. Light and pure, so that the page and the command line can list them before anything is loaded.
 */
import type { BackendName } from '../src/model/device-info.ts';

export const COLUMN_IDS = [
  'ours',
  'ours-eager',
  'stock-webgpu',
  'jax-webgpu',
  'ours-wasm',
  'stock-wasm',
  'jax-wasm',
  'ours-cpu',
  'stock-cpu',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export type EngineName = 'captured' | 'eager' | 'stock' | 'jax';

export interface Column {
  readonly label: string;
  readonly engine: EngineName;
  readonly backend: BackendName;
}

export const COLUMNS: Readonly<Record<ColumnId, Column>> = {
  ours: { label: 'Ours, captured', engine: 'captured', backend: 'webgpu' },
  'ours-eager': { label: 'Ours, eager', engine: 'eager', backend: 'webgpu' },
  'stock-webgpu': { label: 'tfjs, WebGPU', engine: 'stock', backend: 'webgpu' },
  'jax-webgpu': { label: 'jax-js jit, WebGPU', engine: 'jax', backend: 'webgpu' },
  'ours-wasm': { label: 'Ours, wasm', engine: 'eager', backend: 'wasm' },
  'stock-wasm': { label: 'tfjs, wasm', engine: 'stock', backend: 'wasm' },
  'jax-wasm': { label: 'jax-js jit, wasm', engine: 'jax', backend: 'wasm' },
  'ours-cpu': { label: 'Ours, JavaScript', engine: 'eager', backend: 'cpu' },
  'stock-cpu': { label: 'tfjs, JavaScript', engine: 'stock', backend: 'cpu' },
};

/** What is measured when nobody says otherwise: plain JavaScript is a hundred times slower and tells nothing new. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = COLUMN_IDS.filter((id) => COLUMNS[id].backend !== 'cpu');

/** Who multiplies matrices in the GEMM table, all on WebGPU. */
export const GEMM_IDS = ['ours', 'tfjs', 'jax', 'ort'] as const;
export type GemmId = (typeof GEMM_IDS)[number];

export const GEMM_LABELS: Readonly<Record<GemmId, string>> = {
  ours: 'Ours',
  tfjs: 'tfjs matMul',
  jax: 'jax-js matmul',
  ort: 'ONNX Runtime Web MatMul',
};

export const SIZES = ['toy', 'micro', 'nano', 'small'] as const;
export type SizeName = (typeof SIZES)[number];
