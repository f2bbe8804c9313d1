/**
 * The bench itself: opens the columns one by one, checks that all compute the same step, times them in interleaved rounds, so that whatever else the machine
 * does falls on all, and measures matrix products alone. What cannot run becomes a row that says why. Knows no tensors: columns work elsewhere (protocol.ts).
 */
import { COLUMNS, GEMM_IDS, GEMM_LABELS, type ColumnId, type GemmId, type SizeName } from './columns.ts';
import type { KernelProfile } from '../src/model/kernel-profile.ts';
import { measurementOf, type GemmRow, type GemmTable, type Measurement, type Missing, type Side } from './measurement.ts';
import type { GemmShape, Port } from './protocol.ts';

export interface BenchOptions {
  readonly size: SizeName;
  /** In the order of the table; times are compared with the first that runs. */
  readonly columns: readonly ColumnId[];
  /** Rows of the batch; the toy has eight always. */
  readonly examples: number;
  readonly rounds: number;
  /** Who multiplies in the GEMM table; none leaves it out. */
  readonly gemms: readonly GemmId[];
  /** True to time each kernel of our captured step, when that column runs. */
  readonly isProfiled: boolean;
}

export interface Progress {
  readonly text: string;
  /** 0..1. */
  readonly done: number;
}

/** A round takes about this long: so waiting for the last loss does not count, and a slow engine has one step in it. */
const ROUND_MS = 250;
const MOST_STEPS = 50;
const PROFILE_ROUNDS = 5;
/** Side of a square product beside the shapes of the step: what the adapter can do when nothing is small. */
const SQUARE = { software: 512, hardware: 4096 } as const;

/** What a run carries through its parts. */
interface Run {
  readonly options: BenchOptions;
  /** A new place for one column; rejects when the run is stopped. */
  newPort(): Port;
  /** Says what comes next. */
  say(text: string): void;
  /** Counts one part as done. */
  pass(): void;
  readonly missing: Missing[];
}

/** @param openPort - a new place for one column. Rejects only when no column runs, or when `signal` is aborted. */
export async function runBench(
  options: BenchOptions,
  openPort: () => Port,
  runtime: string,
  onProgress: (progress: Progress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Measurement> {
  const { columns, rounds, gemms, isProfiled, size } = options;
  const total = columns.length + rounds + gemms.length + (isProfiled ? 1 : 0);
  let passed = 0;
  const ports: Port[] = [];
  const run: Run = {
    options,
    newPort() {
      signal?.throwIfAborted();
      const port = openPort();
      ports.push(port);
      return port;
    },
    say: (text) => onProgress({ text, done: passed / total }),
    pass: () => void (passed += 1),
    missing: [],
  };
  const endAll = (): void => ports.forEach((port) => port.end());
  signal?.addEventListener('abort', endAll);
  try {
    const opened = await openAll(run);
    signal?.throwIfAborted();
    const played = await playRounds(run, opened);
    signal?.throwIfAborted();
    const profile = isProfiled ? await profileCaptured(run, played) : null;
    const sides = await closeAll(run, played);
    const [first] = sides;
    if (first === undefined)
      throw new Error(`bench: no column could run: ${run.missing.map(({ label, reason }) => `${label}: ${reason}`).join('; ')}`);
    const gemm = gemms.length === 0 ? null : await multiplyAll(run, shapesFor(sides));
    signal?.throwIfAborted();
    return measurementOf({ size, rounds, runtime }, [first, ...sides.slice(1)], { missing: run.missing, profile, gemm });
  } finally {
    signal?.removeEventListener('abort', endAll);
    endAll();
  }
}

/** Opens the columns one after the other; those that cannot run go to `missing`. */
async function openAll({ options, newPort, say, pass, missing }: Run): Promise<Side[]> {
  const { columns, size, examples } = options;
  const sides: Side[] = [];
  for (const column of columns) {
    const { label } = COLUMNS[column];
    say(`${label}: first steps`);
    const port = newPort();
    try {
      const opened = await port.call('open', { column, size, examples });
      sides.push({ column, port, opened, steps: Math.max(1, Math.min(MOST_STEPS, Math.round(ROUND_MS / opened.warmMs))), rounds: [] });
    } catch (error) {
      port.end();
      missing.push({ column, label, reason: reasonOf(error) });
    }
    pass();
  }
  return sides;
}

/** All columns take turns, every second time the other way round. Returns those that lasted. */
async function playRounds({ options, say, pass, missing }: Run, opened: readonly Side[]): Promise<Side[]> {
  let sides = [...opened];
  for (let round = 0; round < options.rounds; round++) {
    say(`round ${round + 1} of ${options.rounds}`);
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      try {
        side.rounds.push(await side.port.call('round', { steps: side.steps }));
      } catch (error) {
        sides = sides.filter((other) => other !== side);
        missing.push({ column: side.column, label: COLUMNS[side.column].label, reason: reasonOf(error) });
      }
    }
    pass();
  }
  return sides;
}

async function profileCaptured({ say, pass }: Run, sides: readonly Side[]): Promise<KernelProfile | null> {
  const captured = sides.find(({ column }) => COLUMNS[column].engine === 'captured');
  if (captured === undefined) return null;
  say('time of each kernel');
  const profile = await captured.port.call('profile', { rounds: PROFILE_ROUNDS });
  pass();
  return profile;
}

/** Closes the columns. One whose device reported an error has no numbers to show. */
async function closeAll({ missing }: Run, played: readonly Side[]): Promise<Side[]> {
  const sides: Side[] = [];
  for (const side of played) {
    try {
      await side.port.call('close', null);
      sides.push(side);
    } catch (error) {
      missing.push({ column: side.column, label: COLUMNS[side.column].label, reason: reasonOf(error) });
    }
    side.port.end();
  }
  return sides;
}

/** Products of the step, and a square one in which nothing is small. */
function shapesFor(sides: readonly Side[]): GemmShape[] {
  const side = sides.some(({ opened }) => opened.isSoftware === true) ? SQUARE.software : SQUARE.hardware;
  return [...(sides[0]?.opened.workload.gemms ?? []), { M: side, K: side, L: side }];
}

async function multiplyAll({ options, newPort, say, pass }: Run, shapes: readonly GemmShape[]): Promise<GemmTable> {
  const rows: GemmRow[] = [];
  const missing: Missing[] = [];
  for (const id of options.gemms) {
    const label = GEMM_LABELS[id];
    say(`matrix products: ${label}`);
    const port = newPort();
    try {
      const { gflops } = await port.call('gemm', { id, shapes });
      rows.push({ id, label, gflops });
    } catch (error) {
      missing.push({ column: id, label, reason: reasonOf(error) });
    } finally {
      port.end();
    }
    pass();
  }
  return { shapes, rows, missing };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}

/** GEMM rows that go with these columns: none where nothing runs on WebGPU. */
export function gemmsFor(columns: readonly ColumnId[]): readonly GemmId[] {
  return columns.some((id) => COLUMNS[id].backend === 'webgpu') ? GEMM_IDS : [];
}
