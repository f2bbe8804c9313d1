/**
 * The command line of every command: Node's `parseArgs`, help on `--help`, and all that is refused said in one line that says where the help is.
 * What the values mean is judged by each command itself (cli/option-values.ts).
 */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { didYouMean } from './nearest.ts';

export interface Command {
  /** Stands at the head of what is wrong with the line as a whole. */
  readonly name: string;
  /** What a person types before the options, such as `npm run score --`. */
  readonly call: string;
  /** Begins with the call; each option has a line of its own, `  --out DIR   what it is for; default …`. */
  readonly help: string;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T }>>['values'];

/**
 * The values of a command line, or null when help was asked for.
 *
 * @param options - as of `parseArgs`, without `help`. Each may be given once, unless it is `multiple`, and none may be empty.
 * Throws InputError.
 */
export function parseCommandLine<T extends Options>(command: Command, args: readonly string[], options: T): Values<T> | null {
  const all: Options = { ...options, help: { type: 'boolean' } };
  const { values, tokens } = parsed(command, args, all);
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const empty = given.find(({ value }) => value === '');
  if (empty !== undefined) throw withoutValue(command, empty.rawName);
  checkOnce(given, all);
  return values['help'] === true ? null : (values as Values<T>); // parseArgs has checked them against the options
}

/** The same, and the help is printed when it was asked for. */
export function optionsOrHelp<T extends Options>(command: Command, args: readonly string[], options: T): Values<T> | null {
  const values = parseCommandLine(command, args, options);
  if (values === null) process.stdout.write(`${command.help}\n`);
  return values;
}

function parsed(command: Command, args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: joinNegatives(args), options, tokens: true });
  } catch (thrown) {
    throw refusal(command, thrown, Object.keys(options));
  }
}

/** What `parseArgs` refuses, in our form; anything else as it is. */
function refusal(command: Command, thrown: unknown, names: readonly string[]): unknown {
  const isRefusal = thrown instanceof TypeError && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS_');
  if (!isRefusal) return thrown;
  const [message = ''] = toWireError(thrown).message.split('\n');
  const unknown = /^Unknown option '(--?[^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const options = names.map((name) => `--${name}`);
    return new InputError(fault(command.name, 'a known option', unknown, didYouMean(unknown, options, seeHelp(command))));
  }
  const bare = /^Option '(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message)?.[1];
  if (bare !== undefined) return withoutValue(command, bare);
  return new InputError(`${command.name}: ${message.replace(/\.$/, '')}. See ${command.call} --help`);
}

function withoutValue(command: Command, option: string): InputError {
  // What the option takes, as the help calls it.
  const value = new RegExp(`${option} ([A-Z]+(?:=[A-Z]+)?)(?=[\\s\\]]|$)`).exec(command.help)?.[1] ?? 'a value';
  return new InputError(fault(option, `${value} after it`, 'nothing', seeHelp(command)));
}

function seeHelp({ call }: Command): string {
  return `see ${call} --help`;
}

/** The last one would count, and the first be forgotten without a word. */
function checkOnce(given: readonly { readonly name: string; readonly value?: string | undefined }[], options: Options): void {
  for (const [i, { name, value }] of given.entries()) {
    const earlier = given.slice(0, i).find((other) => other.name === name);
    if (earlier === undefined || options[name]?.multiple === true) continue;
    if (value === undefined) throw new InputError(fault(`--${name}`, 'it once', 'it twice'));
    throw new InputError(fault(`--${name}`, 'one value', `${earlier.value ?? ''} and ${value}`, 'give it once'));
  }
}

/** `--count -5` is a number below zero, not two options. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before !== undefined && /^--[a-z-]+$/.test(before)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}
