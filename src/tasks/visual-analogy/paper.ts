/**
 * The `paper` profile: strings to the character of the published formats (spec/s2h 4.9-4.12; authors' code: create_image_text_pairs.py and prepare_main_data.py at
 * d3131b4), for people, exported data sets and the papers' scorers. Values are listed in table order (ours, see attributes.ts); the lossless text and what its prompt adds
 * are ours too, after the paper's Appendix I.5.
 *
 * x(t) and CoT come as lines with the panels they speak of: texts join them, links.ts counts their characters.
 */
import type { Modality } from '../task.ts';
import type { Attribute, Domain, Pattern } from './attributes.ts';
import { ATTRIBUTES, PARTS, VALUE_TEXTS } from './attributes.ts';
import { CODES_EXPLAINED, domainIn, panelCodes } from './codes.ts';
import type { Panel, PanelSets } from './panels.ts';
import { setsOf } from './panels.ts';
import type { Slot } from './slots.ts';
import { EXAMPLE_SLOTS, OPTION_SLOTS, QUERY_SLOTS } from './slots.ts';
import type { AnalogyTruth, TextForm } from './truth.ts';
import type { ValueSet } from './value-set.ts';
import { valuesOf } from './value-set.ts';

export interface Line {
  readonly text: string;
  /** Ids of slots; none for a line that speaks of no panel. */
  readonly panels: readonly string[];
}

export const PAPER_CONVERT = 'Convert the image into a text version of the puzzle.';

/** First line of the CoT; readers of responses look for it. */
export const COT_OPENING = 'We first analyze the examples by considering the applicable attributes and relations:';

const IMAGE_OPENING =
  'The image shows a a puzzle in a 3 by 3 grid followed by 4 options. The puzzle consists of 2 examples (row 1 and 2), a query (row 3), and four options.';
const TEXT_OPENING = 'The paragraph above describes a puzzle. The puzzle consists of 2 examples, a query, and four options.';
const TASK =
  'Each example contains three images following a relation along certain attribute, and this relation is consistent across all examples. The query contains two images. ' +
  'Analyze the changes in the following attributes for each example: line type, line color, shape type, shape color, shape size, shape quantity, shape position, and ' +
  'consider the relations: Progression, XOR, OR, and AND. Progression requires the value of a certain attribute to strictly increase or decrease, but not necessarily by a ' +
  "fixed amount. Please provide your predictions in the format 'Example i: (attribute, relation)' for each example and similarly for options. Provide the final answer as " +
  "'Answer: [correct option]'.";

export function paperText(truth: AnalogyTruth): string {
  return textOf(textLines(truth));
}

/** The lossless form is explained where it is given: in the prompt of text records (ours). */
export function paperQuestion({ textForm }: AnalogyTruth, modality: Modality): string {
  if (modality === 'image') return `${IMAGE_OPENING} ${TASK}`;
  return textForm === 'lossy' ? `${TEXT_OPENING} ${TASK}` : `${TEXT_OPENING} ${CODES_EXPLAINED} ${TASK}`;
}

export function paperCot(truth: AnalogyTruth): string {
  return textOf(cotLines(truth));
}

/** f(x): what is scored. */
export function paperAnswer({ examples, options, answer }: AnalogyTruth): string {
  return [
    ...examples.map(({ pattern }, i) => `Example ${i + 1}: ${patternText(pattern)}`),
    ...options.map(({ pattern }, i) => `Option ${i + 1}: ${patternText(pattern)}, ${i + 1 === answer ? 'consistent' : 'not consistent'}`),
    '',
    `Answer: ${answer}`,
  ].join('\n');
}

/** Lines of x(t). A panel's line and its heading both speak of it. */
export function textLines({ textForm, examples, query, options }: AnalogyTruth): readonly Line[] {
  const panel = (heading: string, slot: Slot | undefined, shown: Panel): Line[] => {
    const panels = slot === undefined ? [] : [slot.id];
    return [
      { text: heading, panels },
      { text: panelText(shown, textForm), panels },
    ];
  };
  return [
    ...examples.flatMap(({ panels }, i) => [
      heading(`Example ${i + 1}:`),
      ...panels.flatMap((shown, j) => panel(`Panel ${j + 1}:`, EXAMPLE_SLOTS[i]?.[j], shown)),
    ]),
    heading('Query:'),
    ...query.panels.flatMap((shown, j) => panel(`Panel ${j + 1}:`, QUERY_SLOTS[j], shown)),
    heading('Options:'),
    ...options.flatMap(({ panel: shown }, k) => panel(`Option ${k + 1}:`, OPTION_SLOTS[k], shown)),
  ];
}

