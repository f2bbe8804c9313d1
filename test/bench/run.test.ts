/** The bench's turns and sums, with columns that only pretend to work. */
import { describe, expect, test } from 'vitest';
import type { ColumnId } from '../../bench/columns.ts';
import { browserName } from '../../bench/page/browser-name.ts';
import { makePort } from '../../bench/port.ts';
import type { Calls, Opened, Port } from '../../bench/protocol.ts';
import { measurementText } from '../../bench/report.ts';
import { gemmsFor, runBench, type BenchOptions } from '../../bench/run.ts';
import { spreadOf } from '../../bench/statistics.ts';
import { median } from '../../src/lib/statistics.ts';

const OPENED: Opened = {
  workload: { parameters: 10, tokens: 100, flop: 4e6, gemms: [{ M: 2, K: 3, L: 4 }] },
  adapter: 'pretended',
  isSoftware: true,
  note: null,
  losses: [2, 1.5],
  firstMs: 30,
  warmMs: 1000,
  kernels: 5,
  counts: { dispatches: 7, submits: 2, buffers: 1, bufferBytes: 64, uploadBytes: 8, liveBytes: 900, peakBytes: 1000 },
  peakBytes: 1000,
};

interface Pretence {
  /** Per round. */
  readonly ms?: readonly number[];
  readonly opened?: Partial<Opened>;
  readonly lastLoss?: number;
  readonly failsAt?: 'open' | 'round' | 'close';
  /** A round never ends by itself. */
  readonly hangs?: boolean;
}

/** Opens pretended columns, and notes every call as `column name`. */
function pretend(columns: Partial<Record<ColumnId, Pretence>>): { openPort: () => Port; calls: string[]; ended: () => number } {
  const calls: string[] = [];
  let ended = 0;
  const openPort = (): Port => {
    let column: ColumnId | 'gemm' = 'gemm';
    let round = 0;
    let kill: (error: Error) => void = () => undefined;
    const answers: { [N in keyof Calls]: (args: Calls[N]['args']) => Calls[N]['result'] } = {
      open(args) {
        column = args.column;
        const { failsAt, opened } = columns[column] ?? {};
        if (failsAt === 'open') throw new Error('no such device');
        return { ...OPENED, ...opened };
      },
      round() {
        const { failsAt, ms, lastLoss = 1 } = columns[column as ColumnId] ?? {};
        if (failsAt === 'round') throw new Error('the device was lost');
        return { ms: ms?.[round++] ?? 1, jsMs: 0.5, lastLoss };
      },
      gemm({ id, shapes }) {
        if (id === 'ort') throw new Error('not in this browser');
        return { gflops: shapes.map((_, i) => (i + 1) * (id === 'ours' ? 2 : 1)) };
      },
      profile: () => ({ times: [], rounds: 1, note: 'pretended' }),
      close() {
        if (columns[column as ColumnId]?.failsAt === 'close') throw new Error('the GPU reported an error');
        return null;
      },
    };
    return {
      call: async (name, args) => {
        const result = answers[name](args);
        calls.push(`${column} ${name}`);
        if (name === 'round' && columns[column as ColumnId]?.hangs === true) await new Promise((_, reject) => void (kill = reject));
        return result;
      },
      end() {
        ended++;
        kill(new Error('ended'));
      },
    };
  };
  return { openPort, calls, ended: () => ended };
}

const options = (columns: readonly ColumnId[], changes: Partial<BenchOptions> = {}): BenchOptions => ({
  size: 'toy',
  columns,
  examples: 8,
  rounds: 3,
  gemms: [],
  isProfiled: false,
  ...changes,
});

describe('statistics', () => {
  test('medians of odd and even counts, and of nothing', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(spreadOf([3, 1, 2.000049])).toEqual({ median: 2, min: 1, max: 3 });
  });
});

