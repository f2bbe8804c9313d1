/**
 * Answers between the text of SMART-101's CSVs and numbers (spec/smarter-vlm 1.8; the reference code's rules). `as-coded` keeps its numbers; `clean` differs where
 * they collide or are odd: noon and midnight of puzzle 25 here, pads of sequences in answer-classes.ts.
 */
import { answerText, SEQUENCE_STEPS } from '../../tasks/puzzles/answers.ts';
import type { AnswerType, AnswerValue } from '../../tasks/puzzles/puzzle.ts';
import { ICON_PUZZLE, OPERATION_PUZZLE, SEQUENCES, TIME_PUZZLE } from './catalogue.ts';
import type { SequenceKind } from './catalogue.ts';

export const ENCODINGS = ['as-coded', 'clean'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Plus, minus, times, divided by: 1 to 4. */
const SIGNS = '+-x/';
const UNITS = [' hours', ' hour', ' cm', ' km'] as const;

/**
 * The number or numbers that a text of this puzzle stands for; null when it is none.
 *
 * @param icons - Of puzzle 1: its icon names, sorted. The authors index a list of theirs that is not in the release, so our class numbers of puzzle 1 are not theirs.
 */
export function valueOfText(puzzle: number, text: string, encoding: Encoding, icons: readonly string[]): AnswerValue | null {
  const sequence = SEQUENCES[puzzle];
  if (sequence !== undefined) return sequenceOf(text, sequence);
  switch (puzzle) {
    case ICON_PUZZLE:
      return orNull(icons.indexOf(iconName(text)));
    case TIME_PUZZLE:
      return timeOf(text, encoding);
    case OPERATION_PUZZLE: {
      const [, sign, digit] = /^([-+x/])(\d)$/.exec(text) ?? [];
      return sign === undefined ? null : 10 * (SIGNS.indexOf(sign) + 1) + Number(digit);
    }
    default:
      return numberOf(text);
  }
}

/** Names that differ in spaces or capitals are one. */
export function iconName(text: string): string {
  return text.toLowerCase().replaceAll(' ', '_');
}

/** As the release writes an answer of this puzzle: what `valueOfText` reads. */
export function textOfValue(puzzle: number, type: AnswerType, value: AnswerValue): string {
  if (type.kind === 'sequence' && typeof value !== 'number') {
    const symbols = value.map((symbol) => (type.symbols === 'letters' ? String.fromCodePoint(0x41 + symbol) : String(symbol)));
    const form = SEQUENCES[puzzle]?.form ?? 'list';
    if (form === 'word') return symbols.join('');
    if (form === 'dashes') return symbols.join('-');
    return symbols.length < 2 ? symbols.join('') : `${symbols.slice(0, -1).join(', ')} and ${symbols.at(-1) ?? ''}`;
  }
  if (type.kind === 'operation' && typeof value === 'number') return `${SIGNS[Math.floor(value / 10) - 1] ?? ''}${value % 10}`;
  if (type.kind === 'time') return answerText(type, value).replace(' ', ':00 ');
  const plain = answerText(type, value);
  // Other units are left out: the reference code reads these four only.
  return type.kind === 'integer' && !UNITS.some((unit) => plain.endsWith(unit)) ? String(value) : plain;
}

/** A whole number, with one of the units; `Impossible` is 0; one letter counts from A = 0. */
function numberOf(text: string): number | null {
  if (/^[A-Z]$/.test(text)) return text.charCodeAt(0) - 0x41;
  const bare = UNITS.reduce((rest, unit) => rest.replace(unit, ''), text).replace(/^Impossible$/i, '0');
  return /^[-+]?\d{1,9}$/.test(bare) ? Number(bare) : null;
}

/** The hour, 12 more for PM: as coded 12 AM is 12 and 12 PM is 24; clean, noon is 12 and midnight 24. */
function timeOf(text: string, encoding: Encoding): number | null {
  const [, digits, half] = /^(\d{1,2}):00 ([AP]M)$/.exec(text) ?? [];
  const hour = Number(digits);
  if (half === undefined || hour < 1 || hour > 12) return null;
  const coded = hour + (half === 'PM' ? 12 : 0);
  return encoding === 'clean' && hour === 12 ? 36 - coded : coded;
}

/** At most ten symbols; words around them (and, or, only) are dropped. */
function sequenceOf(text: string, { symbols, form, top }: SequenceKind): readonly number[] | null {
  const parts = form === 'word' ? [...text] : form === 'dashes' ? text.split('-') : text.replaceAll(/and|or|only/g, ',').split(/[\s,]+/);
  const tokens = parts.filter((part) => part !== '');
  const pattern = symbols === 'letters' ? /^[A-Z]$/ : /^\d{1,4}$/;
  if (tokens.length === 0 || tokens.length > SEQUENCE_STEPS || !tokens.every((token) => pattern.test(token))) return null;
  const values = tokens.map((token) => (symbols === 'letters' ? token.charCodeAt(0) - 0x41 : Number(token)));
  return top !== null && values.some((value) => value > top) ? null : values;
}

function orNull(index: number): number | null {
  return index === -1 ? null : index;
}
