/**
 * Writes the picture that index.html shows before any script runs: the example the page opens with (simple, held out, seed 1, index 0, paper profile).
 *
 *   npx tsx scripts/make-first-example.ts
 */
import { writeFileSync } from 'node:fs';
import { formsAt } from '../src/study/example-forms.ts';
import { LINK_DEFAULTS_1 } from '../src/study/link-defaults.ts';

const { level, split, seed, index, rows, columns, rowNames, profile } = LINK_DEFAULTS_1.example;
const key = { task: 'consecutive-table-readout', level, split, seed, index } as const;
const { picture } = formsAt(key, { rows, columns, rowNames }, profile, false);
writeFileSync(new URL('../src/ui/assets/first-example.svg', import.meta.url), picture.svg);
