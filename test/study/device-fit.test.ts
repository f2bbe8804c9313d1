import { describe, expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { checkFits, largestBuffer } from '../../src/study/device-fit.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import { baseRun, study } from './specs.ts';

const MIB = 1024 * 1024;
const binding = (mib: number) => ({ maxStorageBufferBindingSize: mib * MIB, maxBufferSize: 1024 * MIB });
const TABLE = { id: 'consecutive-table-readout', rows: 12, columns: 11, rowNames: 12 } as const;

describe('a run and the device', () => {
  test.each(['micro', 'nano', 'small'] as const)('what every WebGPU device binds is enough for %s at any batch of the form', (preset) => {
    for (const spec of [study({ preset, task: TABLE, supervision: 'mix', examples: 999, batchSize: 256 }), baseRun({ preset, batchSize: 32 })]) {
      expect(() => checkFits(spec, binding(128))).not.toThrow();
    }
  });

  test('wasm and cpu name no limits and refuse nothing', () => {
    expect(() => checkFits(study({ preset: 'small', task: TABLE, supervision: 'mix', examples: 999, batchSize: 256 }), {})).not.toThrow();
  });

  test.each([
    [
      'small',
      32,
      binding(64),
      /^this GPU: expected buffers of at most 67 MB \(maxStorageBufferBindingSize\), got attention scores of \d+ MB: choose the preset micro or the wasm backend$/,
    ],
    ['small', 32, { ...binding(64), maxBufferSize: 32 * MIB }, /at most 34 MB \(maxBufferSize\)/],
    ['nano', 64, binding(64), /choose a batch size of \d+ or the preset micro or the wasm backend$/],
    ['micro', 32, binding(1), /choose the wasm backend$/],
  ] as const)('%s with %d rows is refused by the name of the limit, with what fits (%#)', (preset, batchSize, limits, words) => {
    const spec = study({ preset, task: TABLE, supervision: 'mix', examples: 999, batchSize });
    expect(() => checkFits(spec, limits)).toThrow(words);
  });

  test('what it says would fit does fit', () => {
    const spec = study({ preset: 'nano', task: TABLE, supervision: 'mix', examples: 999, batchSize: 64 });
    const batchSize = Number(/batch size of (\d+)/.exec(message(() => checkFits(spec, binding(64))))?.[1]);
    expect(batchSize).toBeLessThan(64);
    expect(() => checkFits({ ...spec, batchSize }, binding(64))).not.toThrow();
    expect(() => checkFits({ ...spec, preset: 'micro' }, binding(64))).not.toThrow();
  });

  test.each([study({ task: TABLE, supervision: 'mix', examples: 90, batchSize: 30 }), baseRun({ batchSize: 8 })])(
    'no step has more than was foreseen (%#)',
    (spec) => {
      const { bytes } = largestBuffer({ ...spec, evaluation: { ...spec.evaluation, examples: 1 } });
      for (let step = 0; step < totalSteps(spec); step++) {
        for (const { batchSize, textLength, image } of batchAt(spec, step).micro) {
          const patches = image === null ? 0 : image.gridRows * image.gridColumns;
          expect(batchSize * 2 * (patches + textLength) ** 2 * 4).toBeLessThanOrEqual(bytes);
        }
      }
    },
  );
});

function message(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
