/**
 * Reads the steps of a CoT out of a response, for the failure metrics (S2H Table 14). The wording must be that of the CoT (spec/s2h 4.12), step by step; a line of other
 * wording is no step. Values are compared as sets, so their order does not matter.
 */
import type { Profile } from '../task.ts';
import { DOMAINS, PARTS } from './attributes.ts';
import type { Attribute } from './attributes.ts';
import { DOMAIN_TOKENS, EXAMPLE_TOKENS } from './compact.ts';
import { COT_OPENING } from './paper.ts';
import { EXAMPLE_SLOTS, OPTION_SLOTS, QUERY_SLOTS } from './slots.ts';

/** What is listed for each attribute, image after image, in a form to compare; attributes not listed are absent. */
export type Lists = Readonly<Partial<Record<Attribute, string>>>;

export interface PatternStep {
  readonly domain: string;
  readonly relation: string;
}

export interface OptionStep extends PatternStep {
  /** A set, as `valueSetText` writes it. */
  readonly values: string;
}

/** Everything in the words of the profile; '' for what is missing. */
export interface Steps {
  readonly examples: readonly [Lists, Lists];
  readonly patterns: readonly PatternStep[];
  readonly common: string;
  readonly query: Lists;
  /** By number; absent for options that are not spoken of, or more than once. */
  readonly options: Readonly<Partial<Record<number, OptionStep>>>;
  readonly solution: string;
}

/** Null for a response without a CoT. */
export function readSteps(response: string, profile: Profile): Steps | null {
  return profile === 'paper' ? readPaper(response) : readCompact(response);
}

/** A set of values as one text: sorted, each once. */
export function valueSetText(values: readonly string[]): string {
  return [...new Set(values)].sort().join(', ');
}

/** The values of a list such as `90, 0` or `(2, 2), (1, 1)`. */
export function valuesInList(list: string): string[] {
  return (list.match(/\([^()]*\)|[^,\s][^,]*/g) ?? []).map((value) => value.trim()).filter((value) => value !== '' && value !== 'NA');
}

/** One image's part of a list. A second list of the same image or a wrong number spoils the whole. */
export function imageText(image: number, values: readonly string[]): string {
  return `${image}: ${valueSetText(values)};`;
}

interface Draft {
  examples: [Partial<Record<Attribute, string>>, Partial<Record<Attribute, string>>];
  patterns: PatternStep[];
  common: string;
  query: Partial<Record<Attribute, string>>;
  options: Partial<Record<number, OptionStep>>;
  solution: string;
}

function newDraft(): Draft {
  return { examples: [{}, {}], patterns: [], common: '', query: {}, options: {}, solution: '' };
}

const OPTION_LINE =
  /^Option (\d+) (?:has (.+?) of (.+)|does not have (.+?)), so it is consistent with the (\S+) relation on (.+?), (?:but|and) \S+ is (?:not )?the target relation\.$/;

function readPaper(response: string): Steps | null {
  const at = response.lastIndexOf(COT_OPENING);
  if (at === -1) return null;
  const draft = newDraft();
  let lists: Partial<Record<Attribute, string>> = {};
  let attribute: Attribute | null = null;
  for (const raw of response.slice(at + COT_OPENING.length).split('\n')) {
    const line = raw.trim();
    if (line.startsWith('Example 1: ') || line.startsWith('Answer:')) break; // the answer block
    const example = /^Example ([12]):$/.exec(line);
    const heading = /^(type|color|size|quantity|position):$/.exec(line);
    const image = /^Image (\d+): (.*)$/.exec(line);
    if (example !== null) [lists, attribute] = [draft.examples[example[1] === '1' ? 0 : 1], null];
    else if (line === 'Now, we analyze the images in the query:') [lists, attribute] = [draft.query, null];
    else if (line === 'Looking at the options, we find:') [lists, attribute] = [{}, null];
    else if (heading !== null)
      attribute = heading[1] as Attribute; // by the expression
    else if (image !== null) {
      if (attribute !== null) lists[attribute] = `${lists[attribute] ?? ''}${imageText(Number(image[1]), valuesInList(image[2] ?? ''))}`;
    } else readSentence(draft, line);
  }
  return draft;
}

