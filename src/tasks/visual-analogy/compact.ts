/**
 * The `compact` profile: the content of the paper's forms, one token per value and per name, for models that train in minutes from scratch. All of it is ours.
 *
 *   x(t), lossy     E1a n2 TRI PENT g0 g90 s27 s34 C BR ⏎ … Qb n2 … ⏎ O1 … ⏎        (quantity, types, greys, sizes, places; lines have types and greys only)
 *   x(t), lossless  E1a C PENT-0-27 BR TRI-90-34 ⏎ …                                  (place and shape; a line is one token, `HOR-90`)
 *   question        analogy
 *   CoT             shape-type E1a TRI PENT E1b TRI HEX E1c CIR HEX none ⏎ … shape-position E1a … OR ⏎ … patterns shape-position OR shape-type OR ⏎ common OR ⏎
 *                   shape-type Qa … Qb … ⏎ … O1 shape-color g189 AND no ⏎ … O3 shape-type CIR RECT PENT OR yes ⏎ … chosen O3 ⏎
 *   answer          E1 shape-position OR ⏎ E2 shape-type OR ⏎ O1 shape-color AND no ⏎ … answer O3
 *
 * (⏎ is the token `\n`.) In a prompt the grid of x(t) has a line for each of the 12 panels, and a column for each attribute or, lossless, for each place.
 */
import { token } from '../compact-token.ts';
import type { CompactToken } from '../task.ts';
import type { Attribute, Domain, Pattern } from './attributes.ts';
import { ATTRIBUTES, DOMAINS, PARTS, RELATIONS } from './attributes.ts';
import {
  domainIn,
  LINE_CODES,
  LINE_WORDS,
  lineWord,
  linesInOrder,
  PLACE_CODES,
  SHAPE_CODES,
  SHAPE_WORDS,
  shapesInOrder,
  shapeWord,
  VALUE_CODES,
} from './codes.ts';
import type { Panel } from './panels.ts';
import { setsOf } from './panels.ts';
import type { Slot } from './slots.ts';
import { allPanels, EXAMPLE_SLOTS, OPTION_SLOTS, QUERY_SLOTS, SLOTS } from './slots.ts';
import type { AnalogyTruth } from './truth.ts';
import type { ValueSet } from './value-set.ts';
import { valuesOf } from './value-set.ts';

/** `shape-type`: a domain as one token. */
export const DOMAIN_TOKENS: readonly string[] = DOMAINS.map((domain) => domain.replace(' ', '-'));
/** Example 1 and 2 in the answer. */
export const EXAMPLE_TOKENS = ['E1', 'E2'] as const;

/** Every token of these tasks in a fixed order: ids follow from it, so only append. */
export const ANALOGY_VOCABULARY: readonly string[] = [
  ...['analogy', 'convert', 'patterns', 'common', 'chosen', 'answer', '\n', '?'],
  ...EXAMPLE_TOKENS,
  ...SLOTS.map(({ id }) => id),
  ...DOMAIN_TOKENS,
  ...RELATIONS,
  ...['none', 'yes', 'no'],
  ...VALUE_CODES['shape quantity'],
  ...VALUE_CODES['shape color'],
  ...VALUE_CODES['shape size'],
  ...PLACE_CODES,
  ...LINE_CODES,
  ...SHAPE_CODES,
  ...LINE_WORDS,
  ...SHAPE_WORDS,
];

const LINE_END = token('\n', 'format');
const DOMAIN: ReadonlyMap<Domain, CompactToken> = new Map(DOMAINS.map((domain, i) => [domain, token(DOMAIN_TOKENS[i] ?? '', 'attribute')]));
const RELATION: ReadonlyMap<string, CompactToken> = new Map([...RELATIONS, 'none', 'yes', 'no'].map((word) => [word, token(word, 'relation')]));
const IMAGE: ReadonlyMap<string, CompactToken> = new Map(SLOTS.map(({ id }) => [id, token(id, 'format')]));
const OPTION: readonly CompactToken[] = OPTION_SLOTS.map(({ id }) => token(id, 'option'));
const VALUE: ReadonlyMap<Domain, readonly CompactToken[]> = new Map(
  DOMAINS.map((domain) => [domain, VALUE_CODES[domain].map((code) => token(code, 'value'))]),
);

export const COMPACT_CONVERT: readonly CompactToken[] = [token('convert', 'format')];
const QUESTION: readonly CompactToken[] = [token('analogy', 'format')];

/** The same for text and image. */
export function compactQuestion(): readonly CompactToken[] {
  return QUESTION;
}

/** A line of tokens and the panels it speaks of. */
export interface TokenLine {
  readonly tokens: readonly CompactToken[];
  readonly panels: readonly string[];
}

/** x(t). */
export function compactText(truth: AnalogyTruth): readonly CompactToken[] {
  return compactTextLines(truth).flatMap(({ tokens }) => tokens);
}

export function compactTextLines(truth: AnalogyTruth): readonly TokenLine[] {
  return allPanels(truth).map((panel, i) => {
    const { id } = slotAt(SLOTS, i);
    const cells = truth.textForm === 'lossy' ? lossyCells(panel) : losslessCells(panel);
    const line = i + 1;
    const tokens = [token(id, 'table', line, 1)];
    for (const { column, texts } of cells) for (const text of texts) tokens.push(token(text, 'table', line, column));
    tokens.push(token('\n', 'table', line, truth.textForm === 'lossy' ? LOSSY_COLUMNS : LOSSLESS_COLUMNS));
    return { tokens, panels: [id] };
  });
}