describe('a run', () => {
  test('columns take turns, each second round the other way round', async () => {
    const { openPort, calls } = pretend({});
    await runBench(options(['ours', 'stock-webgpu']), openPort, 'test');
    const rounds = calls.filter((call) => call.endsWith('round')).map((call) => call.split(' ')[0]);
    expect(rounds).toEqual(['ours', 'stock-webgpu', 'stock-webgpu', 'ours', 'ours', 'stock-webgpu']);
  });

  test('ratios are medians over rounds, not ratios of medians', async () => {
    const { openPort } = pretend({ ours: { ms: [1, 10, 2] }, 'jax-webgpu': { ms: [3, 10, 8] } });
    const { rows } = await runBench(options(['ours', 'jax-webgpu']), openPort, 'test');
    expect(rows.map(({ timesFirst }) => timesFirst)).toEqual([
      { median: 1, min: 1, max: 1 },
      { median: 3, min: 1, max: 4 },
    ]);
    expect(rows[1]?.ms).toEqual({ median: 8, min: 3, max: 10 });
    expect(rows[1]?.tokensPerSecond).toBe(12_500); // 100 tokens in 8 ms
  });

  test('a round has as many steps as fill a quarter of a second, and at least one', async () => {
    const { openPort } = pretend({ ours: { opened: { warmMs: 25 } }, 'jax-webgpu': { opened: { warmMs: 0.001 } } });
    const { rows } = await runBench(options(['ours', 'jax-webgpu', 'stock-webgpu']), openPort, 'test');
    expect(rows.map(({ stepsPerRound }) => stepsPerRound)).toEqual([10, 50, 1]);
  });

  test('what cannot run is a row with its reason; the others go on', async () => {
    const { openPort, ended } = pretend({ ours: { failsAt: 'open' }, 'ours-eager': { failsAt: 'round' } });
    const found = await runBench(options(['ours', 'ours-eager', 'stock-webgpu']), openPort, 'test');
    expect(found.rows.map(({ column }) => column)).toEqual(['stock-webgpu']);
    expect(found.missing.map(({ column, reason }) => `${column}: ${reason}`)).toEqual(['ours: no such device', 'ours-eager: the device was lost']);
    expect(ended()).toBeGreaterThanOrEqual(3);
    expect([found.ours, found.ratio]).toEqual([null, null]);
  });

  test('a column whose device reported an error in the end has no numbers', async () => {
    const { openPort } = pretend({ ours: { failsAt: 'close' } });
    const { rows, missing } = await runBench(options(['ours', 'ours-wasm']), openPort, 'test');
    expect(rows.map(({ column }) => column)).toEqual(['ours-wasm']);
    expect(missing.map(({ reason }) => reason)).toEqual(['the GPU reported an error']);
  });

  test('the ratio is that of stock to ours, round by round', async () => {
    const { openPort } = pretend({ 'ours-wasm': { ms: [1, 10, 2] }, 'stock-wasm': { ms: [3, 10, 8] } });
    expect((await runBench(options(['stock-wasm', 'ours-wasm']), openPort, 'test')).ratio).toEqual({ median: 3, min: 1, max: 4 });
  });

  test('when nothing runs it says why', async () => {
    const { openPort } = pretend({ ours: { failsAt: 'open' } });
    await expect(runBench(options(['ours']), openPort, 'test')).rejects.toThrow(/no column could run: Ours, captured: no such device/);
  });

  test.each([
    { losses: [2.0002, 1.5], step: 0 },
    { losses: [2.00005, 1.502], step: 1 },
    { losses: [Number.NaN, 1.5], step: 0 },
  ])('losses $losses instead of 2, 1.5 are a fault at step $step', async ({ losses, step }) => {
    const { openPort } = pretend({ 'stock-webgpu': { opened: { losses } } });
    const { faults } = await runBench(options(['ours', 'stock-webgpu']), openPort, 'test');
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`the same loss at step ${step},`);
  });

  test('small differences of the losses are none', async () => {
    const { openPort } = pretend({ 'stock-webgpu': { opened: { losses: [2.00005, 1.5005] } } });
    expect((await runBench(options(['ours', 'stock-webgpu']), openPort, 'test')).faults).toEqual([]);
  });

  test('a step on WebGPU is held against the best product, a step on wasm is not', async () => {
    const { openPort } = pretend({ ours: { ms: [1, 1, 1] }, 'ours-wasm': { ms: [1, 1, 1] } });
    const { rows, gemm } = await runBench(options(['ours', 'ours-wasm'], { gemms: ['ours', 'tfjs', 'ort'] }), openPort, 'test');
    expect(gemm?.shapes).toEqual([
      { M: 2, K: 3, L: 4 },
      { M: 512, K: 512, L: 512 },
    ]);
    expect(gemm?.rows.map(({ gflops }) => gflops)).toEqual([
      [2, 4],
      [1, 2],
    ]);
    expect(gemm?.missing.map(({ reason }) => reason)).toEqual(['not in this browser']);
    expect(rows.map(({ gflops, percentOfBestGemm }) => [gflops, percentOfBestGemm])).toEqual([
      [4, 100],
      [4, null],
    ]);
  });

  test('stopping ends every column', async () => {
    const stop = new AbortController();
    const { openPort, ended } = pretend({});
    const running = runBench(
      options(['ours', 'ours-wasm'], { rounds: 1000 }),
      openPort,
      'test',
      ({ text }) => text.startsWith('round 2') && stop.abort(),
      stop.signal,
    );
    await expect(running).rejects.toThrow();
    expect(ended()).toBeGreaterThanOrEqual(2);
  });

  test('stopping does not wait for a column that hangs', async () => {
    const stop = new AbortController();
    const { openPort } = pretend({ ours: { hangs: true } });
    const running = runBench(options(['ours']), openPort, 'test', () => undefined, stop.signal);
    setTimeout(() => stop.abort(), 10);
    await expect(running).rejects.toThrow();
  });

  test('a loss that is no number after the rounds is a fault', async () => {
    const { openPort } = pretend({ ours: { lastLoss: Number.NaN } });
    expect((await runBench(options(['ours']), openPort, 'test')).faults).toEqual([expect.stringMatching(/Ours, captured .* NaN/)]);
  });

  test('the table names the adapter, every engine, what is missing and every fault', async () => {
    const { openPort } = pretend({ 'jax-webgpu': { failsAt: 'open' }, 'ours-wasm': { opened: { losses: [9, 9], note: 'one thread' } } });
    const text = measurementText(
      await runBench(options(['ours', 'jax-webgpu', 'ours-wasm'], { gemms: ['ours'], isProfiled: true }), openPort, 'test'),
    );
    for (const part of [
      'test on pretended',
      'Ours, captured',
      'Ours, wasm: one thread',
      'jax-js jit, WebGPU: not measured: no such device',
      '2x3x4',
      'do not compute the same step',
      'pretended',
    ]) {
      expect(text).toContain(part);
    }
  });
});

