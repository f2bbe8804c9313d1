/**
 * Failure modes of S2H Table 14 (spec/s2h 6): which step of the CoT goes wrong, as error rates over examples; and the option alone, as in Table 10 (spec/s2h 4.14). The
 * authors released no code; what counts as wrong is the recommendation of spec/s2h: a step is wrong if any of its lists differs from gold as a set, is missing, or should
 * not be there (sizes of lines).
 *
 * Ours: the values of an option are checked against what the option shows of the attribute that the response names, since naming another attribute is an error of its own
 * (in the paper 79.8 % name a wrong one and only 8.4 % list wrong values). A response that answers without any CoT says nothing about its steps.
 */
import { oneIf } from '../ratio.ts';
import type { FailureMetric, FailureValues, Profile } from '../task.ts';
import type { Attribute } from './attributes.ts';
import { ATTRIBUTES } from './attributes.ts';
import type { AnalogyReference, GoldForm } from './reference.ts';
import { answerBlock, chosenOption, goldOf } from './score.ts';
import type { Lists, Steps } from './steps.ts';
import { readSteps } from './steps.ts';

const LISTED: readonly Attribute[] = ATTRIBUTES.shape;

export const ANALOGY_FAILURES: readonly FailureMetric[] = [
  ...LISTED.map((attribute) =>
    metric(`examples-${attribute}`, `Examples: ${attribute} values`, `A list of ${attribute} values of the examples is wrong.`),
  ),
  metric(
    'examples-patterns',
    'Examples: patterns',
    'The two patterns (attribute, relation) that the examples are said to follow are not both right.',
  ),
  metric('examples-distinct', 'Examples: d1 ≠ d2', 'Both examples are said to vary in one attribute, though they vary in two. Only where they do.'),
  metric('relation', 'Common relation', 'The relation that the examples share is wrong.'),
  ...LISTED.map((attribute) => metric(`query-${attribute}`, `Query: ${attribute} values`, `A list of ${attribute} values of the query is wrong.`)),
  metric('options-domain', 'Options: attribute', 'At least one option is described by another attribute than gold’s.'),
  metric('options-values', 'Options: values', 'At least one option does not show the values that it is said to show.'),
  metric('options-relation', 'Options: relation', 'At least one option is given another relation than gold’s.'),
  metric('solution', 'Solution', 'The option that the CoT decides for is wrong.'),
  metric('cot', 'Whole CoT', 'At least one of the steps above is wrong.'),
  metric('exact-match', 'Exact match', 'The answer block differs from gold.'),
  metric('option-right', 'Option right', 'Not an error: the number after the last “Answer:” is right, whatever else is wrong. Chance is 25 %.', 10),
];

function metric(key: string, label: string, what: string, table = 14): FailureMetric {
  return { key, label, help: `${what} S2H Table ${table}.`, unit: 'share', isOverExamples: true };
}

/** A block that names a pattern. x(t) opens as a block does: a response that breaks off inside its conversion has “Example 1:” and no answer. */
const ANSWERS: Readonly<Record<Profile, RegExp>> = { paper: /^Example 1: \(/, compact: /^E1 \S/ };

export function analogyFailures(reference: AnalogyReference, response: string, profile: Profile): FailureValues {
  const gold = goldOf(reference, profile);
  const block = answerBlock(response, profile);
  const answers = { 'exact-match': oneIf(block !== gold.answer), 'option-right': oneIf(chosenOption(response, profile) === gold.option) };
  const steps = readSteps(response, profile);
  const isAnswersOnly = steps === null && block !== null && ANSWERS[profile].test(block);
  if (gold.steps === null || isAnswersOnly) return answers;
  return { ...stepErrors(gold, gold.steps, steps), ...answers };
}

/** One error or none for each step; without any steps all are wrong. */
function stepErrors(gold: GoldForm, goldSteps: Steps, steps: Steps | null): FailureValues {
  const wrong: Record<string, boolean> = {};
  for (const attribute of LISTED) {
    const isWrong = (lists: Lists | undefined, right: Lists): boolean => lists === undefined || (lists[attribute] ?? '') !== (right[attribute] ?? '');
    wrong[`examples-${attribute}`] = goldSteps.examples.some((right, i) => isWrong(steps?.examples[i], right));
    wrong[`query-${attribute}`] = isWrong(steps?.query, goldSteps.query);
  }
  const [first, second] = goldSteps.patterns;
  wrong['examples-patterns'] = textOf(steps) !== textOf(goldSteps);
  if (first?.domain !== second?.domain)
    wrong['examples-distinct'] = steps?.patterns.length !== 2 || steps.patterns[0]?.domain === steps.patterns[1]?.domain;
  wrong['relation'] = steps?.common !== goldSteps.common;
  const options = OPTION_NUMBERS.map((number) => ({ number, right: goldSteps.options[number], said: steps?.options[number] }));
  wrong['options-domain'] = options.some(({ right, said }) => said?.domain !== right?.domain);
  wrong['options-relation'] = options.some(({ right, said }) => said?.relation !== right?.relation);
  wrong['options-values'] = options.some(({ number, right, said }) => {
    if (said === undefined) return true;
    const shown = gold.optionValues?.[number - 1]?.[said.domain] ?? (said.domain === right?.domain ? right.values : undefined);
    return said.values !== shown;
  });
  wrong['solution'] = steps?.solution !== goldSteps.solution;
  wrong['cot'] = Object.values(wrong).includes(true);
  return Object.fromEntries(Object.entries(wrong).map(([key, isWrong]) => [key, oneIf(isWrong)]));
}

const OPTION_NUMBERS = [1, 2, 3, 4];

function textOf(steps: Steps | null): string {
  return (steps?.patterns ?? []).map(({ domain, relation }) => `(${domain}, ${relation})`).join(' ');
}
