/** The work of `npm run encoders`: trains one encoder, keeps what it trained, and writes the encoder without its training. The command line is read in encoders.ts.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { openBackend } from '../src/model/backend.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/model/safetensors.ts';
import type { TensorRecord } from '../src/model/safetensors.ts';
import type { StoredTensor } from '../src/study/checkpoint.ts';
import { captionedBatch } from '../src/study/encoders/captioned-pictures.ts';
import { encodeEncoder, parseEncoderIndex } from '../src/study/encoders/encoder-file.ts';
import type { EncoderRecipe } from '../src/study/encoders/encoder-recipe.ts';
import { openEncoderTraining } from '../src/study/encoders/encoder-training.ts';
import type { EncoderState } from '../src/study/encoders/encoder-training.ts';
import { familyOf } from '../src/tasks/puzzles/families.ts';
import type { PuzzleFamily } from '../src/tasks/puzzles/puzzle.ts';
import { collectWords, makeWordPieces } from '../src/study/encoders/word-pieces.ts';
import type { EncoderOptions } from './encoders-options.ts';

const SAVE_EVERY = 100;
const LOG_EVERY = 10;
/** Captions that the vocabulary is collected from. */
const VOCABULARY_CAPTIONS = 6000;
const LEAST_COUNT = 3;

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

interface Saved {
  readonly state: EncoderState;
  readonly recipe: EncoderRecipe;
  readonly words: readonly string[];
  readonly losses: readonly number[];
}

/** Returns the exit code: 0 done, 130 stopped. */
export async function trainEncoder({ recipe, out, save: place, backend }: EncoderOptions): Promise<number> {
  const { kind } = recipe;
  await mkdir(out, { recursive: true });
  const file = join(out, `${kind}.safetensors`);
  const saved = existsSync(file) ? readSaved(new Uint8Array(await readFile(file))) : null;
  if (saved !== null && JSON.stringify(saved.recipe) !== JSON.stringify(recipe))
    throw new InputError(fault(file, `the recipe ${JSON.stringify(saved.recipe)}`, JSON.stringify(recipe), 'choose another --out'));
  const words = saved?.words ?? collectWords(captions(recipe.puzzles.map(familyOf)), LEAST_COUNT);
  const losses = [...(saved?.losses ?? [])];
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isStopped = true));
  const engine = await openBackend(backend);
  const training = openEncoderTraining(recipe, makeWordPieces(words), saved?.state ?? null);
  print({ event: 'encoder', recipe, words: words.length, from: training.step() });
  while (training.step() < recipe.steps && !isStopped) {
    const startMs = performance.now();
    losses.push(Number((await training.train()).toFixed(5)));
    const step = training.step();
    if (step % LOG_EVERY === 0) print({ event: 'loss', step, loss: mean(losses.slice(-LOG_EVERY)), stepMs: Math.round(performance.now() - startMs) });
    if (step % SAVE_EVERY === 0 || step === recipe.steps) await save(file, { state: await training.state(), recipe, words, losses });
  }
  if (isStopped) await save(file, { state: await training.state(), recipe, words, losses });
  else if (place !== null) await publish(place, { state: await training.state(), recipe, words, losses }, `${kind}.safetensors`);
  training.dispose();
  engine.close();
  return isStopped ? 130 : 0;
}

function* captions(families: readonly PuzzleFamily[]): Generator<string> {
  const size = 64;
  for (let batch = 0; batch * size < VOCABULARY_CAPTIONS; batch++)
    for (const { caption } of captionedBatch('vocabulary', batch, size, families)) yield caption;
}

const mean = (values: readonly number[]): number => Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));

async function save(file: string, { state, recipe, words, losses }: Saved): Promise<void> {
  const { step, weights, memory, optimizer } = state;
  const flat = (prefix: string, arrays: Readonly<Record<string, Float32Array>>): [string, TensorRecord][] =>
    Object.entries(arrays).map(([name, data]) => [prefix + name, { dtype: 'F32', shape: [data.length], data }]);
  const shaped = (prefix: string, tensors: Readonly<Record<string, StoredTensor>>): [string, TensorRecord][] =>
    Object.entries(tensors).map(([name, { shape, data }]) => [prefix + name, { dtype: 'F32', shape, data }]);
  const tensors = Object.fromEntries([...shaped('w.', weights), ...shaped('k.', memory), ...flat('m.', optimizer.m), ...flat('v.', optimizer.v)]);
  const about = { step, optimizer: { step: optimizer.step, steps: optimizer.steps }, recipe, words, losses };
  await writeFile(`${file}.part`, encodeSafetensors(tensors, { about: JSON.stringify(about) }));
  await rename(`${file}.part`, file);
}

function readSaved(bytes: Uint8Array): Saved {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const about = JSON.parse(metadata['about'] ?? 'null') as Omit<Saved, 'state'> & Pick<EncoderState, 'step' | 'optimizer'>; // our own file
  const part = (prefix: string): [string, TensorRecord][] =>
    Object.entries(tensors).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : []));
  const arrays = (prefix: string): Record<string, Float32Array> => Object.fromEntries(part(prefix).map(([name, { data }]) => [name, data]));
  const { step, optimizer, recipe, words, losses } = about;
  const state = {
    step,
    weights: Object.fromEntries(part('w.')),
    memory: Object.fromEntries(part('k.')),
    optimizer: { ...optimizer, m: arrays('m.'), v: arrays('v.') },
  };
  return { state, recipe, words, losses };
}

/** The encoder without its training, and its line in the index. */
async function publish(folder: string, { state, recipe, words, losses }: Saved, file: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bytes = encodeEncoder(recipe.kind, words, state.weights);
  const { tensors } = decodeSafetensors(bytes);
  const parameters = Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0);
  const command = `npm run encoders -- --kind ${recipe.kind} --steps ${recipe.steps} --batch ${recipe.batchSize} --seed ${recipe.seed} --puzzles ${recipe.puzzles.join(',')} --out out/encoders --save public/encoders`;
  const { kind, steps, batchSize } = recipe;
  const entry = {
    kind,
    file,
    digest: await sha256Hex(bytes),
    bytes: bytes.length,
    parameters,
    steps,
    pictures: steps * batchSize,
    loss: mean(losses.slice(-50)),
    command,
  };
  await writeFile(join(folder, file), bytes);
  const index = join(folder, 'index.json');
  const others = existsSync(index) ? parseEncoderIndex(new Uint8Array(await readFile(index))).filter((each) => each.kind !== kind) : [];
  const encoders = [...others, entry].sort((a, b) => a.kind.localeCompare(b.kind));
  await writeFile(index, `${JSON.stringify({ encoders }, null, 2)}\n`);
  print({ event: 'saved', ...entry, curve: losses.filter((_, i) => i % LOG_EVERY === 0) });
}