function readSentence(draft: Draft, line: string): void {
  const patterns = /^The examples suggest the following patterns: (.*)\.$/.exec(line);
  if (patterns !== null) draft.patterns = patternsInText(patterns[1] ?? '');
  const common = /^We conclude that (\S+) is the common relation\.$/.exec(line);
  if (common !== null) draft.common = common[1] ?? '';
  const solution = /^We conclude that option (\d+) is the answer\b/.exec(line);
  if (solution !== null) draft.solution = solution[1] ?? '';
  const option = OPTION_LINE.exec(line);
  if (option === null) return;
  const [, number = '', hasDomain, values = '', lacksDomain, relation = '', domain = ''] = option;
  // The domain is named twice; an option that names two follows neither.
  addOption(draft, Number(number), {
    domain: (hasDomain ?? lacksDomain) === domain ? domain : '',
    values: valueSetText(valuesInList(values)),
    relation,
  });
}

/** `(shape type, OR), (line color, OR)`. */
export function patternsInText(text: string): PatternStep[] {
  return [...text.matchAll(/\(([^(),]+), ([^(),]+)\)/g)].map(([, domain = '', relation = '']) => ({ domain, relation }));
}

function addOption(draft: Draft, number: number, step: OptionStep): void {
  draft.options[number] = draft.options[number] === undefined ? step : { domain: '', values: '', relation: '' };
}

const ATTRIBUTE_OF_TOKEN: ReadonlyMap<string, Attribute> = new Map(DOMAINS.map((domain, i) => [DOMAIN_TOKENS[i] ?? '', PARTS[domain].attribute]));
const EXAMPLE_IMAGES = EXAMPLE_SLOTS.map((slots) => slots.map(({ id }) => id));
const QUERY_IMAGES = QUERY_SLOTS.map(({ id }) => id);
const OPTION_IDS = OPTION_SLOTS.map(({ id }) => id);

function readCompact(response: string): Steps | null {
  const draft = newDraft();
  let found = false;
  for (const line of linesOf(response)) {
    const [first = '', second = ''] = line;
    if (first === EXAMPLE_TOKENS[0]) break; // the answer block
    const attribute = ATTRIBUTE_OF_TOKEN.get(first);
    const option = OPTION_IDS.indexOf(first) + 1;
    if (attribute !== undefined) readLists(draft, first, attribute, line.slice(1));
    else if (first === 'patterns') draft.patterns = pairsOf(line.slice(1));
    else if (first === 'common') draft.common = line.slice(1).join(' ');
    else if (first === 'chosen') draft.solution = line.slice(1).join(' ');
    else if (option > 0 && ATTRIBUTE_OF_TOKEN.has(second)) {
      addOption(draft, option, { domain: second, values: valueSetText(line.slice(2, -2)), relation: line.at(-2) ?? '' });
    } else continue; // a line of x(t)
    found = true;
  }
  return found ? draft : null;
}

/** `E1a TRI PENT E1b … OR`: the images tell whose attribute it is. The family goes into the text to compare: greys look alike in both. */
function readLists(draft: Draft, domain: string, attribute: Attribute, words: readonly string[]): void {
  const all = [...EXAMPLE_IMAGES, QUERY_IMAGES];
  const group = all.findIndex((ids) => ids.includes(words[0] ?? ''));
  const ids = all[group];
  if (ids === undefined) return;
  const lists = draft.examples[group] ?? draft.query;
  const starts = words.flatMap((word, i) => (ids.includes(word) ? [i] : []));
  const end = group < EXAMPLE_IMAGES.length ? words.length - 1 : words.length; // examples end with a verdict
  const texts = starts.map((start, i) => imageText(ids.indexOf(words[start] ?? '') + 1, words.slice(start + 1, starts[i + 1] ?? end)));
  lists[attribute] = `${lists[attribute] ?? ''}${domain}: ${texts.join('')}`;
}

function pairsOf(words: readonly string[]): PatternStep[] {
  return words.flatMap((domain, i) => (i % 2 === 0 ? [{ domain, relation: words[i + 1] ?? '' }] : []));
}

function linesOf(response: string): string[][] {
  const lines: string[][] = [[]];
  for (const word of response.split(' ')) {
    if (word === '\n') lines.push([]);
    else if (word !== '') lines.at(-1)?.push(word);
  }
  return lines;
}
