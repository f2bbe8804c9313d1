import { expect, test } from 'vitest';
import { fault, InputError, toWireError } from '../../src/lib/errors.ts';

test('says where, expected, got and the cure', () => {
  expect(fault('linear', '[B, T, C]', [4, 3, 6], 'axis C must be 5')).toBe('linear: expected [B, T, C], got [4,3,6]: axis C must be 5');
  expect(fault('rows', 'a number', 'five')).toBe('rows: expected a number, got five');
  expect(fault('rows', 'a number', undefined)).toBe('rows: expected a number, got undefined');
});

test('keeps name, message and stack on the wire, whatever was thrown', () => {
  const wire = toWireError(new InputError('rows: too many'));
  expect(wire).toMatchObject({ name: 'InputError', message: 'rows: too many' });
  expect(wire.stack).toContain('rows: too many');
  expect(structuredClone(wire)).toEqual(wire);
  expect(toWireError('gone')).toEqual({ name: 'Error', message: 'gone' });
});
