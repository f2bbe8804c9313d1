/**
 * Which kernel computes a matrix product: what was measured on this adapter (gemm-tune.ts, or choices kept from an earlier visit), else a rule of thumb.
 * All tiles of a family add up K in the same order, so a choice changes the time of a product and not its bits.
 *
 * Letters: M rows of the result, L columns, K the axis summed over.
 */
import { kernelFamily, type KernelFamily } from './family.ts';
import type { GemmShape } from './gemm-form.ts';
import { hardwareThreads, type HardwareTile } from './gemm-hardware.ts';
import { softwareReach, type SoftwareTile } from './gemm-software.ts';

export type GemmPlan =
  | { readonly family: 'software'; readonly tile: SoftwareTile }
  | { readonly family: 'hardware'; readonly tile: HardwareTile; readonly shares: number };

/** Choices as plain JSON: keep it with the adapter's name, give it back with `importGemmChoices`. */
export interface GemmChoices {
  readonly adapter: string;
  /** Name of the tile by family, layout and sizes. */
  readonly tiles: Readonly<Record<string, string>>;
}

const SOFTWARE_TILES: Readonly<Record<string, SoftwareTile>> = {
  'shared 32x8': { rows: 32, columns: 8, isShared: true },
  'shared 16x8': { rows: 16, columns: 8, isShared: true },
  'shared 16x4': { rows: 16, columns: 4, isShared: true },
  'shared 8x8': { rows: 8, columns: 8, isShared: true },
  'shared 4x8': { rows: 4, columns: 8, isShared: true },
  'own 8x16': { rows: 8, columns: 16, isShared: false },
  'own 8x8': { rows: 8, columns: 8, isShared: false },
  'own 4x8': { rows: 4, columns: 8, isShared: false },
};

const HARDWARE_TILES: Readonly<Record<string, HardwareTile>> = {
  '128x64 by 8': { rows: 128, columns: 64, depth: 16, square: 8 },
  '64x64 by 8': { rows: 64, columns: 64, depth: 16, square: 8 },
  '64x64 by 4': { rows: 64, columns: 64, depth: 16, square: 4 },
  '32x32 by 4': { rows: 32, columns: 32, depth: 16, square: 4 },
  '16x64 by 4': { rows: 16, columns: 64, depth: 16, square: 4 },
};

/** Workgroups that keep a GPU busy: below, K is divided. Ours: GPUs of people have 8 to 128 cores, each takes some workgroups. */
const BUSY_WORKGROUPS = 256;
/** Steps of K of a share, at least: products with short K, all but the gradients of weights, stay one dispatch. And shares at most. Ours. */
const MIN_CHUNK = 256;
const MAX_SHARES = 64;
/** Side of the tiles that the workgroups are counted in. */
const SHARED_SQUARE = 64;
/** Multiplications below which a software product is over before a large tile pays for itself. */
const SMALL_PRODUCT = 100_000;

/** By adapter: names of tiles by key. */
const chosen = new Map<string, Map<string, string>>();
/** By adapter: a product of each key that was asked for and is not measured. */
const unmeasured = new Map<string, Map<string, GemmShape>>();

/** Whether four invocations make a subgroup here, and kernels may use that. */
export function hasSubgroupsOfFour(device: GPUDevice): boolean {
  const info = infoOf(device);
  return device.features.has('subgroups') && info?.subgroupMinSize === 4 && info.subgroupMaxSize === 4;
}

/** The plan for a product on this device. */
export function chooseGemm(device: GPUDevice, shape: GemmShape): GemmPlan {
  return gemmPlan(kernelFamily(), chosenGemm(device, shape), shape);
}

/** Name of the tile for a product on this device. */
export function chosenGemm(device: GPUDevice, shape: GemmShape): string {
  const family = kernelFamily();
  const key = keyOf(family, shape);
  const names = gemmCandidates(device, shape);
  const adapter = adapterOf(device);
  const known = chosen.get(adapter)?.get(key);
  if (known !== undefined && names.includes(known)) return known;
  ownMap(unmeasured, adapter).set(key, shape);
  return ruleOfThumb(family, shape, names);
}

/** A product of each kind that was asked for on this device's adapter and is not measured, for the present family. */
export function unmeasuredGemms(device: GPUDevice): readonly GemmShape[] {
  const family = kernelFamily();
  return [...ownMap(unmeasured, adapterOf(device))].filter(([key]) => key.startsWith(`${family} `)).map(([, shape]) => shape);
}

/** Names of the tiles that can compute a product on this device. */
export function gemmCandidates(device: GPUDevice, { layout }: GemmShape): readonly string[] {
  if (kernelFamily() === 'hardware') {
    const { maxComputeInvocationsPerWorkgroup } = device.limits;
    return Object.keys(HARDWARE_TILES).filter((name) => hardwareThreads(tileOf(HARDWARE_TILES, name)) <= maxComputeInvocationsPerWorkgroup);
  }
  const mayShare = hasSubgroupsOfFour(device);
  return Object.entries(SOFTWARE_TILES)
    .filter(([, { rows, isShared }]) => isShared === mayShare && (layout !== 'tn' || !isShared || rows % 16 === 0))
    .map(([name]) => name);
}

