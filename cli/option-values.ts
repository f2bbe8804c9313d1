/** Values of options that many commands take, checked. Each throws InputError with the option's name. */
import { fault, InputError } from '../src/lib/errors.ts';

/** `a or b`; `a, b, c`. */
function listed(names: readonly string[]): string {
  return names.join(names.length === 2 ? ' or ' : ', ');
}

/** One of the known names. */
export function oneOf<T extends string>(option: string, known: readonly T[], value: string): T {
  const found = known.find((name) => name === value);
  if (found === undefined) throw new InputError(fault(option, listed(known), value));
  return found;
}

export function wholeNumber(option: string, text: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
    throw new InputError(fault(option, `a whole number ${range}`, text));
  }
  return value;
}

/** `1,2,3` -> [1, 2, 3]. */
export function seedList(option: string, text: string): number[] {
  const seeds = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0))
    throw new InputError(fault(option, 'whole numbers with commas between, such as 1,2,3', text));
  return seeds;
}
