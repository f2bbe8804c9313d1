/** Command line of `npm run encoders`. */
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { ENCODER_KINDS } from '../src/study/encoders/encoder-recipe.ts';
import type { EncoderRecipe } from '../src/study/encoders/encoder-recipe.ts';
import { FAMILIES } from '../src/tasks/puzzles/families.ts';
import { optionsOrHelp } from './command-line.ts';
import { oneOf, wholeNumber } from './option-values.ts';

export interface EncoderOptions {
  readonly recipe: EncoderRecipe;
  /** Folder of the checkpoints. */
  readonly out: string;
  /** Folder for the finished encoder and its line in index.json; null = nowhere. */
  readonly save: string | null;
  readonly backend: BackendName;
}

const LEARNING_RATE = 1e-3;

const HELP = `npm run encoders -- --kind NAME --out DIR [options]
  --kind NAME        ${ENCODER_KINDS.join(' or ')}: from pictures alone, or pictures with their captions
  --out DIR          its checkpoint; the same command goes on where it was stopped
  --steps N          default 1000
  --batch N          pictures a step; default 32
  --seed N           default 1
  --puzzles LIST     families whose pictures it sees, such as 14,25; default all
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --save DIR         at the end write the encoder there, without its training, and its line in index.json
  --help
Trains one of the small frozen encoders that smarterVLM runs on offline. JSON lines on stdout.
Example: npm run encoders -- --kind contrastive --steps 2000 --out out/encoders --save public/encoders`;

/** Options of a command line, or null when help was asked for and printed. Throws InputError. */
export function encoderOptions(args: readonly string[]): EncoderOptions | null {
  const text = { type: 'string' } as const;
  const options = { kind: text, out: text, steps: text, batch: text, seed: text, puzzles: text, backend: text, save: text };
  const values = optionsOrHelp({ name: 'encoders', call: 'npm run encoders --', help: HELP }, args, options);
  if (values === null) return null;
  const { kind, out, steps = '1000', batch = '32', seed = '1', backend = 'wasm', save = null } = values;
  const needed = kind === undefined ? '--kind NAME' : '--out DIR';
  if (kind === undefined || out === undefined) throw new InputError(fault('encoders', needed, 'none', 'see npm run encoders -- --help'));
  const known = FAMILIES.map(({ id }) => id);
  const puzzles = values.puzzles?.split(',').map(Number) ?? known; // in the order given: the pictures of a step depend on it
  if (!puzzles.every((id) => known.includes(id)))
    throw new InputError(fault('--puzzles', `numbers of ${known.join(', ')}, with commas between`, values.puzzles));
  const recipe: EncoderRecipe = {
    kind: oneOf('--kind', ENCODER_KINDS, kind),
    steps: wholeNumber('--steps', steps, 1),
    batchSize: wholeNumber('--batch', batch, 1),
    learningRate: LEARNING_RATE,
    seed: wholeNumber('--seed', seed, 1),
    puzzles,
  };
  return { recipe, out, save, backend: oneOf('--backend', BACKENDS, backend) };
}
