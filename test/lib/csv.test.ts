import { expect, test } from 'vitest';
import { csvText } from '../../src/lib/csv.ts';

test.each([
  ['numbers and names', [['a', -1.5, 2e-7]], 'a,-1.5,2e-7\n'],
  ['what is not there', [[null, undefined, '']], ',,\n'],
  ['commas, quotes and line breaks', [['a,b', 'c "d"', 'e\nf', 'g\rh']], '"a,b","c ""d""","e\nf","g\rh"\n'],
  ['several rows', [['x'], [1]], 'x\n1\n'],
  ['numbers as text', [['-3', '+1e3']], '-3,+1e3\n'],
  ['names that start like a formula', [['=1+1', '@a', '-x', '+A1,2']], `'=1+1,'@a,'-x,"'+A1,2"\n`],
  ['no rows', [], ''],
])('%s', (_, rows, text) => {
  expect(csvText(rows)).toBe(text);
});