/** Lines of the CoT. */
export function cotLines({ examples, query, options, answer }: AnalogyTruth): readonly Line[] {
  const { relation } = query.pattern;
  const lines: Line[] = [heading(COT_OPENING)];
  for (const [i, { pattern, panels }] of examples.entries()) {
    const slots = EXAMPLE_SLOTS[i] ?? [];
    const ids = slots.map(({ id }) => id);
    lines.push({ text: `Example ${i + 1}:`, panels: [] });
    for (const { attribute, domain, lists } of valueLists(panels)) {
      pushLists(lines, attribute, lists, slots);
      lines.push({ text: domain === pattern.domain ? `This suggests the ${pattern.relation} relation.` : 'No pattern.', panels: ids });
    }
  }
  const patterns = examples.map(({ pattern }) => patternText(pattern)).join(', ');
  lines.push({ text: `The examples suggest the following patterns: ${patterns}.`, panels: EXAMPLE_SLOTS.flat().map(({ id }) => id) });
  lines.push(heading(`We conclude that ${relation} is the common relation.`), heading('Now, we analyze the images in the query:'));
  for (const { attribute, lists } of valueLists(query.panels)) pushLists(lines, attribute, lists, QUERY_SLOTS);
  lines.push(heading('Looking at the options, we find:'));
  for (const [k, { pattern, panel }] of options.entries()) {
    const isAnswer = k + 1 === answer;
    const values = listText(pattern.domain, setsOf(panel));
    const found = values === '' ? `does not have ${pattern.domain}` : `has ${pattern.domain} of ${values}`;
    const verdict = `${isAnswer ? 'and' : 'but'} ${pattern.relation} is ${isAnswer ? '' : 'not '}the target relation.`;
    const text = `Option ${k + 1} ${found}, so it is consistent with the ${pattern.relation} relation on ${pattern.domain}, ${verdict}`;
    lines.push({ text, panels: [OPTION_SLOTS[k]?.id ?? ''] });
  }
  const chosen = `We conclude that option ${answer} is the answer since it is consistent with the ${relation} relation.`;
  lines.push({ text: chosen, panels: [OPTION_SLOTS[answer - 1]?.id ?? ''] });
  return lines;
}

/** One panel of x(t). */
export function panelText(panel: Panel, form: TextForm): string {
  if (form === 'lossless') return panelCodes(panel);
  const sets = setsOf(panel);
  const list = (attribute: Attribute): string => `${attribute}: ${listText(domainIn(panel.family, attribute), sets)}`;
  if (panel.family === 'line') return `${list('type')}, ${list('color')}`;
  const quantity = panel.objects.length;
  return `${quantity} ${quantity === 1 ? 'shape' : 'shapes'}; ${list('type')}, ${list('color')}, ${list('size')}, ${list('position')}`;
}

function patternText({ domain, relation }: Pattern): string {
  return `(${domain}, ${relation})`;
}

interface AttributeLists {
  readonly attribute: Attribute;
  readonly domain: Domain;
  /** One for each panel. */
  readonly lists: readonly string[];
}

/** Every attribute of the panels' family, with the values that each panel shows. */
function valueLists(panels: readonly Panel[]): readonly AttributeLists[] {
  const family = panels[0]?.family ?? 'line';
  const sets = panels.map(setsOf);
  return ATTRIBUTES[family].map((attribute) => {
    const domain = domainIn(family, attribute);
    return { attribute, domain, lists: sets.map((each) => listText(domain, each)) };
  });
}

function pushLists(lines: Line[], attribute: Attribute, lists: readonly string[], slots: readonly Slot[]): void {
  lines.push(heading(`${attribute}:`));
  for (const [j, list] of lists.entries()) lines.push({ text: `Image ${j + 1}: ${list === '' ? 'NA' : list}`, panels: [slots[j]?.id ?? ''] });
}

function listText(domain: Domain, sets: PanelSets): string {
  return valueTexts(domain, sets[PARTS[domain].attribute]).join(', ');
}

function valueTexts(domain: Domain, set: ValueSet): string[] {
  const texts = VALUE_TEXTS[domain];
  return valuesOf(set).map((value) => texts[value] ?? '');
}

function heading(text: string): Line {
  return { text, panels: [] };
}

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('\n');
}
