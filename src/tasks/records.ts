/**
 * Supervision records (spec/s2h 0): the parts of one example put together into a human turn and an assistant turn.
 *
 *   text            human = x(t), question                assistant = CoT, answer
 *   image           human = picture, question             assistant = CoT, answer
 *   image-via-text  human = picture, question             assistant = P_convert, x(t), CoT, answer
 *
 * `cotShare` cuts the CoT for the no-CoT and internalisation ablations (spec/s2h 5): the first part of its characters (paper) or tokens (compact) stays,
 * conversion and answer stay whole. At 0 the CoT and what divides it from the answer are gone.
 */
import { fault } from '../lib/errors.ts';
import { token } from './compact-token.ts';
import type { CompactForms, CompactToken, PaperForms, RecordKind } from './task.ts';

/** What stands for the picture in a human turn of the `paper` profile. */
export const IMAGE_PLACE = '<image>';

/** Parts of a record as strings, '' where it has none. */
export interface RecordParts {
  readonly hasImage: boolean;
  /** x(t) in the human turn. */
  readonly text: string;
  readonly question: string;
  /** P_convert and x(t) in the assistant turn. */
  readonly convert: string;
  readonly cot: string;
  readonly answer: string;
}

/** A record of the `compact` profile, without `<bos>`, `<assistant>` and `<eos>`; the image is apart. */
export interface CompactRecord {
  readonly prompt: readonly CompactToken[];
  readonly response: readonly CompactToken[];
  readonly hasImage: boolean;
}

export function paperParts<Truth>(paper: PaperForms<Truth>, truth: Truth, kind: RecordKind): RecordParts {
  const hasImage = kind !== 'text';
  return {
    hasImage,
    text: hasImage ? '' : paper.text(truth),
    question: paper.question(truth, hasImage ? 'image' : 'text'),
    convert: kind === 'image-via-text' ? `${paper.convert}\n${paper.text(truth)}` : '',
    cot: paper.cot(truth),
    answer: paper.answer(truth),
  };
}

/** The whole human turn of a record. */
export function paperPrompt<Truth>(paper: PaperForms<Truth>, truth: Truth, kind: RecordKind): string {
  return kind === 'text' ? `${paper.text(truth)}\n\n${paper.question(truth, 'text')}` : `${IMAGE_PLACE}\n\n${paper.question(truth, 'image')}`;
}

/** The whole assistant turn of a record: what is trained on. */
export function paperResponse<Truth>(paper: PaperForms<Truth>, truth: Truth, kind: RecordKind, cotShare = 1): string {
  const { convert, cot, answer } = paperParts(paper, truth, kind);
  const kept = cotShare === 1 ? cot : firstCharacters(cot, cotShare);
  return `${convert === '' ? '' : `${convert}${paper.afterText}`}${kept === '' ? '' : `${kept}${paper.afterCot}`}${answer}`;
}

export function compactRecord<Truth>(compact: CompactForms<Truth>, truth: Truth, kind: RecordKind, cotShare = 1): CompactRecord {
  return { prompt: compactPrompt(compact, truth, kind), response: compactResponse(compact, truth, kind, cotShare), hasImage: kind !== 'text' };
}

/** x(t), with its places in the grid, stands in the prompt of a text record alone. */
export function compactPrompt<Truth>(compact: CompactForms<Truth>, truth: Truth, kind: RecordKind): readonly CompactToken[] {
  return kind === 'text' ? [...compact.text(truth), ...compact.question(truth)] : compact.question(truth);
}

export function compactResponse<Truth>(compact: CompactForms<Truth>, truth: Truth, kind: RecordKind, cotShare = 1): readonly CompactToken[] {
  const converted = kind === 'image-via-text' ? [...compact.convert, ...withoutPositions(compact.text(truth))] : [];
  const cot = compact.cot(truth);
  return [...converted, ...cot.slice(0, keptOf(cot.length, cotShare)), ...compact.answer(truth)];
}

/** The same tokens as part of a response: only what a prompt shows has a place in the grid. */
export function withoutPositions(tokens: readonly CompactToken[]): readonly CompactToken[] {
  return tokens.map(({ text, kind }) => token(text, kind));
}

function firstCharacters(text: string, share: number): string {
  const characters = Array.from(text);
  return characters.slice(0, keptOf(characters.length, share)).join('');
}

/** How many of `length` characters or tokens stay. Shares are hundredths; 0.29 x 100 is 28.999…, so they are counted as such. */
function keptOf(length: number, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(fault('cotShare', 'a number from 0 to 1', String(share)));
  return Math.floor((length * Math.round(share * 100)) / 100);
}
