import { describe, expect, test } from 'vitest';
import { checkFits, largestBuffer, memoryBudget, needsOf } from '../../src/study/device-fit.ts';
import { baseRun, study } from './specs.ts';

const MIB = 1024 * 1024;
const binding = (mib: number, most = 1024) => ({ maxStorageBufferBindingSize: mib * MIB, maxBufferSize: most * MIB });
const TABLE = { id: 'consecutive-table-readout', rows: 12, columns: 11, rowNames: 12 } as const;
const mixed = (preset: 'micro' | 'nano' | 'small', batchSize: number) => study({ preset, task: TABLE, supervision: 'mix', examples: 999, batchSize });

describe('a run and the device', () => {
  test.each(['micro', 'nano', 'small'] as const)('what every WebGPU device binds is enough for %s at any batch of the form', (preset) => {
    for (const spec of [mixed(preset, 256), baseRun({ preset, batchSize: 32 })]) {
      expect(() => checkFits(spec, { ...binding(128), maxComputeWorkgroupsPerDimension: 65_535 })).not.toThrow();
    }
  });

  test('wasm and cpu name no limits and refuse nothing', () => {
    expect(() => checkFits(mixed('small', 256), {})).not.toThrow();
    expect(needsOf(mixed('small', 256), {})).toEqual({ memory: null, budgetBytes: null, problem: null });
  });

  test.each([
    [
      'small',
      32,
      binding(64),
      /^this GPU: expected buffers of at most 67 MB \(maxStorageBufferBindingSize\), got feature maps of pictures of 96 MB: choose the preset nano or the wasm backend$/,
    ],
    ['small', 32, { ...binding(64), maxBufferSize: 32 * MIB }, /at most 34 MB \(maxBufferSize\)/],
    ['nano', 64, binding(28), /got hidden layers of \d+ MB: choose a batch size of \d+ or the preset micro or the wasm backend$/],
    ['micro', 32, binding(1), /choose the wasm backend$/],
    [
      'small',
      256,
      binding(256, 256),
      /expected a run of at most 1\.5 GB \(judged by maxBufferSize 268 MB\), got one of at least \d\.\d GB: choose a batch size of \d or the preset nano or the wasm backend$/,
    ],
    [
      'micro',
      32,
      { ...binding(128), maxComputeWorkgroupsPerDimension: 100 },
      /expected at most 100 workgroups in a row \(maxComputeWorkgroupsPerDimension\), got \d+: choose a batch size of \d or the wasm backend$/,
    ],
  ] as const)('%s with %d rows is refused by the name of the limit, with what fits (%#)', (preset, batchSize, limits, words) => {
    expect(() => checkFits(mixed(preset, batchSize), limits)).toThrow(words);
    expect(needsOf(mixed(preset, batchSize), limits).problem).toMatch(words);
  });

  test.each([binding(28), binding(128, 128)])('what it says would fit does fit (%#)', (limits) => {
    const spec = mixed(limits.maxBufferSize < 1024 * MIB ? 'small' : 'nano', 64);
    const words = message(() => checkFits(spec, limits));
    const batchSize = Number(/batch size of (\d+)/.exec(words)?.[1]);
    const preset = /preset (micro|nano)/.exec(words)?.[1] as 'micro' | 'nano';
    expect(batchSize).toBeLessThan(64);
    expect(() => checkFits({ ...spec, batchSize }, limits)).not.toThrow();
    expect(() => checkFits({ ...spec, preset }, limits)).not.toThrow();
  });

  test('the memory that a device may have follows from its largest buffer', () => {
    expect([memoryBudget({}), memoryBudget({ maxBufferSize: 256 * MIB }), memoryBudget({ maxBufferSize: 2048 * MIB })]).toEqual([
      null,
      1.5e9,
      8192 * MIB,
    ]);
  });

  test('a run that fits is told with what it takes', () => {
    const { memory, budgetBytes, problem } = needsOf(mixed('nano', 8), binding(128));
    expect(problem).toBeNull();
    expect(budgetBytes).toBe(4096 * MIB);
    expect(memory?.bytes).toBeLessThan(4096 * MIB);
  });

  test('a larger batch, a longer table and a larger preset never have smaller buffers', () => {
    const bytes = [mixed('micro', 2), mixed('micro', 32), mixed('nano', 32), mixed('small', 32)].map((spec) => largestBuffer(spec).bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const short = study({ supervision: 'mix', examples: 999, batchSize: 32 });
    expect(largestBuffer(short).bytes).toBeLessThan(largestBuffer({ ...short, task: TABLE }).bytes);
  });
});

function message(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
