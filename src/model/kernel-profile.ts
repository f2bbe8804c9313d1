/**
 * Where the time of a step goes, kernel by kernel: plain data, made by webgpu/profiler.ts on a GPU and by eager-profile.ts on wasm and cpu, shown by the
 * page and the bench. Pure.
 */
import { median as medianOf } from '../lib/statistics.ts';

/** One kernel, summed over its calls. */
export interface KernelTime {
  readonly name: string;
  /** Calls in one step. */
  readonly calls: number;
  /** Of all calls of one step. */
  readonly ms: number;
  /** Of the sum over all kernels, 0..1. */
  readonly share: number;
}

export interface KernelProfile {
  /** The most expensive first. */
  readonly times: readonly KernelTime[];
  /** How often the step was timed. */
  readonly rounds: number;
  /** How it was measured and how exact it is, for people. */
  readonly note: string;
}

/**
 * @param calls - calls of one step by kernel.
 * @param msOf - milliseconds of all calls of a kernel in one step.
 */
export function profileOf(calls: ReadonlyMap<string, number>, msOf: (name: string) => number, rounds: number, note: string): KernelProfile {
  const times = [...calls].map(([name, count]) => ({ name, calls: count, ms: msOf(name) }));
  const totalMs = sum(times.map(({ ms }) => ms));
  const shared = times.map((time) => ({ ...time, share: totalMs === 0 ? 0 : time.ms / totalMs }));
  return { times: shared.sort((a, b) => b.ms - a.ms), rounds, note };
}

/** A profile as text, for a terminal. */
export function kernelTable({ times, note }: KernelProfile): string {
  const all = { name: 'all', calls: sum(times.map(({ calls }) => calls)), ms: sum(times.map(({ ms }) => ms)), share: times.length === 0 ? 0 : 1 };
  const rows = [...times, all].map(({ name, calls, ms, share }) => [name, `${calls}`, ms.toFixed(3), `${(share * 100).toFixed(1)} %`]);
  const lines = [['kernel', 'calls', 'ms', 'share'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
  return `${text.join('\n')}\n${note}\n`;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** 0 of nothing. */
export function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : medianOf(values);
}
