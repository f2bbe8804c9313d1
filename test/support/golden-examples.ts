/**
 * Fingerprints of examples of every task: hashes of the truth, of all texts of both profiles and of both pictures. test/golden/examples.json holds them,
 * and Node and Chromium must both give them: the same seed gives the same bytes on every machine, in every version. After a wanted change of a task's
 * examples, say so in the changelog, and copy what the failing test prints.
 */
import { hash64, hash64Hex } from '../../src/lib/hash.ts';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { rasterise } from '../../src/tasks/render/raster.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import { PROFILES, RECORD_KINDS, SPLITS, TASK_IDS } from '../../src/tasks/task.ts';

/** One line per example: `task level split index: truth texts paper-picture compact-picture`. */
export function exampleFingerprints(): string[] {
  return TASK_IDS.flatMap((task) =>
    taskInfo(task).levels.flatMap((level) =>
      SPLITS.flatMap((split) =>
        [0, 1, 119_999].map((index) => {
          const example = exampleAt({ task, level, split, seed: 1, index }, defaultTaskSpec(task));
          const texts = PROFILES.flatMap((profile) =>
            RECORD_KINDS.flatMap((kind) => [example.prompt(kind, profile), example.response(kind, profile)]),
          );
          const pictures = PROFILES.map((profile) => {
            const { low, high } = hash64(rasterise(example.scene(profile)));
            return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
          });
          const hashes = [hash64Hex(canonicalJson(example.truth)), hash64Hex(texts.join('\n')), ...pictures];
          return `${task} ${level} ${split} ${index}: ${hashes.join(' ')}`;
        }),
      ),
    ),
  );
}
