/** Runs of tokens of an answer: choosing them by groups, naming them. Pure. */
import type { TokenSpan } from '../../study/notebook-state.ts';

export interface SpanToken {
  readonly text: string;
}

/** Words of a longer name that are shown. Ours: a line of a table, its end and the beginning of the next. */
const MOST_WORDS = 7;

/**
 * The group that holds a token.
 *
 * @param starts - where groups begin, ascending; the last ends with the last token.
 * @returns null for tokens before the first group.
 */
export function groupAt(starts: readonly number[], length: number, index: number): TokenSpan | null {
  const i = starts.findLastIndex((start) => start <= index);
  const from = starts[i];
  return from === undefined || index >= length ? null : { from, to: starts[i + 1] ?? length };
}

/** The smallest span with both in it. */
export function spanOfBoth(a: TokenSpan, b: TokenSpan): TokenSpan {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** Grown to whole groups. */
export function snapped(starts: readonly number[], length: number, span: TokenSpan): TokenSpan {
  const [first, last] = [groupAt(starts, length, span.from), groupAt(starts, length, span.to - 1)];
  return first === null || last === null ? span : spanOfBoth(first, last);
}

export function isIn(span: TokenSpan | null, index: number): boolean {
  return span !== null && index >= span.from && index < span.to;
}

export function isSame(a: TokenSpan | null, b: TokenSpan | null): boolean {
  return a?.from === b?.from && a?.to === b?.to;
}

export function positionsOf({ from, to }: TokenSpan): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** A span in words: `“r2 c9 SuI”`, `“r2 c9 SuI … Aug 3 ⏎” (42 words)`, `the end of the line`. */
export function nameOfSpan(tokens: readonly SpanToken[], span: TokenSpan): string {
  const words = tokens.slice(span.from, span.to).map(({ text }) => (text === '\n' ? '⏎' : text));
  if (words.length === 1 && words[0] === '⏎') return 'the end of the line';
  if (words.length <= MOST_WORDS) return `“${words.join(' ')}”`;
  return `“${words.slice(0, 3).join(' ')} … ${words.slice(-3).join(' ')}” (${words.length} words)`;
}

/** Indices of the tokens, broken after each newline and between prompt and response. */
export function linesOf(tokens: readonly (SpanToken & { readonly isPrompt: boolean })[]): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  tokens.forEach((token, index) => {
    const isTurn = index > 0 && token.isPrompt !== tokens[index - 1]?.isPrompt;
    if (isTurn && line.length > 0) {
      lines.push(line);
      line = [];
    }
    line.push(index);
    if (token.text === '\n') {
      lines.push(line);
      line = [];
    }
  });
  if (line.length > 0) lines.push(line);
  return lines;
}
