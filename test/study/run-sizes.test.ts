import { describe, expect, test } from 'vitest';
import type { MicroBatch } from '../../src/model/batch.ts';
import { microShape } from '../../src/model/micro-inputs.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import type { PassSize } from '../../src/study/run-sizes.ts';
import { runSizes } from '../../src/study/run-sizes.ts';
import { baseRun, study } from './specs.ts';

const TABLE = { id: 'consecutive-table-readout', rows: 12, columns: 11, rowNames: 12 } as const;

/** Whether a micro-batch is inside one of the sizes, along every axis. */
function isForeseen(micro: MicroBatch, sizes: readonly PassSize[]): boolean {
  const { batchSize, textLength, image } = micro;
  const { first } = microShape(micro);
  const patches = image === null ? 0 : image.gridRows * image.gridColumns;
  const isPictureOnly = (size: PassSize): boolean => size.textLength === 0 && textLength === 1; // one <bos>, of which nothing counts
  return sizes.some(
    (size) => batchSize <= size.rows && (textLength <= size.textLength || isPictureOnly(size)) && patches <= size.patches && first >= size.first,
  );
}

describe('the largest passes of a run', () => {
  test.each([study({ task: TABLE, supervision: 'mix', examples: 90, batchSize: 30 }), baseRun({ batchSize: 8 })])(
    'no step has more than was foreseen (%#)',
    (spec) => {
      const { training } = runSizes(spec);
      expect(training.some(({ first }) => first > 0)).toBe(spec.curriculum === null);
      for (let step = 0; step < totalSteps(spec); step++) {
        for (const micro of batchAt(spec, step).micro) expect(isForeseen(micro, training), JSON.stringify([step, micro.batchSize])).toBe(true);
      }
    },
  );

  test('an evaluation decodes as many rows as there are examples, up to its batch, in text and in pictures', () => {
    const spec = study({ evaluation: { examples: 7, everySteps: 0 } });
    expect(runSizes(spec).evaluation.map(({ rows, patches }) => [rows, patches > 0])).toEqual([
      [7, false],
      [7, true],
    ]);
    expect(runSizes({ ...spec, evaluation: { examples: 500, everySteps: 0 } }).evaluation[0]?.rows).toBe(50);
  });

  test('they are found once per spec', () => {
    const spec = study();
    expect(runSizes(spec)).toBe(runSizes(spec));
  });
});
