/**
 * Tokens of our text encoder: lower-case words, single digits and marks. A word outside the vocabulary is spelled letter by letter, so that any question can be read, those
 * of SMART-101 too. Ours.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { TEXT_POSITIONS } from '../../model/encoders/encoder.ts';

const PAD = '<pad>';
const UNKNOWN = '<unknown>';
const LETTERS = Array.from({ length: 26 }, (_, i) => String.fromCodePoint(0x61 + i));
const DIGITS = Array.from({ length: 10 }, (_, i) => String(i));
/** Between the letters of a spelled word and the next word. */
const SPELLED = '<spelled>';
const BASICS = [PAD, UNKNOWN, SPELLED, ...DIGITS, ...LETTERS];

export interface WordPieces {
  readonly words: readonly string[];
  /** Ids and mask, `[TEXT_POSITIONS]` each: padded with 0; a longer text loses its end. */
  encode(text: string): { readonly ids: Int32Array; readonly mask: Float32Array };
  /** The tokens of a text, for people. */
  tokens(text: string): readonly string[];
}

/** The words of a text in order: words, digits, marks. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+|\d|[^\sa-z\d]/g) ?? [];
}

/** The vocabulary of texts: basics, then words that come at least `atLeast` times, the frequent first. */
export function collectWords(texts: Iterable<string>, atLeast: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const kept = [...counts].filter(([word, count]) => count >= atLeast && !BASICS.includes(word));
  return [...BASICS, ...kept.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word)];
}

/** Throws InputError for a list that does not begin with the basics or has a word twice. */
export function makeWordPieces(words: readonly string[]): WordPieces {
  const ids = new Map(words.map((word, id) => [word, id]));
  if (ids.size !== words.length || BASICS.some((word, id) => words[id] !== word))
    throw new InputError(
      fault('vocabulary', `different words after the ${BASICS.length} basic ones`, `${words.length} words`, 'the file is damaged'),
    );
  const tokens = (text: string): string[] =>
    wordsOf(text)
      .flatMap((word) => (ids.has(word) ? [word] : /^[a-z]+$/.test(word) ? [...word, SPELLED] : [UNKNOWN]))
      .slice(0, TEXT_POSITIONS);
  return {
    words,
    tokens,
    encode(text) {
      const found = tokens(text);
      const row = new Int32Array(TEXT_POSITIONS);
      row.set(found.map((token) => ids.get(token) ?? ids.get(UNKNOWN) ?? 0));
      return { ids: row, mask: Float32Array.from(row, (_, i) => (i < Math.max(1, found.length) ? 1 : 0)) };
    },
  };
}