/** The plan that uses the tile of this name. */
export function gemmPlan(family: KernelFamily, name: string, shape: GemmShape): GemmPlan {
  if (family === 'software') return { family, tile: tileOf(SOFTWARE_TILES, name) };
  return { family, tile: tileOf(HARDWARE_TILES, name), shares: sharesOf(shape) };
}

/** Remembers the tile for products of this shape on this device's adapter. */
export function rememberGemm(device: GPUDevice, shape: GemmShape, name: string): void {
  const key = keyOf(kernelFamily(), shape);
  ownMap(chosen, adapterOf(device)).set(key, name);
  ownMap(unmeasured, adapterOf(device)).delete(key);
}

/** What is remembered for this device's adapter. */
export function exportGemmChoices(device: GPUDevice): GemmChoices {
  const adapter = adapterOf(device);
  return { adapter, tiles: Object.fromEntries(chosen.get(adapter) ?? []) };
}

/**
 * Takes choices kept from an earlier visit, in place of those remembered. False, and nothing changes, when they are of another adapter. Names that do
 * not exist here (any more) are passed over when a product is chosen.
 */
export function importGemmChoices(device: GPUDevice, { adapter, tiles }: GemmChoices): boolean {
  if (adapter !== adapterOf(device)) return false;
  chosen.set(adapter, new Map(Object.entries(tiles)));
  for (const key of Object.keys(tiles)) unmeasured.get(adapter)?.delete(key);
  return true;
}

/** Products that get one choice: same layout and weights, rows of the batch (M, or K of a gradient) up to the same power of two. */
export function keyOf(family: KernelFamily, { layout, M, K, L }: GemmShape): string {
  const upTo = (rows: number) => 2 ** Math.ceil(Math.log2(rows));
  return layout === 'tn' ? `${family} tn ${M}x${upTo(K)}x${L}` : `${family} ${layout} ${upTo(M)}x${K}x${L}`;
}

function ruleOfThumb(family: KernelFamily, shape: GemmShape, names: readonly string[]): string {
  const { M, K, L } = shape;
  const order = family === 'hardware' ? hardwareOrder(shape) : M <= 8 || M * K * L <= SMALL_PRODUCT ? SMALL_TILES : LARGE_TILES;
  return order.find((name) => names.includes(name)) ?? names[0] ?? '';
}

const SMALL_TILES: readonly string[] = ['shared 4x8', 'shared 16x4', 'own 4x8'];
const LARGE_TILES: readonly string[] = ['shared 16x8', 'own 8x16'];

/** Large tiles where enough of them (or of their shares of K) run at once: each number is then loaded fewer times. */
function hardwareOrder({ M, K, L }: GemmShape): readonly string[] {
  const large = Math.ceil(M / 64) * Math.ceil(L / 64) * Math.max(1, Math.floor(K / MIN_CHUNK));
  if (M <= 16) return ['16x64 by 4'];
  return M > 32 && L > 32 && large >= BUSY_WORKGROUPS / 4 ? ['64x64 by 8'] : ['32x32 by 4'];
}

/** Into how many shares K is divided so that enough workgroups run. By the shape alone: with tiles of another size the sums are the same. */
function sharesOf({ M, K, L }: GemmShape): number {
  const tiles = Math.ceil(M / SHARED_SQUARE) * Math.ceil(L / SHARED_SQUARE);
  return Math.max(1, Math.min(MAX_SHARES, Math.floor(BUSY_WORKGROUPS / tiles), Math.floor(K / MIN_CHUNK)));
}

/** Workgroups along columns and rows of a software tile. */
export function softwareGrid(tile: SoftwareTile, { M, L }: GemmShape): [number, number] {
  const reach = softwareReach(tile);
  return [Math.ceil(L / reach.columns), Math.ceil(M / reach.rows)];
}

function ownMap<T>(maps: Map<string, Map<string, T>>, adapter: string): Map<string, T> {
  const own = maps.get(adapter) ?? new Map<string, T>();
  maps.set(adapter, own);
  return own;
}

function tileOf<T>(tiles: Readonly<Record<string, T>>, name: string): T {
  const tile = tiles[name];
  if (tile === undefined) throw new Error(`internal: gemm: no tile named ${name}`);
  return tile;
}

function adapterOf(device: GPUDevice): string {
  const info = infoOf(device);
  return info === undefined ? '' : [info.vendor, info.architecture, info.device, info.description].filter((part) => part !== '').join(' ');
}

/** Browsers of before 2025 do not tell a device's adapter. */
function infoOf(device: GPUDevice): GPUAdapterInfo | undefined {
  return device.adapterInfo as GPUAdapterInfo | undefined;
}
