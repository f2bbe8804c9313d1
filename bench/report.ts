/** A measurement as a table of text, for the terminal and for the page. */
import { kernelTable, type KernelTime } from '../src/model/kernel-profile.ts';
import type { GemmRow, Measurement, Missing, Row } from './measurement.ts';
import type { GemmShape } from './protocol.ts';

interface Field {
  readonly head: string;
  readonly text: (row: Row) => string;
}

const none = '-';
const whole = (value: number | null): string => (value === null ? none : String(value));
const megabytes = (value: number | null): string => (value === null ? none : (value / 1e6).toFixed(1));

/** Columns of the table, in its order. */
export const FIELDS: readonly Field[] = [
  { head: 'engine', text: ({ label }) => label },
  { head: 'ms/step', text: ({ ms }) => String(ms.median) },
  { head: 'min-max', text: ({ ms }) => `${ms.min}-${ms.max}` },
  { head: 'x first', text: ({ timesFirst }) => `${timesFirst.median} (${timesFirst.min}-${timesFirst.max})` },
  { head: 'tokens/s', text: ({ tokensPerSecond }) => String(tokensPerSecond) },
  { head: 'JS ms', text: ({ jsMs }) => String(jsMs) },
  { head: 'first ms', text: ({ firstMs }) => String(firstMs) },
  { head: 'dispatches', text: ({ dispatches }) => whole(dispatches) },
  { head: 'submits', text: ({ submits }) => whole(submits) },
  { head: 'new buffers', text: ({ newBuffers }) => whole(newBuffers) },
  { head: 'upload B', text: ({ uploadBytes }) => whole(uploadBytes) },
  { head: 'peak MB', text: ({ peakBytes }) => megabytes(peakBytes) },
  { head: 'GFLOP/s', text: ({ gflops }) => String(gflops) },
  { head: '% of best GEMM', text: ({ percentOfBestGemm }) => whole(percentOfBestGemm) },
];

export function headline(m: Measurement): string {
  const where = m.adapter === '' ? m.runtime : `${m.runtime} on ${m.adapter}`;
  return `${m.size} in ${where}: ${m.parameters} parameters, ${m.tokens} tokens and ${(m.flop / 1e9).toPrecision(3)} GFLOP a step, ${m.rounds} interleaved rounds`;
}

export function gemmHead(shapes: readonly GemmShape[]): string[] {
  return ['GFLOP/s of A[M,K] B[K,L]', ...shapes.map(({ M, K, L }) => `${M}x${K}x${L}`)];
}

export const gemmLine = ({ label, gflops }: GemmRow): string[] => [label, ...gflops.map(String)];

export const PROFILE_HEAD: readonly string[] = ['kernel', 'calls', 'ms', '%'];

export const profileLine = ({ name, calls, ms, share }: KernelTime): string[] => [name, String(calls), ms.toFixed(3), (100 * share).toFixed(1)];

export function measurementText(m: Measurement): string {
  const lines = [headline(m), ...grid([FIELDS.map(({ head }) => head), ...m.rows.map((row) => FIELDS.map(({ text }) => text(row)))])];
  for (const { label, note } of m.rows) if (note !== null) lines.push(`${label}: ${note}`);
  lines.push(...m.missing.map(missingText));
  if (m.gemm !== null) lines.push(...grid([gemmHead(m.gemm.shapes), ...m.gemm.rows.map(gemmLine)]), ...m.gemm.missing.map(missingText));
  if (m.profile !== null) lines.push(kernelTable(m.profile).trimEnd());
  return `${[...lines, ...m.faults].join('\n')}\n`;
}

export const missingText = ({ label, reason }: Missing): string => `${label}: not measured: ${reason}`;

/** The first column to the left, the others to the right. */
function grid(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  '),
  );
}
