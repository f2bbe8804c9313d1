/**
 * Scoring (spec/s2h 4.14). Exact match, the reported metric: what follows the last "Example 1:" must be the gold answer block to the character, white space at its ends
 * aside (authors' code: VLMEvalKit/vlmeval/evaluate/OurEval.py at d3131b4). Option-only, a failure metric here: the number after the last "Answer:". Theirs looks at the
 * wrong lines and takes every readable answer for right; this one is ours.
 */
import type { Profile, Score } from '../task.ts';
import { EXAMPLE_TOKENS } from './compact.ts';
import type { AnalogyReference, GoldForm } from './reference.ts';

const BLOCK_OPENING = 'Example 1:';

export function scoreAnalogy(reference: AnalogyReference, response: string, profile: Profile): Score {
  const gold = goldOf(reference, profile).answer;
  const prediction = answerBlock(response, profile) ?? '';
  const exactMatch = prediction === gold;
  return { correct: exactMatch, exactMatch, cotExactMatch: null, gold, prediction, cotPrediction: null };
}

export function goldOf(reference: AnalogyReference, profile: Profile): GoldForm {
  const gold = reference[profile];
  if (gold === null) throw new Error('internal: goldOf: a foreign reference has no compact form');
  return gold;
}

/** The answer block of a response, or null. */
export function answerBlock(response: string, profile: Profile): string | null {
  if (profile === 'paper') {
    const at = response.lastIndexOf(BLOCK_OPENING);
    return at === -1 ? null : `${BLOCK_OPENING} ${response.slice(at + BLOCK_OPENING.length).trim()}`;
  }
  const words = response.split(' ');
  const at = words.lastIndexOf(EXAMPLE_TOKENS[0]);
  return at === -1 ? null : words.slice(at).join(' ');
}

/**
 * What may stand between “Answer:” and the number: marks, and the words of “the correct option is”. The prompt asks for “[correct option]”, and models that were not
 * trained on it write `[4]`, `**Answer:** 4`, `Option 4`. Ours: any other word, and nothing is chosen (“none of the 4 options”).
 */
const OPTION_IN_WORDS = /^[^\p{L}\p{N}]*(?:(?:the|correct|right|answer|option|is|boxed)(?!\p{L})[^\p{L}\p{N}]*)*(\d+)/iu;

/** The option that a response ends with, or null. */
export function chosenOption(response: string, profile: Profile): number | null {
  const [marker, option] = profile === 'paper' ? [/Answer[*_]*:/g, OPTION_IN_WORDS] : [/answer/g, /^ O(\d+)(?: |$)/];
  const last = [...response.matchAll(marker)].at(-1);
  const found = last === undefined ? null : option.exec(response.slice(last.index + last[0].length));
  return found === null ? null : Number(found[1]);
}
