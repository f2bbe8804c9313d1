/** What is refused, and how, of any command line. That every command answers so is shown in help.test.ts. */
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../cli/command-line.ts';
import type { Command } from '../../cli/command-line.ts';
import { oneOf, seedList, wholeNumber } from '../../cli/option-values.ts';
import { InputError } from '../../src/lib/errors.ts';

describe('a command line', () => {
  const command: Command = { name: 'sow', call: 'npm run sow --', help: 'npm run sow -- [options]\n  --seeds N   how many\n  --set KEY=VALUE' };
  const parse = (...args: string[]) =>
    parseCommandLine(command, args, { seeds: { type: 'string' }, dry: { type: 'boolean' }, set: { type: 'string', multiple: true } });

  test('gives values, and null for help', () => {
    expect({ ...parse('--seeds', '5', '--set', 'a=1', '--set=b=2') }).toEqual({ seeds: '5', set: ['a=1', 'b=2'] });
    expect({ ...parse('--seeds', '-5') }).toEqual({ seeds: '-5' }); // for the command to refuse by name
    expect(parse('--seeds', '5', '--help')).toBeNull();
  });

  test.each([
    [['--seed', '5'], 'sow: expected a known option, got --seed: did you mean --seeds?'],
    [['--water=5'], 'sow: expected a known option, got --water: see npm run sow -- --help'],
    [['-w'], 'sow: expected a known option, got -w: see npm run sow -- --help'],
    [['--seeds'], '--seeds: expected N after it, got nothing: see npm run sow -- --help'],
    [['--seeds', '--dry'], '--seeds: expected N after it, got nothing: see npm run sow -- --help'],
    [['--set', ''], '--set: expected KEY=VALUE after it, got nothing: see npm run sow -- --help'],
    [['--seeds', '5', '--seeds', '6'], '--seeds: expected one value, got 5 and 6: give it once'],
    [['--dry', '--dry'], '--dry: expected it once, got it twice'],
    [['--dry=yes'], "sow: Option '--dry' does not take an argument. See npm run sow -- --help"],
    [['5'], "sow: Unexpected argument '5'. This command does not take positional arguments. See npm run sow -- --help"],
  ])('%j is refused in one line', (args, message) => {
    expect(() => parse(...args)).toThrow(new InputError(message));
  });

  test('a fault of ours is not blamed on the caller', () => {
    const options = { Bad: { type: 'string', short: 'too long' } } as const;
    expect(() => parseCommandLine(command, [], options)).not.toThrow(InputError);
    expect(() => parseCommandLine(command, [], options)).toThrow(/short/);
  });
});

test.each([
  ['--scale: expected nano or micro, got huge', () => oneOf('--scale', ['nano', 'micro'], 'huge')],
  ['--backend: expected webgpu, wasm, cpu, got cuda', () => oneOf('--backend', ['webgpu', 'wasm', 'cpu'], 'cuda')],
  ['--port: expected a whole number from 0 to 65535, got 65536', () => wholeNumber('--port', '65536', 0, 65_535)],
  ['--steps: expected a whole number from 1 on, got 1.5', () => wholeNumber('--steps', '1.5', 1)],
  ['--port: expected a whole number from 0 on, got  ', () => wholeNumber('--port', ' ', 0)],
  ['--seeds: expected whole numbers with commas between, such as 1,2,3, got 1,,2', () => seedList('--seeds', '1,,2')],
])('%s', (message, read) => {
  expect(read).toThrow(new InputError(message));
});

test('values that are right come back', () => {
  expect([oneOf('--a', ['x', 'y'], 'y'), wholeNumber('--b', '7', 1, 7), seedList('--c', '0,42')]).toEqual(['y', 7, [0, 42]]);
});
