import { describe, expect, test } from 'vitest';
import { isConversionExact, opensSolution } from '../../src/tasks/conversion.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import type { Example } from '../../src/tasks/example.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { TaskSpec } from '../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import type { TaskId } from '../../src/tasks/task.ts';

function examplesOf(task: TaskId, count: number): Example[] {
  const specs: TaskSpec[] = [defaultTaskSpec(task)];
  if (task.endsWith('analogy')) specs.push({ ...defaultTaskSpec(task), textForm: 'lossless' } as TaskSpec);
  return specs.flatMap((spec) =>
    taskInfo(task).levels.flatMap((level) =>
      Array.from({ length: count }, (_, index) => exampleAt({ task, level, split: 'eval', seed: 5, index }, spec)),
    ),
  );
}

describe.each(TASK_IDS)('%s', (task) => {
  test('no x(t) holds a word that opens CoT or answer, and each of these opens with one', () => {
    for (const example of examplesOf(task, 40)) {
      const { text, cot, answer } = example.parts('text', 'compact');
      expect(text.split(' ').filter((word) => opensSolution(example, word))).toEqual([]);
      expect(opensSolution(example, cot.split(' ')[0] ?? '')).toBe(true);
      expect(opensSolution(example, answer.split(' ')[0] ?? '')).toBe(true);
    }
  });

  test('takes gold, whatever comes after it, and refuses near misses', () => {
    for (const example of examplesOf(task, 3)) {
      const gold = example.response('image-via-text', 'compact');
      const { convert, cot, answer } = example.parts('image-via-text', 'compact');
      const lines = convert.split('\n');
      const lastLine = lines.at(-2) ?? '';
      const right = [
        gold,
        convert,
        example.response('image-via-text', 'compact', 0),
        `${convert} ${cot.slice(0, cot.indexOf(' '))}`,
        `${convert} ${answer}`,
      ];
      const wrong = [
        ...['convert', 'convert ', `${convert.slice(0, -2)} ${cot}`, convert.slice(0, -2), `${convert}${lastLine}\n ${cot}`, `${convert} convert`],
        `${convert.replace(lines.at(-2) ?? '', lines.at(-3) ?? '')} ${cot}`,
      ];
      expect(right.map((response) => isConversionExact(example, response))).toEqual(right.map(() => true));
      expect(wrong.map((response) => isConversionExact(example, response))).toEqual(wrong.map(() => false));
      for (const response of ['', example.response('image', 'compact'), `converted ${gold}`, gold.slice('convert '.length)]) {
        expect(isConversionExact(example, response)).toBeNull();
      }
    }
  });
});
