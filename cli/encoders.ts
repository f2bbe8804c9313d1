/**
 * `npm run encoders -- --kind self-distilled|contrastive --steps N --out DIR [--batch 32] [--puzzles 14,25] [--backend wasm] [--save public/encoders]`: trains one of the small encoders that
 * smarterVLM runs on offline. Goes on where an interrupted command stopped. JSON lines on stdout.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fault, InputError } from '../src/lib/errors.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { openBackend } from '../src/model/backend.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/model/safetensors.ts';
import type { TensorRecord } from '../src/model/safetensors.ts';
import type { StoredTensor } from '../src/study/checkpoint.ts';
import { captionedBatch } from '../src/study/encoders/captioned-pictures.ts';
import { encodeEncoder, parseEncoderIndex } from '../src/study/encoders/encoder-file.ts';
import { ENCODER_KINDS, openEncoderTraining } from '../src/study/encoders/encoder-training.ts';
import type { EncoderRecipe, EncoderState } from '../src/study/encoders/encoder-training.ts';
import { FAMILIES, familyOf } from '../src/tasks/puzzles/families.ts';
import type { PuzzleFamily } from '../src/tasks/puzzles/puzzle.ts';
import { collectWords, makeWordPieces } from '../src/study/encoders/word-pieces.ts';
import { reportFailure } from './report-failure.ts';

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

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ kind: { type: 'string' }, steps: { type: 'string', default: '1000' }, batch: { type: 'string', default: '32' } },
      ...{ out: { type: 'string' }, save: { type: 'string' }, backend: { type: 'string', default: 'wasm' }, seed: { type: 'string', default: '1' } },
      puzzles: { type: 'string', default: FAMILIES.map(({ id }) => id).join(',') },
    },
  });
  const kind = ENCODER_KINDS.find((known) => known === values.kind);
  const backend = BACKENDS.find((known) => known === values.backend);
  if (kind === undefined) throw new InputError(fault('--kind', ENCODER_KINDS.join(' or '), values.kind));
  if (backend === undefined) throw new InputError(fault('--backend', BACKENDS.join(', '), values.backend));
  if (values.out === undefined) throw new InputError(fault('--out', 'a folder for checkpoints', 'none'));
  const count = (name: 'steps' | 'batch' | 'seed'): number => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < 1) throw new InputError(fault(`--${name}`, 'a whole number of 1 or more', values[name]));
    return number;
  };
  const recipe: EncoderRecipe = {
    kind,
    steps: count('steps'),
    batchSize: count('batch'),
    learningRate: 1e-3,
    seed: count('seed'),
    puzzles: values.puzzles.split(',').map(Number),
  };
  await mkdir(values.out, { recursive: true });
  const file = join(values.out, `${kind}.safetensors`);
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
  else if (values.save !== undefined) await publish(values.save, { state: await training.state(), recipe, words, losses }, `${kind}.safetensors`);
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

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, reportFailure);
