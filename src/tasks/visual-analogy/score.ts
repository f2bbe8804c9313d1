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

/** The option that a response ends with, or null. */
export function chosenOption(response: string, profile: Profile): number | null {
  const marker = profile === 'paper' ? 'Answer:' : 'answer';
  const at = response.lastIndexOf(marker);
  if (at === -1) return null;
  const found = (profile === 'paper' ? /^\s*(\d+)/ : /^ O(\d+)(?: |$)/).exec(response.slice(at + marker.length));
  return found === null ? null : Number(found[1]);
}
