/**
 * Solves and checks analogy puzzles from their texts alone. Relations are written here anew from spec/s2h 4.3, on sets of strings; nothing of the generator is used.
 */

export interface SeenPanel {
  readonly family: 'line' | 'shape';
  /** Values by attribute; quantity of shapes as a number in a string. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** One code for each object, where the text tells. */
  readonly objects: readonly string[] | null;
}

export interface SeenPuzzle {
  readonly examples: readonly [SeenPanel[], SeenPanel[]];
  readonly query: SeenPanel[];
  readonly options: SeenPanel[];
}

export interface SeenAnswer {
  /** `shape type, OR`. */
  readonly examples: string[];
  readonly options: string[];
  readonly flags: string[];
  readonly answer: number;
}

const RELATIONS = ['XOR', 'OR', 'AND', 'Progression'];
const PLACE_CODES = ['TL', 'TM', 'TR', 'ML', 'C', 'MR', 'BL', 'BM', 'BR'];
const TYPE_NAMES: Readonly<Record<string, string>> = {
  ...{ CIR: 'circle', RECT: 'rectangle', TRI: 'triangle', PENT: 'pentagon', HEX: 'hexagon' },
  ...{
    FD: 'falling diagonal line',
    RD: 'rising diagonal line',
    HOR: 'horizontal line',
    VER: 'vertical line',
    DIA: 'diamond lines',
    CIRC: 'circular line',
  },
  ...{ VU: 'V-shape facing up', VL: 'V-shape facing left', VD: 'V-shape facing down', VR: 'V-shape facing right' },
};

/** x(t) of the paper profile, either form. */
export function readPuzzle(text: string): SeenPuzzle {
  const parts = text.match(/^Example 1:\n([^]*)\nExample 2:\n([^]*)\nQuery:\n([^]*)\nOptions:\n([^]*)$/);
  if (parts === null) throw new Error(`no puzzle: ${text.slice(0, 200)}`);
  const panels = parts.slice(1).map((part) => [...part.matchAll(/^(?:Panel|Option) \d:\n(.*)$/gm)].map(([, line = '']) => readPanel(line)));
  const [first = [], second = [], query = [], options = []] = panels;
  return { examples: [first, second], query, options };
}

function readPanel(line: string): SeenPanel {
  const lossy = /^(?:(\d) shapes?; )?type: (.+?), color: ([\d, ]+?)(?:, size: ([\d, ]+), position: (.+))?$/.exec(line);
  if (lossy !== null) {
    const [, quantity, type = '', color = '', size, position] = lossy;
    const [types, colors] = [type.split(', '), color.split(', ')];
    if (quantity === undefined || size === undefined || position === undefined)
      return { family: 'line', values: { type: types, color: colors }, objects: null };
    if ((quantity === '1') !== line.startsWith('1 shape;')) throw new Error(`wrong plural: ${line}`);
    const values = { type: types, color: colors, size: size.split(', '), quantity: [quantity], position: position.match(/\(\d, \d\)/g) ?? [] };
    return { family: 'shape', values, objects: null };
  }
  return panelOfObjects(line.split(';'));
}

/** A panel of codes such as `CIR-90-20-TL` or `FD-0`. */
export function panelOfObjects(objects: readonly string[]): SeenPanel {
  const parts = objects.map((object) => object.split('-'));
  const column = (i: number, map: (code: string) => string): string[] => [...new Set(parts.map((part) => map(part[i] ?? '')))];
  const type = column(0, (code) => {
    const name = TYPE_NAMES[code];
    if (name === undefined) throw new Error(`no type ${code}`);
    return name;
  });
  const color = column(1, String);
  if (parts.every(({ length }) => length === 2)) return { family: 'line', values: { type, color }, objects };
  return {
    family: 'shape',
    values: { type, color, size: column(2, String), quantity: [String(objects.length)], position: column(3, placeOf) },
    objects,
  };
}

/** `TM` is `(0, 1)`. */
function placeOf(code: string): string {
  const i = PLACE_CODES.indexOf(code);
  if (i === -1) throw new Error(`no place ${code}`);
  return `(${Math.floor(i / 3)}, ${i % 3})`;
}

/** x(t) of the compact profile, lossy: `E1a n2 TRI PENT g0 g90 s27 s34 C BR \n …`. */
export function readLossyTokens(text: string): SeenPuzzle {
  const panels = text
    .replace(/ \n$/, '')
    .split(' \n ')
    .map((line) => panelOfTokens(line.split(' ').slice(1)));
  return { examples: [panels.slice(0, 3), panels.slice(3, 6)], query: panels.slice(6, 8), options: panels.slice(8) };
}

function panelOfTokens(words: readonly string[]): SeenPanel {
  const numbers = (letter: string): string[] => words.flatMap((word) => new RegExp(`^${letter}(\\d+)$`).exec(word)?.[1] ?? []);
  const type = words.flatMap((word) => TYPE_NAMES[word] ?? []);
  const position = words.flatMap((word) => (PLACE_CODES.includes(word) ? placeOf(word) : []));
  const [color, size, quantity] = [numbers('g'), numbers('s'), numbers('n')];
  const known = [type, position, color, size, quantity].reduce((sum, { length }) => sum + length, 0);
  if (known !== words.length) throw new Error(`unknown codes in ${words.join(' ')}`);
  if (quantity.length === 0 && size.length === 0 && position.length === 0) return { family: 'line', values: { type, color }, objects: null };
  return { family: 'shape', values: { type, color, size, quantity, position }, objects: null };
}

