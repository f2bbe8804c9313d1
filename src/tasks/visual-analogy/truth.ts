/**
 * What an analogy puzzle is: two examples of three panels, a query of two, four options, and the pattern behind each. Every form of the puzzle is written from this.
 *
 * Example (relation OR): example 1 takes the union of the positions in its first two panels, example 2 the union of the types, and so does the query; of the four options
 * one shows the types of both query panels, the others follow other relations. SIMPLE asks for one of 17 seen patterns throughout. HARD: Visual Analogy takes a held-out
 * relation on two different domains in the examples, one of which is the query's; Pattern-Heldout Visual Analogy takes one held-out pattern throughout (spec/s2h 4.5).
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Draw } from '../task.ts';
import type { HeldOutSet, Pattern } from './attributes.ts';
import { ASKED_IN_SIMPLE, distractorPatterns, HELD_OUT, HELD_OUT_PATTERNS, PATTERNS, SEEN } from './attributes.ts';
import type { CompletionRules, Rivals } from './completion.ts';
import { completePanel } from './completion.ts';
import type { AnalogyConfig } from './config.ts';
import { drawContext } from './context.ts';
import type { Panel } from './panels.ts';
import { SHIFTS } from './relations.ts';

export type TextForm = 'lossy' | 'lossless';

export interface AnalogyExample {
  readonly pattern: Pattern;
  readonly panels: readonly [Panel, Panel, Panel];
}

export interface AnalogyOption {
  readonly pattern: Pattern;
  readonly panel: Panel;
}

export interface AnalogyTruth {
  /** How x(t) is written. */
  readonly textForm: TextForm;
  readonly examples: readonly [AnalogyExample, AnalogyExample];
  readonly query: { readonly pattern: Pattern; readonly panels: readonly [Panel, Panel] };
  /** Four; the answer's pattern is the query's, the others follow other relations. */
  readonly options: readonly AnalogyOption[];
  /** 1..4. */
  readonly answer: number;
}

/** Tries of the authors' generator: per example, per query, per puzzle. */
const EXAMPLE_TRIES = 19;
const QUERY_TRIES = 19;
const PUZZLE_TRIES = 20;
/** The authors go on for ever, with the same pattern. Ours: a bound far above what is ever needed (a puzzle takes one or two tries), so that a slip cannot hang a page. */
const ROUNDS = 50;
const OPTIONS = 4;

const NO_RIVALS: Rivals = { panels: [], relation: null };

/** A puzzle of a level. Patterns, panels and the order of the options come from streams of their own. */
export function makeAnalogy(config: AnalogyConfig, { level }: Draw, rng: Rng, isPatternHeldout: boolean): AnalogyTruth {
  const heldOut: HeldOutSet = config.heldOut === 'paper' ? 'paper' : 'code';
  const rules: CompletionRules = {
    shifts: config.positionShift === 'authors' ? ['diagonal'] : SHIFTS,
    secondPattern: config.secondPattern === 'keep' ? 'keep' : 'reject',
  };
  const { query, examples, pool } = drawPatterns(level, heldOut, isPatternHeldout, rng.fork('patterns'));
  const panels = rng.fork('panels');
  for (let round = 0; round < ROUNDS * PUZZLE_TRIES; round++) {
    const [first, second] = examples.map((pattern) => drawExample(pattern, rules, panels));
    if (first === undefined || second === undefined || first === null || second === null) continue;
    const drawn = drawQuery(query, pool, rules, panels);
    if (drawn === null) continue;
    const options = rng.fork('options').shuffle(drawn.options);
    return {
      textForm: config.textForm === 'lossless' ? 'lossless' : 'lossy',
      examples: [first, second],
      query: { pattern: query, panels: drawn.panels },
      options,
      answer: options.findIndex(({ pattern }) => pattern.relation === query.relation) + 1,
    };
  }
  throw new Error(`internal: makeAnalogy: no puzzle for (${query.domain}, ${query.relation}) in ${ROUNDS * PUZZLE_TRIES} tries`);
}

interface Patterns {
  readonly query: Pattern;
  readonly examples: readonly [Pattern, Pattern];
  /** What wrong options may follow. */
  readonly pool: readonly Pattern[];
}

function drawPatterns(level: Draw['level'], heldOut: HeldOutSet, isPatternHeldout: boolean, rng: Rng): Patterns {
  switch (level) {
    case 'simple': {
      const query = pick(ASKED_IN_SIMPLE[heldOut], rng);
      return { query, examples: [query, query], pool: SEEN[heldOut] };
    }
    case 'hard': {
      const query = pick(HELD_OUT_PATTERNS[heldOut], rng);
      // All patterns as wrong options, in both tasks: the held-out ones of lines alone would not make three.
      if (isPatternHeldout) return { query, examples: [query, query], pool: PATTERNS };
      const [d1, d2] = HELD_OUT[heldOut][query.relation];
      const [domain1, domain2] = rng.chance(0.5) ? [d1, d2] : [d2, d1];
      const { relation } = query;
      return {
        query,
        examples: [
          { domain: domain1, relation },
          { domain: domain2, relation },
        ],
        pool: PATTERNS,
      };
    }
    case 'medium':
      throw new InputError(fault('level', 'simple or hard', level, 'only Consecutive Table Readout has a medium level'));
    default:
      level satisfies never;
      throw new Error(`internal: drawPatterns: no level ${String(level)}`);
  }
}

function drawExample(pattern: Pattern, rules: CompletionRules, rng: Rng): AnalogyExample | null {
  for (let i = 0; i < EXAMPLE_TRIES; i++) {
    const context = drawContext(pattern.domain, pattern.relation === 'Progression', rng);
    const third = completePanel(context, pattern, NO_RIVALS, rules, rng);
    if (third !== null) return { pattern, panels: [...context.panels, third] };
  }
  return null;
}

/** The query's panels, the right option and three wrong ones, each of another pattern; they are tried in random order. */
function drawQuery(
  pattern: Pattern,
  pool: readonly Pattern[],
  rules: CompletionRules,
  rng: Rng,
): { panels: readonly [Panel, Panel]; options: AnalogyOption[] } | null {
  const others = distractorPatterns(pattern, pool);
  for (let i = 0; i < QUERY_TRIES; i++) {
    const context = drawContext(pattern.domain, pattern.relation === 'Progression', rng);
    const right = completePanel(context, pattern, NO_RIVALS, rules, rng);
    if (right === null) continue;
    const options: AnalogyOption[] = [{ pattern, panel: right }];
    for (const other of rng.shuffle(others)) {
      const rivals = { panels: options.map(({ panel }) => panel), relation: pattern.relation };
      const panel = completePanel(context, other, rivals, rules, rng);
      if (panel !== null) options.push({ pattern: other, panel });
      if (options.length === OPTIONS) return { panels: context.panels, options };
    }
  }
  return null;
}

function pick<T>(items: readonly T[], rng: Rng): T {
  const item = items[rng.below(items.length)];
  if (item === undefined) throw new Error('internal: pick: nothing to pick from');
  return item;
}
