/**
 * One example under a trained run: its tokens with the loss the run gives each, for the gold response or the run's own, and where in the picture the
 * loss of a token comes from (S2H, appendix J). The caller owns the model and sees to it that it does not change meanwhile.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import { attribute } from '../model/attribution.ts';
import type { Attribution, AttributionQuestion } from '../model/attribution.ts';
import type { MicroBatch } from '../model/batch.ts';
import { greedyDecode } from '../model/decode.ts';
import { initParams } from '../model/params.ts';
import { makePasses } from '../model/passes.ts';
import { exampleAt } from '../tasks/examples.ts';
import type { Example } from '../tasks/example.ts';
import { TOKEN_KINDS } from '../tasks/task.ts';
import type { CompactToken, ExampleKey, RecordKind, TokenKind } from '../tasks/task.ts';
import { tokenizer } from '../tasks/tokenizer.ts';
import { verdictOf } from '../tasks/verdict.ts';
import { answerParts } from './answer-parts.ts';
import type { AnswerParts } from './answer-parts.ts';
import { configOf } from './model-setup.ts';
import type { Model } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import { EOS_ID, packPrompts, packRows, PAD_ID, sequenceOf, UNCOUNTED_KIND } from './sequences.ts';

export type ResponseSource = 'gold' | 'generated';

export interface LookQuestion {
  readonly key: ExampleKey;
  readonly record: RecordKind;
  readonly response: ResponseSource;
}

export interface LookedToken {
  readonly text: string;
  readonly kind: TokenKind | 'prompt';
  readonly isPrompt: boolean;
  /** Nats, null for prompt tokens. */
  readonly loss: number | null;
}

/** Tokens of the sequence and the micro-batch they came from: token i is the target at place i - 1. */
export interface Look {
  readonly tokens: readonly LookedToken[];
  readonly micro: MicroBatch;
  /** Of a generated response: whether it is scored right, and what differs from gold. Null for gold. */
  readonly verdict: string | null;
  /** Groups of the response's tokens, and what they speak of. */
  readonly parts: AnswerParts;
}

/** Room beyond the gold response before a generated one is cut. Ours, as in evaluate.ts. */
const MARGIN_TOKENS = 16;

/** Decodes (for `generated`) and takes the loss of each token of the response. */
export async function lookAt(model: Model, spec: RunSpec, { key, record, response }: LookQuestion, signal?: AbortSignal): Promise<Look> {
  const example = exampleAt(key, spec.task);
  const gold = packRows([{ example, kind: record }], 1);
  const goldIds = sequenceOf({ example, kind: record }).ids;
  const promptLength = packPrompts([{ example, kind: record }]).lengths[0] ?? 0;
  const written = response === 'gold' ? null : await generate(model, example, record, goldIds.length - promptLength, signal);
  const micro = written === null ? gold : withResponse(gold, promptLength, written, kindsOf(written, goldTokens(example)));
  const ids = written === null ? goldIds : [...goldIds.slice(0, promptLength), ...written];

  const losses = await model.passes.tokenLosses(micro);
  const tokens = ids.map((id, i): LookedToken => {
    const text = tokenizer.textOf(id);
    if (i < promptLength) return { text, kind: 'prompt', isPrompt: true, loss: null };
    return { text, kind: TOKEN_KINDS[micro.kinds[i - 1] ?? 0] ?? 'format', isPrompt: false, loss: losses[i - 1] ?? null };
  });
  const verdict = written === null ? null : verdictOf(example, tokenizer.decode(written.filter((id) => id !== EOS_ID)));
  return { tokens, micro, verdict, parts: answerParts(example, tokens) };
}

