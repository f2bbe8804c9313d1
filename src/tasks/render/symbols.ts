/**
 * The 36 symbols of Grid Navigation (spec/s2h 3.4): 31 objects (the paper says 30 and lists 31) and 5 obstacles, in the order of its prompts. The authors' strings add a
 * variation selector to some of them; it changes nothing in the drawing, so only the code point is kept here.
 */
export interface GridSymbol {
  readonly name: string;
  readonly role: 'object' | 'obstacle';
  readonly codePoint: number;
}

const OBJECTS = [
  ['heart', 0x2764],
  ['crown', 0x2654],
  ['flag', 0x2691],
  ['star', 0x2605],
  ['flower', 0x273f],
  ['umbrella', 0x2602],
  ['plane', 0x2708],
  ['phone', 0x260e],
  ['spark', 0x2726],
  ['diamond', 0x2756],
  ['queen', 0x265b],
  ['hammer', 0x2692],
  ['club', 0x2663],
  ['gear', 0x2699],
  ['arrow', 0x279c],
  ['sun', 0x2600],
  ['bishop', 0x2657],
  ['note', 0x266a],
  ['coffee', 0x2615],
  ['anchor', 0x2693],
  ['cloud', 0x2601],
  ['pawn', 0x2659],
  ['castle', 0x2656],
  ['horse', 0x2658],
  ['infinity', 0x221e],
  ['moon', 0x263e],
  ['null', 0x2205],
  ['approx', 0x2248],
  ['integral', 0x222b],
  ['product', 0x220f],
  ['sum', 0x2211],
] as const;

const OBSTACLES = [
  ['dot', 0x25cf],
  ['cross', 0x2716],
  ['square', 0x25fc],
  ['triangle', 0x25b2],
  ['plus', 0x271a],
] as const;

export const SYMBOLS: readonly GridSymbol[] = [
  ...OBJECTS.map(([name, codePoint]) => ({ name, role: 'object' as const, codePoint })),
  ...OBSTACLES.map(([name, codePoint]) => ({ name, role: 'obstacle' as const, codePoint })),
];