test('matrix products alone are measured where something runs on WebGPU', () => {
  expect(gemmsFor(['ours-wasm'])).toEqual([]);
  expect(gemmsFor(['ours-wasm', 'jax-webgpu'])).toHaveLength(4);
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36', 'Chrome 156.0.0.0'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.1.0', 'Edge 140.0.1.0'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:141.0) Gecko/20100101 Firefox/141.0', 'Firefox 141.0'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 'Safari 26.0'],
  ['something else', 'something else'],
])('the browser of %s is %s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});

describe('a port', () => {
  test('gives each reply to its call, whatever the order', async () => {
    const sent: number[] = [];
    const { port, onReply } = makePort({ post: ({ id }) => void sent.push(id), end: () => undefined });
    const [first, second] = [port.call('round', { steps: 1 }), port.call('close', null)];
    onReply({ id: sent[1]!, result: null });
    onReply({ id: sent[0]!, error: 'lost' });
    await expect(second).resolves.toBeNull();
    await expect(first).rejects.toThrow('lost');
  });

  test('rejects what waits and what comes after when the other end dies', async () => {
    const { port, onDeath } = makePort({ post: () => undefined, end: () => undefined });
    const waiting = port.call('close', null);
    onDeath('out of memory');
    await expect(waiting).rejects.toThrow('out of memory');
    await expect(port.call('close', null)).rejects.toThrow('out of memory');
  });
});
