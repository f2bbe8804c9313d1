/**
 * What a row is scored against. A row of our own export names its example (`key`, `settings`): the example is made again, which knows more than any gold text
 * (each cell, each object, each value), and must agree with the row. Any other row is scored against what its gold record tells.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import { exampleAt } from '../../../tasks/examples.ts';
import type { Example } from '../../../tasks/example.ts';
import { taskOf } from '../../../tasks/registry.ts';
import type { Scorer } from '../../../tasks/example.ts';
import { MODALITIES, PROFILES } from '../../../tasks/task.ts';
import type { ExampleKey, Modality, Profile } from '../../../tasks/task.ts';
import { parseSettings } from './example-key.ts';
import type { GoldRow } from './gold-row.ts';
import { cut } from './raw-record.ts';

export interface RowScorer extends Scorer {
  /** As the example knows them; else those of the row. */
  readonly profile: Profile;
  readonly modality: Modality;
  /** A response that must be right: the gold turn, or one built from the gold answer. */
  readonly goldResponse: string;
  /** True when the example was made again from its key. */
  readonly isExact: boolean;
}

/** Throws InputError that names the row and what it lacks. */
export function scorerOf(row: GoldRow): RowScorer {
  if (row.key !== null) return exampleScorer(row, row.key);
  if (row.profile === 'compact') {
    throw new InputError(fault(row.place, 'columns key and settings', 'neither', 'rows in the compact format are scored by their example'));
  }
  const scorer = atPlace(row.place, () => referenceOf(row));
  const { profile, modality } = row;
  return {
    score: (response, profile) => scorer.score(response, profile),
    failures: (response, profile) => scorer.failures(response, profile),
    profile,
    modality,
    goldResponse: goldResponseOf(row, scorer),
    isExact: false,
  };
}

function exampleScorer(row: GoldRow, key: ExampleKey): RowScorer {
  const where = `${row.place}, column key`;
  const spec = parseSettings(key, row.columns['settings'] ?? '', `${row.place}, column settings`);
  const example = atPlace(where, () => exampleAt(key, spec));
  const given = withoutPicture(row.prompt);
  const forms = PROFILES.flatMap((profile) => MODALITIES.map((modality) => ({ profile, modality })));
  const form = forms.find(({ profile, modality }) => withoutPicture(example.prompt(modality, profile)) === given);
  if (form === undefined) {
    const cure = 'key, settings or question were changed, or another version made them';
    throw new InputError(fault(where, 'the example of this question', 'another one', cure));
  }
  if (row.form === 'VLMEvalKit' && !agrees(row, example, form.profile)) {
    throw new InputError(fault(`${row.place}, column answer`, 'the answer of the example that key names', cut(row.response)));
  }
  const goldResponse = row.form === 'VLMEvalKit' ? example.response(form.modality, form.profile) : row.response;
  return {
    score: (response, profile) => example.score(response, profile),
    failures: (response, profile) => example.failures(response, profile),
    ...form,
    goldResponse,
    isExact: true,
  };
}

/** Whether an `answer` column says what the example says, in its own words or in those of the authors' files (which are read beside the example's x(t)). */
function agrees(row: GoldRow, example: Example, profile: Profile): boolean {
  if (row.response.trim() === example.score('', profile).gold) return true;
  try {
    const read = referenceOf({ ...row, prompt: example.prompt('text', 'paper') });
    return read.score('', 'paper').gold === example.score('', 'paper').gold;
  } catch (thrown) {
    if (thrown instanceof InputError) return false;
    throw thrown;
  }
}

function referenceOf({ task, prompt, response, columns }: GoldRow): Scorer {
  return taskOf(task).reference({ prompt, response, columns });
}

/** An `answer` column holds a list or a block, not a turn: the turn around it is built here, in the published wording (spec/s2h 2.8, 3.8, 4.12). */
function goldResponseOf(row: GoldRow, scorer: Scorer): string {
  if (row.form !== 'VLMEvalKit') return row.response;
  const { gold } = scorer.score('', row.profile);
  switch (row.task) {
    case 'consecutive-table-readout':
    case 'table-readout': {
      const digits = gold.split(',');
      const sum = digits.reduce((total, digit) => total + Number(digit), 0);
      return `The total is ${digits.join(' + ')} = ${sum}.\n\nAnswer: ${sum}`;
    }
    case 'grid-navigation':
      return `Answer: ${gold === '' ? 'No path exists' : gold}`;
    case 'visual-analogy':
    case 'pattern-heldout-visual-analogy':
      return gold;
    default:
      return row.task satisfies never;
  }
}

/** Adds the place to messages that cannot know it. */
function atPlace<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw thrown instanceof InputError ? new InputError(`${place}: ${thrown.message}`) : thrown;
  }
}

/** Prompts are compared without the picture's place and outer blanks, which files treat differently. */
function withoutPicture(prompt: string): string {
  return prompt.replaceAll('<image>', '').trim();
}
