import { expect, test } from 'vitest';
import { codeOf, MONTH_CODES, MONTH_NAMES, PRODUCT_CODES, PRODUCT_NAMES } from '../../../src/tasks/tables/names.ts';
import { MAX_COLUMNS, MAX_ROW_NAMES } from '../../../src/tasks/tables/settings.ts';

test('has the 100 product names and 12 months of the spec, all different', () => {
  expect(PRODUCT_NAMES).toHaveLength(100);
  expect(new Set(PRODUCT_NAMES).size).toBe(100);
  expect([PRODUCT_NAMES[0], PRODUCT_NAMES[49], PRODUCT_NAMES[99]]).toEqual(['AlphaWidget', 'StellarApparatus', 'DiminutiveApparatus']);
  expect(MONTH_NAMES).toHaveLength(12);
  expect(MONTH_CODES.join(' ')).toBe('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec');
});

test('gives every name a code of three letters that no other name has', () => {
  const codes = [...PRODUCT_CODES, ...MONTH_CODES];
  expect(codes).toHaveLength(112);
  expect(new Set(codes).size).toBe(112);
  expect(codes.every((code) => /^[A-Z][a-z][A-Za-z]$/.test(code))).toBe(true);
});

test('takes the letters of a code from its name', () => {
  for (const [i, name] of PRODUCT_NAMES.entries()) {
    const [a = '', b = '', c = ''] = PRODUCT_CODES[i] ?? '';
    expect(name).toMatch(new RegExp(`^${a}[a-z]*${b}[a-z]*${c}`));
  }
  expect(codeOf('AlphaWidget')).toBe('AlW');
  expect(codeOf('BetaGadget')).toBe('BeG');
  expect(codeOf('BeamGadget')).toBe('BaG');
  expect(codeOf('March')).toBe('Mar');
  expect(() => codeOf('Mar')).toThrow('no code for "Mar"');
});

test('has as many names as the settings allow', () => {
  expect([PRODUCT_NAMES.length, MONTH_NAMES.length]).toEqual([MAX_ROW_NAMES, MAX_COLUMNS]);
});
