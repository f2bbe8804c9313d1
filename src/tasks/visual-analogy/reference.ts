/**
 * What a response is scored against. Our truths know everything. Foreign records know less: the answer block always (exact match, option), the steps of the CoT when there
 * is a gold CoT, or when x(t) stands in the prompt (the authors' text rows, whose `answer` column is the block alone: lists follow from x(t), patterns from the block).
 */
import { fault, InputError } from '../../lib/errors.ts';
import { tokensToString } from '../tokenizer.ts';
import type { ReferenceSource } from '../task.ts';
import type { Attribute } from './attributes.ts';
import { ATTRIBUTES, PARTS, VALUE_TEXTS } from './attributes.ts';
import { domainIn, VALUE_CODES } from './codes.ts';
import { compactAnswer, compactCot } from './compact.ts';
import { setsOf } from './panels.ts';
import { paperAnswer, paperCot } from './paper.ts';
import { readPuzzleText } from './read-text.ts';
import type { PanelReading, PuzzleReading } from './read-text.ts';
import { answerBlock, chosenOption } from './score.ts';
import type { Lists, PatternStep, Steps } from './steps.ts';
import { imageText, patternsInText, readSteps, valueSetText } from './steps.ts';
import type { AnalogyTruth } from './truth.ts';
import { valuesOf } from './value-set.ts';

export interface GoldForm {
  /** The answer block. */
  readonly answer: string;
  readonly option: number;
  /** Null when the record does not tell. */
  readonly steps: Steps | null;
  /** For each option, the values it shows by domain: an option may be described by another domain than gold's. Null when the record does not tell. */
  readonly optionValues: readonly Readonly<Record<string, string>>[] | null;
}

export interface AnalogyReference {
  readonly paper: GoldForm;
  /** Null for foreign records. */
  readonly compact: GoldForm | null;
}

export function referenceOf(truth: AnalogyTruth): AnalogyReference {
  return {
    paper: {
      answer: paperAnswer(truth),
      option: truth.answer,
      steps: readSteps(paperCot(truth), 'paper'),
      optionValues: optionValues(truth, 'paper'),
    },
    compact: {
      answer: tokensToString(compactAnswer(truth)),
      option: truth.answer,
      steps: readSteps(tokensToString(compactCot(truth)), 'compact'),
      optionValues: optionValues(truth, 'compact'),
    },
  };
}

function optionValues({ options }: AnalogyTruth, profile: 'paper' | 'compact'): Record<string, string>[] {
  return options.map(({ panel }) => {
    const sets = setsOf(panel);
    return Object.fromEntries(
      ATTRIBUTES[panel.family].map((attribute) => {
        const domain = domainIn(panel.family, attribute);
        const texts = (profile === 'paper' ? VALUE_TEXTS : VALUE_CODES)[domain];
        const values = valuesOf(sets[PARTS[domain].attribute]).map((value) => texts[value] ?? '');
        return [profile === 'paper' ? domain : domain.replace(' ', '-'), valueSetText(values)];
      }),
    );
  });
}

/** `paper` profile only. Throws InputError for a record without an answer block. */
export function readReference({ prompt, response, columns }: ReferenceSource): AnalogyReference {
  const [gold] = [response, columns['answer'] ?? ''].filter((text) => answerBlock(text, 'paper') !== null);
  const answer = gold === undefined ? null : answerBlock(gold, 'paper');
  const option = answer === null ? null : chosenOption(answer, 'paper');
  if (gold === undefined || answer === null || option === null) {
    const expected = 'an answer block, “Example 1: (shape type, OR) … Answer: 3”, in the response or the answer column';
    const text = response.trim();
    throw new InputError(fault('visual-analogy record', expected, text.length > 60 ? `${text.slice(0, 60)}…` : text));
  }
  const puzzle = readPuzzleText(prompt) ?? readPuzzleText(response);
  const steps = readSteps(gold, 'paper') ?? (puzzle === null ? null : stepsOf(puzzle, answer, option));
  return { paper: { answer, option, steps, optionValues: puzzle === null ? null : puzzle.options.map(valuesByDomain) }, compact: null };
}

/** The steps that a CoT would have taken. */
function stepsOf({ examples, query, options }: PuzzleReading, answer: string, option: number): Steps | null {
  const pattern = (line: string): PatternStep | undefined =>
    patternsInText(answer.split('\n').find((candidate) => candidate.startsWith(line)) ?? '')[0];
  const [first, second] = [pattern('Example 1:'), pattern('Example 2:')];
  const right = pattern(`Option ${option}:`);
  if (first === undefined || second === undefined || right === undefined) return null;
  const steps = options.map((panel, k) => {
    const { domain, relation } = pattern(`Option ${k + 1}:`) ?? { domain: '', relation: '' };
    return [k + 1, { domain, relation, values: valuesByDomain(panel)[domain] ?? '' }] as const;
  });
  return {
    examples: [listsOf(examples[0]), listsOf(examples[1])],
    patterns: [first, second],
    common: right.relation,
    query: listsOf(query),
    options: Object.fromEntries(steps),
    solution: String(option),
  };
}

function listsOf(panels: readonly PanelReading[]): Lists {
  const attributes: readonly Attribute[] = ATTRIBUTES[panels[0]?.family ?? 'line'];
  return Object.fromEntries(
    attributes.map((attribute) => [attribute, panels.map(({ values }, j) => imageText(j + 1, values[attribute] ?? [])).join('')]),
  );
}

function valuesByDomain({ family, values }: PanelReading): Record<string, string> {
  return Object.fromEntries(ATTRIBUTES[family].map((attribute) => [domainIn(family, attribute), valueSetText(values[attribute] ?? [])]));
}
