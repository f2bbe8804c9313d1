/**
 * What panels can differ in: domains and their values, relations, the 25 patterns, and which of them are held out (S2H Appendix C.5, spec/s2h 4.2-4.4; authors' code:
 * data_generation/visual_analogy at d3131b4). Everywhere a value is its index in the table of its domain, and the table order is the order in which texts list values:
 * ours, since the authors print Python sets, whose order changes with the hash seed.
 */

/** A panel holds either lines or shapes. */
export type Family = 'line' | 'shape';

export type Attribute = 'type' | 'color' | 'size' | 'quantity' | 'position';

export const DOMAINS = ['line type', 'line color', 'shape type', 'shape color', 'shape size', 'shape quantity', 'shape position'] as const;
export type Domain = (typeof DOMAINS)[number];

export const RELATIONS = ['XOR', 'OR', 'AND', 'Progression'] as const;
export type Relation = (typeof RELATIONS)[number];

export interface Pattern {
  readonly domain: Domain;
  readonly relation: Relation;
}

/** The domains of a family, as attributes of its objects, in the order of the CoT. */
export const ATTRIBUTES = { line: ['type', 'color'], shape: ['type', 'color', 'size', 'quantity', 'position'] } as const satisfies Record<
  Family,
  readonly Attribute[]
>;

export const LINE_TYPES = [
  'falling diagonal line',
  'rising diagonal line',
  'horizontal line',
  'vertical line',
  'diamond lines',
  'circular line',
  'V-shape facing up',
  'V-shape facing left',
  'V-shape facing down',
  'V-shape facing right',
] as const;
export const SHAPE_TYPES = ['circle', 'rectangle', 'triangle', 'pentagon', 'hexagon'] as const;
/** 8-bit greys; lines are never white. */
export const LINE_GREYS = [0, 90, 135, 189] as const;
export const SHAPE_GREYS = [0, 90, 135, 189, 255] as const;
/** Sizes in px of the authors' 160 px panel. */
export const SHAPE_SIZES_PX = [20, 27, 34, 41] as const;
/** Contexts and quantity progressions have 1..5 shapes (the paper's Table 2 says 0..9; authors' code 1..5). */
export const MOST_SHAPES = 5;
/** Places of a panel, row by row. A panel that completes a position relation has a shape on each required place, and so up to 9. */
export const PLACES = 9;

/** Values of a domain as the texts print them, in table order. */
export const VALUE_TEXTS: Readonly<Record<Domain, readonly string[]>> = {
  'line type': LINE_TYPES,
  'line color': LINE_GREYS.map(String),
  'shape type': SHAPE_TYPES,
  'shape color': SHAPE_GREYS.map(String),
  'shape size': SHAPE_SIZES_PX.map(String),
  'shape quantity': Array.from({ length: PLACES }, (_, i) => String(i + 1)),
  'shape position': Array.from({ length: PLACES }, (_, i) => `(${Math.floor(i / 3)}, ${i % 3})`),
};

/** Family and attribute of a domain. */
export const PARTS: Readonly<Record<Domain, { readonly family: Family; readonly attribute: Attribute }>> = {
  'line type': { family: 'line', attribute: 'type' },
  'line color': { family: 'line', attribute: 'color' },
  'shape type': { family: 'shape', attribute: 'type' },
  'shape color': { family: 'shape', attribute: 'color' },
  'shape size': { family: 'shape', attribute: 'size' },
  'shape quantity': { family: 'shape', attribute: 'quantity' },
  'shape position': { family: 'shape', attribute: 'position' },
};

/** The domain of an attribute of a family's objects. */
export function domainOf(family: Family, attribute: Attribute): Domain {
  const domain = DOMAINS.find((candidate) => PARTS[candidate].family === family && PARTS[candidate].attribute === attribute);
  if (domain === undefined) throw new Error(`internal: domainOf: a ${family} has no ${attribute}`);
  return domain;
}

/** The 25 defined patterns: 7 domains x 4 relations without XOR, OR and AND of quantities (a panel has one quantity). */
export const PATTERNS: readonly Pattern[] = DOMAINS.flatMap((domain) =>
  RELATIONS.filter((relation) => domain !== 'shape quantity' || relation === 'Progression').map((relation) => ({ domain, relation })),
);

export const HELD_OUT_SETS = ['code', 'paper'] as const;
export type HeldOutSet = (typeof HELD_OUT_SETS)[number];

/**
 * The held-out set S, two domains for each relation. The paper (captions of Figs. 36 and 37) and the generator that the authors released disagree; `code` is what their
 * data was drawn with.
 */
export const HELD_OUT: Readonly<Record<HeldOutSet, Readonly<Record<Relation, readonly [Domain, Domain]>>>> = {
  code: {
    XOR: ['shape size', 'shape position'],
    OR: ['shape type', 'shape position'],
    AND: ['line color', 'shape color'],
    Progression: ['line color', 'shape type'],
  },
  paper: {
    XOR: ['line type', 'shape size'],
    OR: ['line color', 'shape position'],
    AND: ['line type', 'shape type'],
    Progression: ['line color', 'shape color'],
  },
};

export function isHeldOut({ domain, relation }: Pattern, set: HeldOutSet): boolean {
  return HELD_OUT[set][relation].includes(domain);
}

/** The 17 patterns of SIMPLE and the 8 of HARD, in the order of PATTERNS. */
export const SEEN: Readonly<Record<HeldOutSet, readonly Pattern[]>> = {
  code: PATTERNS.filter((pattern) => !isHeldOut(pattern, 'code')),
  paper: PATTERNS.filter((pattern) => !isHeldOut(pattern, 'paper')),
};
export const HELD_OUT_PATTERNS: Readonly<Record<HeldOutSet, readonly Pattern[]>> = {
  code: PATTERNS.filter((pattern) => isHeldOut(pattern, 'code')),
  paper: PATTERNS.filter((pattern) => isHeldOut(pattern, 'paper')),
};

/** Patterns that a wrong option of a query may follow: the query's family, another relation. */
export function distractorPatterns({ domain, relation }: Pattern, pool: readonly Pattern[]): readonly Pattern[] {
  const { family } = PARTS[domain];
  return pool.filter((other) => PARTS[other.domain].family === family && other.relation !== relation);
}

/**
 * Patterns that a SIMPLE query can ask for. With the paper's held-out set three of the 17 cannot be asked: their three wrong options would have to follow the seen
 * patterns of lines, and one of those, the type progression, never completes panels made for XOR, OR or AND (the second lacks a type of the first). The authors'
 * generator would search for such a query for ever. Ours: they are left out, rather than held-out patterns let into SIMPLE.
 */
export const ASKED_IN_SIMPLE: Readonly<Record<HeldOutSet, readonly Pattern[]>> = { code: askable('code'), paper: askable('paper') };

function askable(set: HeldOutSet): readonly Pattern[] {
  return SEEN[set].filter((pattern) => {
    const usable = distractorPatterns(pattern, SEEN[set]).filter(({ domain, relation }) => domain !== 'line type' || relation !== 'Progression');
    return usable.length >= 3;
  });
}
