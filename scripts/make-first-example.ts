/**
 * Writes the picture that index.html shows before any script runs: the example the page opens with (simple, held out, seed 1, index 0, paper profile).
 *
 *   npx tsx scripts/make-first-example.ts
 */
import { writeFileSync } from 'node:fs';
import { formsAt } from '../src/study/example-forms.ts';
import { LINK_DEFAULTS_3 } from '../src/study/link-defaults.ts';

const { task, level, split, seed, index, profile } = LINK_DEFAULTS_3.example;
const { picture } = formsAt({ task: task.id, level, split, seed, index }, task, profile);
writeFileSync(new URL('../src/ui/assets/first-example.svg', import.meta.url), picture.svg);
