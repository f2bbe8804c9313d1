/** The solver of every family, by its number. */
import { solve as solve2 } from './2.ts';
import { solve as solve7 } from './7.ts';
import { solve as solve10 } from './10.ts';
import { solve as solve11 } from './11.ts';
import { solve as solve12 } from './12.ts';
import { solve as solve14 } from './14.ts';
import { solve as solve16 } from './16.ts';
import { solve as solve18 } from './18.ts';
import { solve as solve19 } from './19.ts';
import { solve as solve20 } from './20.ts';
import { solve as solve21 } from './21.ts';
import { solve as solve22 } from './22.ts';
import { solve as solve25 } from './25.ts';
import { solve as solve28 } from './28.ts';
import { solve as solve29 } from './29.ts';
import { solve as solve31 } from './31.ts';
import { solve as solve36 } from './36.ts';
import { solve as solve37 } from './37.ts';
import { solve as solve40 } from './40.ts';
import { solve as solve41 } from './41.ts';
import { solve as solve42 } from './42.ts';
import { solve as solve43 } from './43.ts';
import { solve as solve46 } from './46.ts';
import { solve as solve48 } from './48.ts';
import { solve as solve49 } from './49.ts';
import { solve as solve50 } from './50.ts';
import { solve as solve51 } from './51.ts';
import { solve as solve52 } from './52.ts';
import { solve as solve53 } from './53.ts';
import { solve as solve54 } from './54.ts';
import { solve as solve55 } from './55.ts';
import { solve as solve56 } from './56.ts';
import { solve as solve57 } from './57.ts';
import { solve as solve58 } from './58.ts';
import { solve as solve59 } from './59.ts';
import { solve as solve63 } from './63.ts';
import { solve as solve66 } from './66.ts';
import { solve as solve67 } from './67.ts';
import { solve as solve68 } from './68.ts';
import { solve as solve69 } from './69.ts';
import { solve as solve70 } from './70.ts';
import { solve as solve72 } from './72.ts';
import { solve as solve73 } from './73.ts';
import { solve as solve74 } from './74.ts';
import { solve as solve75 } from './75.ts';
import { solve as solve76 } from './76.ts';
import { solve as solve77 } from './77.ts';
import { solve as solve78 } from './78.ts';
import { solve as solve79 } from './79.ts';
import { solve as solve81 } from './81.ts';
import { solve as solve83 } from './83.ts';
import { solve as solve84 } from './84.ts';
import { solve as solve87 } from './87.ts';
import { solve as solve90 } from './90.ts';
import { solve as solve92 } from './92.ts';
import { solve as solve93 } from './93.ts';
import { solve as solve94 } from './94.ts';
import { solve as solve95 } from './95.ts';
import { solve as solve97 } from './97.ts';
import { solve as solve98 } from './98.ts';
import { solve as solve100 } from './100.ts';
import { solve as solve101 } from './101.ts';
import type { Solver } from './puzzle-view.ts';

export const SOLVERS: Readonly<Record<number, Solver>> = {
  2: solve2,
  7: solve7,
  10: solve10,
  11: solve11,
  12: solve12,
  14: solve14,
  16: solve16,
  18: solve18,
  19: solve19,
  20: solve20,
  21: solve21,
  22: solve22,
  25: solve25,
  28: solve28,
  29: solve29,
  31: solve31,
  36: solve36,
  37: solve37,
  40: solve40,
  41: solve41,
  42: solve42,
  43: solve43,
  46: solve46,
  48: solve48,
  49: solve49,
  50: solve50,
  51: solve51,
  52: solve52,
  53: solve53,
  54: solve54,
  55: solve55,
  56: solve56,
  57: solve57,
  58: solve58,
  59: solve59,
  63: solve63,
  66: solve66,
  67: solve67,
  68: solve68,
  69: solve69,
  70: solve70,
  72: solve72,
  73: solve73,
  74: solve74,
  75: solve75,
  76: solve76,
  77: solve77,
  78: solve78,
  79: solve79,
  81: solve81,
  83: solve83,
  84: solve84,
  87: solve87,
  90: solve90,
  92: solve92,
  93: solve93,
  94: solve94,
  95: solve95,
  97: solve97,
  98: solve98,
  100: solve100,
  101: solve101,
};
