/**
 * Our encoders as files: weights in half precision with their vocabulary and recipe inside, so that ids and vectors never come apart. `public/encoders/index.json` lists them.
 */
import * as v from 'valibot';
import { fault, InputError } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { declareVision, TEXT, VISION } from '../../model/encoders/encoder.ts';
import type { TextConfig, VisionConfig } from '../../model/encoders/encoder.ts';
import { Declarations } from '../../model/params.ts';
import { declareText } from '../../model/encoders/encoder.ts';
import { decodeSafetensors, encodeSafetensors } from '../../model/safetensors.ts';
import type { StoredTensor } from '../checkpoint.ts';
import type { EncoderKind } from './encoder-recipe.ts';
import { ENCODER_KINDS } from './encoder-recipe.ts';

const FORMAT = 'parallax-encoder-1';

export interface EncoderFile {
  readonly kind: EncoderKind;
  readonly vision: VisionConfig;
  /** Null for a self-distilled one. */
  readonly text: TextConfig | null;
  readonly words: readonly string[];
  readonly weights: Readonly<Record<string, StoredTensor>>;
}

const IndexSchema = v.object({
  encoders: v.array(
    v.object({
      kind: v.picklist(ENCODER_KINDS),
      file: v.pipe(v.string(), v.regex(/^[\w.-]+\.safetensors$/)),
      digest: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/)),
      bytes: v.number(),
      parameters: v.number(),
      steps: v.number(),
      pictures: v.number(),
      loss: v.number(),
      command: v.string(),
    }),
  ),
});
export type EncoderEntry = v.InferOutput<typeof IndexSchema>['encoders'][number];

/** Which parameters a frozen encoder needs: the towers, without the heads they were trained with. */
function towerOf(kind: EncoderKind, words: readonly string[]): Declarations {
  const to = new Declarations();
  declareVision(to, 'vision', VISION);
  if (kind === 'contrastive') declareText(to, 'text', { ...TEXT, vocabularySize: words.length });
  return to;
}

export function encodeEncoder(kind: EncoderKind, words: readonly string[], weights: Readonly<Record<string, StoredTensor>>): Uint8Array {
  const kept = [...towerOf(kind, words).all.keys()].map((name) => {
    const found = weights[name];
    if (found === undefined) throw new Error(`internal: no weights of ${name}`);
    return [name, { dtype: 'F32' as const, shape: found.shape, data: found.data }] as const;
  });
  return encodeSafetensors(Object.fromEntries(kept), { format: FORMAT, kind, words: kind === 'contrastive' ? JSON.stringify(words) : '[]' }, 'F16');
}

/** Throws InputError for a file that is no encoder of ours. */
export function decodeEncoder(bytes: Uint8Array): EncoderFile {
  const { tensors, metadata } = decodeSafetensors(bytes, { mustBeFinite: true });
  const kind = ENCODER_KINDS.find((known) => known === metadata['kind']);
  if (metadata['format'] !== FORMAT || kind === undefined)
    throw new InputError(fault('encoder', `a file of format ${FORMAT}`, metadata['format'] ?? 'none'));
  const words = v.parse(v.array(v.string()), JSON.parse(metadata['words'] ?? '[]'));
  for (const [name, { shape }] of towerOf(kind, words).all) {
    if (tensors[name]?.shape.join() !== shape.join())
      throw new InputError(
        fault('encoder', `${name} of shape [${shape.join(', ')}]`, tensors[name]?.shape ?? 'none', 'this file is of another version'),
      );
  }
  return { kind, vision: VISION, text: kind === 'contrastive' ? { ...TEXT, vocabularySize: words.length } : null, words, weights: tensors };
}

/** `readFile` reads from the folder of the index. */
export async function loadEncoder(
  kind: EncoderKind,
  readFile: (name: string) => Promise<Uint8Array>,
): Promise<{ file: EncoderFile; digest: string }> {
  const entries = parseEncoderIndex(await readFile('index.json'));
  const entry = entries.find((each) => each.kind === kind);
  if (entry === undefined)
    throw new InputError(fault('encoders/index.json', `an encoder of kind ${kind}`, entries.map((each) => each.kind).join(', ')));
  const bytes = await readFile(entry.file);
  const digest = await sha256Hex(bytes);
  if (digest !== entry.digest)
    throw new InputError(fault(entry.file, `the digest ${entry.digest}`, digest, 'the download is damaged: load it again'));
  return { file: decodeEncoder(bytes), digest };
}

export function parseEncoderIndex(bytes: Uint8Array): readonly EncoderEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError(
      'encoders/index.json: expected JSON, got other text: the download is damaged or the server answers every path with its page',
    );
  }
  const result = v.safeParse(IndexSchema, value);
  if (result.success) return result.output.encoders;
  throw new InputError(
    fault('encoders/index.json', 'a list of encoders', result.issues.map((issue) => v.getDotPath(issue) ?? issue.message).join(', ')),
  );
}
