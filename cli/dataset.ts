/**
 * Data sets as files: `npm run dataset -- --out DIR --level simple --count 1000`. Streams, so that a million examples need no memory.
 *
 *   jsonl  DIR/NAME.jsonl: one object per line with prompt, response and the truth (table and path as numbers and names)
 *   llava  DIR/NAME.json: a list of LLaVA conversations
 *
 * Pictures are PNG files in DIR/images/. Beside it DIR/NAME.meta.json says how it was made. The same options give the same bytes on every machine. What a published data set needs more than
 * this (mixtures, VLMEvalKit files) is not here yet.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { InputError, toWireError } from '../src/lib/errors.ts';
import { exampleAt } from '../src/tasks/examples.ts';
import type { Example } from '../src/tasks/examples.ts';
import { encodePng } from '../src/tasks/render/png.ts';
import { rasterise } from '../src/tasks/render/raster.ts';
import { DATASET_HELP, parseDatasetOptions } from './dataset-options.ts';
import type { DatasetOptions } from './dataset-options.ts';

async function main(): Promise<void> {
  const options = parseDatasetOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(`${DATASET_HELP}\n`);
    return;
  }
  const { out, task, level, split, profile, supervision, seed, count, format, hasImages } = options;
  const name = `${task}-${level}-${split}-${profile}-${supervision}`;
  await mkdir(hasImages ? join(out, 'images') : out, { recursive: true });
  const file = join(out, format === 'llava' ? `${name}.json` : `${name}.jsonl`);
  const stream = createWriteStream(file);
  const write = async (text: string) => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  if (format === 'llava') await write('[\n');
  for (let index = options.start; index < options.start + count; index++) {
    const example = exampleAt({ task, level, split, seed, index }, options.table);
    const image = hasImages ? `images/${name}-${seed}-${String(index).padStart(7, '0')}.png` : null;
    if (image !== null) await writeFile(join(out, image), picture(example, options));
    const record = format === 'llava' ? llavaRecord(example, options, image) : plainRecord(example, options, image);
    const isLast = index + 1 === options.start + count;
    await write(`${JSON.stringify(record)}${format === 'llava' && !isLast ? ',' : ''}\n`);
  }
  if (format === 'llava') await write(']\n');
  stream.end();
  await finished(stream);
  const { out: _, ...made } = options;
  await writeFile(join(out, `${name}.meta.json`), `${JSON.stringify({ ...made, generator: 'parallax 0.1.0' }, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify({ file, examples: count, pictures: hasImages ? count : 0 })}\n`);
}

function plainRecord(example: Example, { supervision, profile }: DatasetOptions, image: string | null): object {
  const { key, contentId, truth } = example;
  return {
    id: idOf(example),
    key,
    contentId,
    profile,
    supervision,
    prompt: example.prompt(supervision, profile),
    response: example.response(supervision, profile),
    ...(image === null ? {} : { image }),
    truth,
  };
}

/** One conversation of LLaVA's training format; `<image>` stands where the picture goes. */
function llavaRecord(example: Example, { supervision, profile }: DatasetOptions, image: string | null): object {
  const prompt = example.prompt(supervision, profile);
  const human = image === null || prompt.startsWith('<image>') ? prompt : `<image>\n${prompt}`;
  return {
    id: idOf(example),
    ...(image === null ? {} : { image }),
    conversations: [
      { from: 'human', value: human },
      { from: 'gpt', value: example.response(supervision, profile) },
    ],
  };
}

function picture(example: Example, { profile }: DatasetOptions): Uint8Array {
  const scene = example.scene(profile);
  return encodePng(rasterise(scene), scene.widthPx, scene.heightPx);
}

function idOf({ key }: Example): string {
  if (key === null) throw new Error('internal: an example of a data set has a key');
  return `${key.task}-${key.level}-${key.split}-${key.seed}-${key.index}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof InputError ? error.message : (toWireError(error).stack ?? toWireError(error).message)}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
});
