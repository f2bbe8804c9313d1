/** What the bench found, worked out from what the columns said: medians, ratios, rates, and whether all computed the same step. Pure. */
import type { KernelProfile } from '../src/model/kernel-profile.ts';
import { COLUMNS, type ColumnId, type GemmId, type SizeName } from './columns.ts';
import type { GemmShape, Opened, Port, Round } from './protocol.ts';
import { median } from '../src/lib/statistics.ts';
import { digits, spreadOf, type Spread } from './statistics.ts';

/** What a column gave. Times per step. */
export interface Row {
  readonly column: ColumnId;
  readonly label: string;
  readonly note: string | null;
  readonly ms: Spread;
  /** Time until the call of a step returned, without waiting for the device. */
  readonly jsMs: number;
  /** Steps of one round; the loss is read once per round. */
  readonly stepsPerRound: number;
  readonly firstMs: number;
  readonly tokensPerSecond: number;
  readonly gflops: number;
  /** Of the best matrix product on this adapter, in percent; null on wasm and cpu and without the GEMM table. */
  readonly percentOfBestGemm: number | null;
  /** This column's time over that of the first one, per round. */
  readonly timesFirst: Spread;
  readonly kernels: number | null;
  readonly dispatches: number | null;
  readonly submits: number | null;
  readonly newBuffers: number | null;
  readonly newBufferBytes: number | null;
  readonly uploadBytes: number | null;
  readonly peakBytes: number | null;
  /** Losses of the first steps, and after the rounds. */
  readonly losses: readonly number[];
  readonly lastLoss: number;
}

export interface Missing {
  readonly column: ColumnId | GemmId;
  readonly label: string;
  readonly reason: string;
}

export interface GemmRow {
  readonly id: GemmId;
  readonly label: string;
  /** One per shape. */
  readonly gflops: readonly number[];
}

export interface GemmTable {
  readonly shapes: readonly GemmShape[];
  readonly rows: readonly GemmRow[];
  readonly missing: readonly Missing[];
}

export interface Measurement {
  readonly runtime: string;
  readonly adapter: string;
  readonly isSoftware: boolean | null;
  readonly size: SizeName;
  readonly parameters: number;
  readonly tokens: number;
  readonly flop: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly missing: readonly Missing[];
  readonly gemm: GemmTable | null;
  /** Time per kernel of our captured step, when asked for. */
  readonly profile: KernelProfile | null;
  /** First row of ours and of stock tfjs, and stock's time over ours per round; null when one of them did not run. */
  readonly ours: Row | null;
  readonly stock: Row | null;
  readonly ratio: Spread | null;
  /** Engines that do not compute the same step: the numbers beside them mean nothing. Empty when all is well. */
  readonly faults: readonly string[];
}

/** A column that runs. */
export interface Side {
  readonly column: ColumnId;
  readonly port: Port;
  readonly opened: Opened;
  readonly steps: number;
  readonly rounds: Round[];
}

/** Losses at step 0 may differ by this much, and after the first updates by more: float32 sums in another order. */
const FIRST_TOLERANCE = 1e-4;
const LATER_TOLERANCE = 1e-3;

/** @param sides - in the order of the table; times are compared with the first. */
export function measurementOf(
  { size, rounds, runtime }: Pick<Measurement, 'size' | 'rounds' | 'runtime'>,
  sides: readonly [Side, ...Side[]],
  rest: Pick<Measurement, 'missing' | 'profile' | 'gemm'>,
): Measurement {
  const [first] = sides;
  const { parameters, tokens, flop } = first.opened.workload;
  const best = rest.gemm === null ? null : Math.max(0, ...rest.gemm.rows.flatMap(({ gflops }) => gflops));
  const rows = sides.map((side) => rowOf(side, first, best));
  const ours = sides.findIndex(({ column }) => column.startsWith('ours'));
  const stock = sides.findIndex(({ column }) => COLUMNS[column].engine === 'stock');
  const [ourSide, stockSide] = [sides[ours], sides[stock]];
  return {
    runtime,
    adapter: sides.map(({ opened }) => opened.adapter).find((adapter) => adapter !== '') ?? '',
    isSoftware: sides.map(({ opened }) => opened.isSoftware).find((known) => known !== null) ?? null,
    size,
    parameters,
    tokens,
    flop,
    rounds,
    rows,
    ...rest,
    ours: rows[ours] ?? null,
    stock: rows[stock] ?? null,
    ratio: ourSide === undefined || stockSide === undefined ? null : timesOf(stockSide, ourSide),
    faults: sides.flatMap((side) => faultsOf(side, first)),
  };
}

/** Time of one side over that of another, per round: the rounds of a moment share what the machine did in it. */
function timesOf({ rounds }: Side, other: Side): Spread {
  return spreadOf(rounds.map(({ ms }, i) => ms / (other.rounds[i]?.ms ?? Number.NaN)));
}

function rowOf(side: Side, first: Side, best: number | null): Row {
  const { column, opened, rounds, steps } = side;
  const { counts, workload } = opened;
  const times = rounds.map(({ ms }) => ms);
  const ms = median(times);
  const gflops = workload.flop / ms / 1e6;
  const isOnGpu = COLUMNS[column].backend === 'webgpu';
  return {
    column,
    label: COLUMNS[column].label,
    note: opened.note,
    ms: spreadOf(times),
    jsMs: digits(median(rounds.map(({ jsMs }) => jsMs))),
    stepsPerRound: steps,
    firstMs: opened.firstMs,
    tokensPerSecond: Math.round((workload.tokens / ms) * 1000),
    gflops: digits(gflops),
    percentOfBestGemm: isOnGpu && best !== null && best > 0 ? digits((100 * gflops) / best) : null,
    timesFirst: timesOf(side, first),
    kernels: opened.kernels,
    dispatches: counts?.dispatches ?? null,
    submits: counts?.submits ?? null,
    newBuffers: counts?.buffers ?? null,
    newBufferBytes: counts?.bufferBytes ?? null,
    uploadBytes: counts?.uploadBytes ?? null,
    peakBytes: opened.peakBytes,
    losses: opened.losses,
    lastLoss: rounds.at(-1)?.lastLoss ?? Number.NaN,
  };
}

/** In words, when the losses of the first steps are not those of the first column, or training ended in no number. */
function faultsOf({ column, opened, rounds }: Side, first: Side): string[] {
  const { label } = COLUMNS[column];
  const faults: string[] = [];
  const wrong = opened.losses.findIndex((loss, i) => {
    const tolerance = i === 0 ? FIRST_TOLERANCE : LATER_TOLERANCE;
    return !(Math.abs(loss - (first.opened.losses[i] ?? Number.NaN)) <= tolerance);
  });
  if (wrong !== -1) {
    const got = `${opened.losses[wrong]} for ${label} and ${first.opened.losses[wrong]} for ${COLUMNS[first.column].label}`;
    faults.push(`bench: expected all engines to have the same loss at step ${wrong}, got ${got}: they do not compute the same step`);
  }
  const last = rounds.at(-1)?.lastLoss;
  if (last !== undefined && !Number.isFinite(last)) faults.push(`bench: expected ${label} to end with a loss, got ${last}`);
  return faults;
}
