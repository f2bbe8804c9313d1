/** Progress on stderr: a bar for a person at a terminal, a line now and then elsewhere. */
import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 10_000;

interface Progress {
  set(rows: number): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly total: number;
  readonly unit: 'rows' | 'pictures';
  readonly isQuiet: boolean;
  readonly stream: NodeJS.WriteStream | { readonly isTTY?: boolean; write(text: string): unknown };
  readonly clock: () => number;
}

export function makeProgress({ total, unit, isQuiet, stream, clock }: ProgressOptions): Progress {
  if (isQuiet) return { set: () => {}, stop: () => {} };
  let startMs: number | null = null;
  let firstRows = 0;
  /** Rows a second since the first call, and the time left at that rate. */
  const figures = (rows: number): { rate: string; left: string } => {
    if (startMs === null) [startMs, firstRows] = [clock(), rows];
    const seconds = (clock() - startMs) / 1000;
    const rate = seconds > 0 ? (rows - firstRows) / seconds : 0;
    return rate > 0 ? { rate: rate.toFixed(rate < 10 ? 1 : 0), left: duration((total - rows) / rate) } : { rate: '–', left: '–' };
  };
  if (stream.isTTY === true) {
    const format = `{bar} {percentage}% | {value} of {total} ${unit} | {rate} ${unit}/s | {left} left`;
    const bar = new SingleBar({ format, stream: stream as NodeJS.WriteStream, clearOnComplete: true, hideCursor: true });
    let hasStarted = false;
    return {
      set(rows) {
        if (!hasStarted) bar.start(total, rows, figures(rows));
        hasStarted = true;
        bar.update(rows, figures(rows));
      },
      stop: () => bar.stop(),
    };
  }
  let saidMs: number | null = null;
  return {
    set(rows) {
      const { rate, left } = figures(rows);
      saidMs ??= clock();
      if (clock() - saidMs < LINE_EVERY_MS) return;
      saidMs = clock();
      stream.write(`dataset: ${rows} of ${total} ${unit}, ${rate} ${unit}/s, ${left} left\n`);
    },
    stop: () => {},
  };
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