/** A map of the picture that was looked at. */
export interface PictureMap extends Attribution {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where the loss of some tokens of `look` comes from. `asked.positions` are indices into `look.tokens`, of the response; each once. */
export async function attributionOf(model: Model, look: Look, asked: AttributionQuestion): Promise<PictureMap> {
  const { image } = look.micro;
  if (image === null) throw new InputError('attribute: expected an example with a picture, got a text record: choose image or image-via-text');
  const bad = asked.positions.find((position) => look.tokens[position]?.isPrompt !== false);
  if (bad !== undefined || asked.positions.length === 0) throw new InputError(fault('attribute', 'positions of response tokens', bad ?? 'none'));
  const positions = asked.positions.map((position) => position - 1); // of the micro-batch's targets
  const made = await attribute(model.passes, look.micro, { ...asked, positions });
  return { ...made, widthPx: image.gridColumns * image.patchPx, heightPx: image.gridRows * image.patchPx };
}

/** The model of a run as if it had learnt nothing: fresh weights of another seed. What its maps show comes from the picture and the architecture alone. */
export function untrainedModel(spec: RunSpec): Model {
  const config = configOf(spec);
  const params = initParams(config, makeRng('untrained', spec.seed), { includeReading: false });
  return { config, params, passes: makePasses({ config, params, optimizer: null }) };
}

/** What the model writes, `<eos>` included when it came to it. */
async function generate(model: Model, example: Example, record: RecordKind, goldLength: number, signal: AbortSignal | undefined): Promise<number[]> {
  const prompts = packPrompts([{ example, kind: record }]);
  const longest = record === 'text' ? goldLength : sequenceOf({ example, kind: 'image-via-text' }).ids.length;
  const maxNewTokens = longest + MARGIN_TOKENS;
  const options = { maxNewTokens, eosId: EOS_ID, ...(signal === undefined ? {} : { signal }) };
  const [ids] = await greedyDecode(model.params, model.config, prompts, options);
  if (ids === undefined) throw new Error('internal: greedyDecode returned no row');
  return ids.length < maxNewTokens ? [...ids, EOS_ID] : [...ids]; // greedyDecode leaves `<eos>` out
}

/** The gold micro-batch of one example with another response in it; `writtenKinds` are those of its tokens. */
function withResponse(gold: MicroBatch, promptLength: number, written: readonly number[], writtenKinds: readonly TokenKind[]): MicroBatch {
  const length = promptLength + written.length - 1; // the last token is a target only
  const tokens = new Int32Array(length).fill(PAD_ID);
  const lines = new Int32Array(length);
  const columns = new Int32Array(length);
  const targets = new Int32Array(length);
  const lossWeights = new Float32Array(length);
  const kinds = new Uint8Array(length).fill(UNCOUNTED_KIND);
  tokens.set([...gold.tokens.slice(0, promptLength), ...written.slice(0, -1)]);
  lines.set(gold.lines.slice(0, promptLength));
  columns.set(gold.columns.slice(0, promptLength));
  written.forEach((id, i) => {
    const t = promptLength - 1 + i;
    targets[t] = id;
    lossWeights[t] = 1 / written.length;
    kinds[t] = TOKEN_KINDS.indexOf(writtenKinds[i] ?? 'format');
  });
  return { ...gold, textLength: length, tokens, lines, columns, targets, lossWeights, kinds };
}

/** Everything that the example's own responses may hold. */
function goldTokens(example: Example): readonly CompactToken[] {
  return example.compact('image-via-text').response;
}

/**
 * Kinds of a generated response, which has no truth to ask. Between `convert` and the first token that no x(t) holds everything is `table`; otherwise a
 * word has the kind that it has in the right response. A digit there is a value, or a part of the sum behind `=` and `answer`.
 */
function kindsOf(ids: readonly number[], gold: readonly CompactToken[]): TokenKind[] {
  const kinds = new Map<string, TokenKind>();
  for (const { text, kind } of gold) if (kind !== 'table' && !kinds.has(text)) kinds.set(text, kind);
  const tableWords = new Set(gold.filter(({ kind }) => kind === 'table').map(({ text }) => text));
  let isTable = false;
  let isSum = false;
  return ids.map((id): TokenKind => {
    const text = tokenizer.textOf(id);
    if (text === 'convert') {
      isTable = true;
      return 'format';
    }
    if (isTable && (tableWords.has(text) || !kinds.has(text))) return 'table';
    isTable = false;
    if (text === '=' || text === 'answer') isSum = true;
    else if (text === '\n' || text === 'total') isSum = false;
    if (/^\d$/.test(text)) return isSum ? 'sum' : 'value';
    return kinds.get(text) ?? 'format';
  });
}