/** The answer block. */
export function readAnswer(block: string): SeenAnswer {
  const found =
    /^Example 1: \((.+)\)\nExample 2: \((.+)\)\nOption 1: \((.+)\), (.+)\nOption 2: \((.+)\), (.+)\nOption 3: \((.+)\), (.+)\nOption 4: \((.+)\), (.+)\n\nAnswer: ([1-4])$/.exec(
      block,
    );
  if (found === null) throw new Error(`no answer block: ${block}`);
  const [, e1 = '', e2 = '', o1 = '', f1 = '', o2 = '', f2 = '', o3 = '', f3 = '', o4 = '', f4 = '', answer = ''] = found;
  return { examples: [e1, e2], options: [o1, o2, o3, o4], flags: [f1, f2, f3, f4], answer: Number(answer) };
}

/** Every pattern that three panels follow: `shape type, OR`. */
export function patternsFollowed(p1: SeenPanel, p2: SeenPanel, p3: SeenPanel): string[] {
  if (p1.family !== p2.family || p1.family !== p3.family) return [];
  return Object.keys(p1.values).flatMap((attribute) =>
    RELATIONS.filter(
      (relation) =>
        (attribute !== 'quantity' || relation === 'Progression') &&
        follows(attribute, relation, p1.values[attribute] ?? [], p2.values[attribute] ?? [], p3.values[attribute] ?? []),
    ).map((relation) => `${p1.family} ${attribute}, ${relation}`),
  );
}

function follows(attribute: string, relation: string, v1: readonly string[], v2: readonly string[], v3: readonly string[]): boolean {
  const both = v1.filter((value) => v2.includes(value));
  const either = [...new Set([...v1, ...v2])];
  switch (relation) {
    case 'OR':
      return isSame(v3, either);
    case 'AND':
      return both.length > 0 && isSame(v3, both);
    case 'XOR':
      return (
        either.length > both.length &&
        isSame(
          v3,
          either.filter((value) => !both.includes(value)),
        )
      );
    default:
      return progresses(attribute, v1, v2, v3);
  }
}

function progresses(attribute: string, v1: readonly string[], v2: readonly string[], v3: readonly string[]): boolean {
  if (attribute === 'type')
    return v1.every((v) => v2.includes(v)) && v2.length > v1.length && v2.every((v) => v3.includes(v)) && v3.length === v2.length + 1;
  if (attribute === 'position') return shiftsBetween(v1, v2).some((shift) => shiftsBetween(v2, v3).includes(shift));
  if (v1.length !== 1 || v2.length !== 1 || v3.length !== 1) return false;
  const [a, b, c] = [Number(v1[0]), Number(v2[0]), Number(v3[0])];
  return (a < b && b < c) || (a > b && b > c);
}

/** Moves of one cell, with wrap-around, that take all places of one panel to those of the next. */
export function shiftsBetween(from: readonly string[], to: readonly string[]): string[] {
  const moves = { horizontal: [0, 1], vertical: [1, 0], diagonal: [1, 1] } as const;
  return Object.entries(moves).flatMap(([name, [down, right]]) => {
    const moved = from.map((place) => place.replace(/\d/g, (digit, offset) => String((Number(digit) + (offset === 1 ? down : right)) % 3)));
    return isSame(moved, to) ? [name] : [];
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/**
 * What is wrong with a puzzle, in words: nothing, if it is a good one. The common relation is read off the panels: the one that both examples follow on some attribute.
 *
 * @param mayHaveSecond - Whether panels may follow a second pattern.
 */
export function complaints({ examples, query, options }: SeenPuzzle, said: SeenAnswer, mayHaveSecond = false): string[] {
  const found: string[] = [];
  const followed = [
    ...examples.map(([a, b, c]) => patternsOfThree(a, b, c)),
    ...options.map((option) => patternsOfThree(query[0], query[1], option)),
  ];
  const labels = [...said.examples, ...said.options];
  for (const [i, label] of labels.entries()) {
    const patterns = followed[i] ?? [];
    if (!patterns.includes(label)) found.push(`row ${i} does not follow ${label} but ${patterns.join(' / ')}`);
    if (!mayHaveSecond && patterns.length !== 1) found.push(`row ${i} follows ${patterns.join(' / ')}`);
  }
  const relationsOf = (patterns: readonly string[] | undefined): string[] => [
    ...new Set((patterns ?? []).map((pattern) => pattern.split(', ')[1] ?? '')),
  ];
  const common = relationsOf(followed[0]).filter((relation) => relationsOf(followed[1]).includes(relation));
  const target = common.length === 1 ? (common[0] ?? '') : (said.examples[0]?.split(', ')[1] ?? '');
  const right = followed.slice(2).flatMap((patterns, k) => (relationsOf(patterns).includes(target) ? [k + 1] : []));
  if (right.length !== 1 || right[0] !== said.answer) found.push(`options ${right.join(', ')} follow ${target}, the answer is ${said.answer}`);
  if (said.flags.some((flag, k) => (flag === 'consistent') !== (k + 1 === said.answer))) found.push('flags and answer differ');
  if (new Set(said.options).size !== 4) found.push('a pattern is used twice');
  for (const [i, option] of options.entries()) {
    if (options.slice(0, i).some((other) => option.objects !== null && other.objects !== null && isSame(option.objects, other.objects)))
      found.push('two equal options');
  }
  return found;
}

function patternsOfThree(a: SeenPanel | undefined, b: SeenPanel | undefined, c: SeenPanel | undefined): string[] {
  if (a === undefined || b === undefined || c === undefined) throw new Error('a panel is missing');
  return patternsFollowed(a, b, c);
}