interface PanelCell {
  readonly column: number;
  readonly texts: readonly string[];
}

/** Columns of the grid in a prompt, newline included: id, 5 attributes; id, 9 places. */
const LOSSY_COLUMNS = 7;
const LOSSLESS_COLUMNS = 11;
const LOSSY_COLUMN: Readonly<Record<Attribute, number>> = { quantity: 2, type: 3, color: 4, size: 5, position: 6 };

function lossyCells(panel: Panel): readonly PanelCell[] {
  const sets = setsOf(panel);
  const attributes: readonly Attribute[] = panel.family === 'line' ? ['type', 'color'] : ['quantity', 'type', 'color', 'size', 'position'];
  return attributes.map((attribute) => ({
    column: LOSSY_COLUMN[attribute],
    texts: valuesOf(sets[attribute]).map((value) => VALUE_CODES[domainIn(panel.family, attribute)][value] ?? ''),
  }));
}

function losslessCells(panel: Panel): readonly PanelCell[] {
  if (panel.family === 'line') return linesInOrder(panel.objects).map((line, i) => ({ column: i + 2, texts: [lineWord(line)] }));
  return shapesInOrder(panel.objects).map((shape) => ({ column: shape.position + 2, texts: [PLACE_CODES[shape.position] ?? '', shapeWord(shape)] }));
}

/** CoT(x). */
export function compactCot(truth: AnalogyTruth): readonly CompactToken[] {
  return compactCotLines(truth).flatMap(({ tokens }) => tokens);
}

export function compactCotLines({ examples, query, options, answer }: AnalogyTruth): readonly TokenLine[] {
  const lines: TokenLine[] = [];
  for (const [i, { pattern, panels }] of examples.entries()) {
    const slots = EXAMPLE_SLOTS[i] ?? [];
    for (const { domain, tokens } of valueTokens(panels, slots)) {
      tokens.push(relationToken(domain === pattern.domain ? pattern.relation : 'none'), LINE_END);
      lines.push({ tokens, panels: slots.map(({ id }) => id) });
    }
  }
  const patterns = [token('patterns', 'format'), ...examples.flatMap(({ pattern }) => patternTokens(pattern)), LINE_END];
  lines.push({ tokens: patterns, panels: EXAMPLE_SLOTS.flat().map(({ id }) => id) });
  lines.push({ tokens: [token('common', 'format'), relationToken(query.pattern.relation), LINE_END], panels: [] });
  for (const { tokens } of valueTokens(query.panels, QUERY_SLOTS)) {
    tokens.push(LINE_END);
    lines.push({ tokens, panels: QUERY_SLOTS.map(({ id }) => id) });
  }
  for (const [k, { pattern, panel }] of options.entries()) {
    const { domain, relation } = pattern;
    const values = valuesIn(domain, setsOf(panel)[PARTS[domain].attribute]);
    const verdict = relationToken(k + 1 === answer ? 'yes' : 'no');
    lines.push({
      tokens: [optionToken(k + 1), domainToken(domain), ...values, relationToken(relation), verdict, LINE_END],
      panels: [slotAt(OPTION_SLOTS, k).id],
    });
  }
  lines.push({ tokens: [token('chosen', 'format'), optionToken(answer), LINE_END], panels: [slotAt(OPTION_SLOTS, answer - 1).id] });
  return lines;
}

/** f(x). */
export function compactAnswer({ examples, options, answer }: AnalogyTruth): readonly CompactToken[] {
  return [
    ...examples.flatMap(({ pattern }, i) => [token(EXAMPLE_TOKENS[i] ?? '', 'format'), ...patternTokens(pattern), LINE_END]),
    ...options.flatMap(({ pattern }, k) => [optionToken(k + 1), ...patternTokens(pattern), relationToken(k + 1 === answer ? 'yes' : 'no'), LINE_END]),
    token('answer', 'format'),
    optionToken(answer),
  ];
}

/** One line for each attribute of the panels' family: domain, then each image with its values. The caller ends it. */
function valueTokens(panels: readonly Panel[], slots: readonly Slot[]): { domain: Domain; tokens: CompactToken[] }[] {
  const family = panels[0]?.family ?? 'line';
  const sets = panels.map(setsOf);
  return ATTRIBUTES[family].map((attribute) => {
    const domain = domainIn(family, attribute);
    const tokens = [domainToken(domain)];
    for (const [j, each] of sets.entries()) tokens.push(imageToken(slotAt(slots, j)), ...valuesIn(domain, each[attribute]));
    return { domain, tokens };
  });
}

function patternTokens({ domain, relation }: Pattern): [CompactToken, CompactToken] {
  return [domainToken(domain), relationToken(relation)];
}

function valuesIn(domain: Domain, set: ValueSet): CompactToken[] {
  const tokens = VALUE.get(domain) ?? [];
  return valuesOf(set).map((value) => known(tokens[value]));
}

function domainToken(domain: Domain): CompactToken {
  return known(DOMAIN.get(domain));
}

function relationToken(word: string): CompactToken {
  return known(RELATION.get(word));
}

function imageToken({ id }: Slot): CompactToken {
  return known(IMAGE.get(id));
}

function optionToken(option: number): CompactToken {
  return known(OPTION[option - 1]);
}

function slotAt(slots: readonly Slot[], i: number): Slot {
  return known(slots[i]);
}

function known<T>(item: T | undefined): T {
  if (item === undefined) throw new Error('internal: analogy tokens: no such value');
  return item;
}
