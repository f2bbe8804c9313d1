/**
 * Word-level tokeniser of the compact profile: special tokens, then the vocabularies that the tasks declare, in the order of the tasks. A text is
 * tokens joined by single blanks (the newline is a token too), so text -> ids -> text gives the same text.
 *
 * Ids are part of every checkpoint: vocabularies may only grow at their end, and a new task comes after the others (test/golden/ctr-tokens.json
 * holds the ids).
 */
import { fault, InputError } from '../lib/errors.ts';
import { GRID_VOCABULARY } from './grid-navigation/compact.ts';
import { READOUT_VOCABULARY } from './tables/compact.ts';
import type { TaskId } from './task.ts';
import { ANALOGY_VOCABULARY } from './visual-analogy/compact.ts';

export const SPECIALS = ['<pad>', '<bos>', '<eos>', '<assistant>', '<blank>'] as const;

export interface Tokenizer {
  /** Number of ids. */
  readonly size: number;
  /** Throws InputError for a word that is no token. */
  idOf(text: string): number;
  /** Throws InputError for a number that is no id. */
  textOf(id: number): string;
  encode(text: string): number[];
  decode(ids: Iterable<number>): string;
}

export const tokenizer: Tokenizer = makeTokenizer([SPECIALS, READOUT_VOCABULARY, GRID_VOCABULARY, ANALOGY_VOCABULARY]);

/** The vocabularies that each task's ids reach into; tasks further on do not count, so that a model for tables stays as large as it was without them. */
const VOCABULARIES_OF: Readonly<Record<TaskId, readonly (readonly string[])[]>> = {
  'consecutive-table-readout': [SPECIALS, READOUT_VOCABULARY],
  'table-readout': [SPECIALS, READOUT_VOCABULARY],
  'grid-navigation': [SPECIALS, READOUT_VOCABULARY, GRID_VOCABULARY],
  'visual-analogy': [SPECIALS, READOUT_VOCABULARY, GRID_VOCABULARY, ANALOGY_VOCABULARY],
  'pattern-heldout-visual-analogy': [SPECIALS, READOUT_VOCABULARY, GRID_VOCABULARY, ANALOGY_VOCABULARY],
};

/** Ids that a model of a task needs: all ids of the task are below this. */
export function vocabularySizeOf(task: TaskId): number {
  return new Set(VOCABULARIES_OF[task].flat()).size;
}

/** Tokens as the text that `encode` takes. */
export function tokensToString(tokens: readonly { readonly text: string }[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

/** A tokeniser over the words of `vocabularies`, in order; a word in two of them has the id of the first. */
export function makeTokenizer(vocabularies: readonly (readonly string[])[]): Tokenizer {
  const words = [...new Set(vocabularies.flat())];
  const ids = new Map(words.map((word, id) => [word, id]));
  const bad = words.find((word) => word === '' || word.includes(' '));
  if (bad !== undefined) throw new Error(`internal: makeTokenizer: ${JSON.stringify(bad)} cannot be a token`);

  function idOf(text: string): number {
    const id = ids.get(text);
    if (id === undefined) {
      throw new InputError(fault('tokenizer', 'a token of the compact profile', JSON.stringify(text), 'tokens are divided by single blanks'));
    }
    return id;
  }

  function textOf(id: number): string {
    const text = words[id];
    if (text === undefined) throw new InputError(fault('tokenizer', `an id in 0..${words.length - 1}`, String(id)));
    return text;
  }

  return {
    size: words.length,
    idOf,
    textOf,
    encode: (text) => (text === '' ? [] : text.split(' ').map(idOf)),
    decode: (sequence) => Array.from(sequence, textOf).join(' '),
  };
}
