/**
 * DINOv2 and SigLIP of the Hugging Face hub as a backbone, run by transformers.js on WebGPU or WebAssembly: last hidden states, all tokens, with the published preprocessors
 * and tokenizer (spec/smarter-vlm 1.1, 1.2). The only file that loads transformers.js, and only when this backbone is chosen.
 *
 * Use it in a worker that is thrown away when loading fails: transformers.js 4.3.1 chains all sessions in one promise, which stays rejected.
 *
 * Letters: B pictures or texts, T tokens, D channels of one model, L text positions.
 */
import type { ImageProcessor, PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { DeviceError, fault, InputError, ShapeError } from '../../lib/errors.ts';
import { fromHalf } from '../../lib/half.ts';
import { imageFeatures } from './backbone.ts';
import type { Backbone, PatchTokens } from './backbone.ts';
import type { Fetch } from './hub-download.ts';
import { openHubFiles } from './hub-files.ts';
import type { HubProgress } from './hub-files.ts';
import { filesOf, HUB_HOST } from './hub-models.ts';
import type { HubDtype, HubModel, HubModels } from './hub-models.ts';
import { prepare } from './hub-pixels.ts';
import type { PixelPlan } from './hub-pixels.ts';
import type { HubStore } from './hub-store.ts';

export type HubDevice = 'webgpu' | 'wasm';

export interface HubBackboneOptions {
  readonly dtype: HubDtype;
  readonly device: HubDevice;
  /** The device that the sessions share with others; null: ONNX Runtime opens one for all three. For `webgpu` only. */
  readonly gpu?: GPUDevice | null;
  /** Where ONNX Runtime's WebAssembly files are served, with the slash at its end. */
  readonly runtimePath: string;
  readonly host?: string;
  readonly fetch: Fetch;
  readonly store: HubStore;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: HubProgress) => void;
  readonly stallMs?: number;
  readonly pauseMs?: number;
}

export interface HubBackbone {
  readonly backbone: Backbone;
  /** What the person should know, such as a full disk. */
  readonly warnings: readonly string[];
}

const PICTURE_PX = 224;
/** SigLIP's text model has no more; the published tokenizer fills them. */
const TEXT_POSITIONS = 64;
const BICUBIC = 3; // Pillow's number, in preprocessor_config.json

/** Rejects with HubError, InputError, DeviceError, or the signal's reason. The caller disposes of the backbone. */
export async function loadHubBackbone(models: HubModels, options: HubBackboneOptions): Promise<HubBackbone> {
  const { dtype, device, gpu = null, host = HUB_HOST, signal } = options;
  const both = [models.dinov2, models.siglip];
  const files = openHubFiles({ ...options, host, models: both, expected: both.flatMap((model) => filesOf(model, dtype)) });
  const hub = await import('@huggingface/transformers');
  const { env } = hub;
  Object.assign(env, {
    remoteHost: host,
    allowLocalModels: false,
    useBrowserCache: false,
    useFSCache: false,
    useWasmCache: false,
    logLevel: hub.LogLevel.ERROR,
  });
  env.fetch = (input) => files.fetch(String(input));
  // A folder, never an object of two addresses: those are fetched into blob: scripts, which the page's policy blocks.
  Object.assign(env.backends.onnx.wasm ?? {}, { wasmPaths: options.runtimePath });

  const provider = gpu === null ? {} : { session_options: { executionProviders: [{ name: 'webgpu' as const, device: gpu }] } };
  const from = ({ revision }: HubModel) => ({ revision, dtype, device, use_external_data_format: false, ...provider });
  const opened: PreTrainedModel[] = [];
  const keep = (model: PreTrainedModel): PreTrainedModel => {
    opened.push(model);
    signal.throwIfAborted();
    return model;
  };
  const { dinov2, siglip } = models;
  try {
    // One after the other: the bytes of one model are free again before the next come.
    const pixelsOf = (processor: ImageProcessor) => pixelMaker(processor, (data, width, height) => new hub.RawImage(data, width, height, 3));
    const eyesOf = (model: HubModel) =>
      files.using(model, () => hub.AutoImageProcessor.from_pretrained(model.repo, { revision: model.revision }).then(pixelsOf));
    const eyes = { dinov2: await eyesOf(dinov2), siglip: await eyesOf(siglip) };
    const tokenizer = await files.using(siglip, () => hub.AutoTokenizer.from_pretrained(siglip.repo, { revision: siglip.revision }));
    const open = async (model: HubModel, kind: typeof hub.PreTrainedModel): Promise<PreTrainedModel> =>
      keep(await files.using(model, () => kind.from_pretrained(model.repo, from(model))));
    const first = await open(dinov2, hub.Dinov2Model);
    const second = await open(siglip, hub.SiglipVisionModel);
    const text = await open(siglip, hub.SiglipTextModel);
    const seeing = [
      { model: first, pixels: eyes.dinov2, before: 1 },
      { model: second, pixels: eyes.siglip, before: 0 },
    ];
    const { imageDim, textDim } = await tryOut(seeing, text, tokenizer);
    const id = `hub ${dinov2.repo}@${dinov2.revision.slice(0, 12)} ${siglip.repo}@${siglip.revision.slice(0, 12)} ${dtype} ${device}`;
    return {
      backbone: hubBackbone({ id, title: `${models.title}, ${dtype}`, imageDim, textDim }, seeing, text, tokenizer),
      warnings: files.warnings(),
    };
  } catch (error) {
    await Promise.all(opened.map((model) => model.dispose()));
    signal.throwIfAborted();
    throw device === 'webgpu' && /does not support fp16/.test(String(error)) ? noHalves() : error;
  }
}

interface Seeing {
  readonly model: PreTrainedModel;
  readonly pixels: (pictures: readonly Uint8Array[]) => Promise<Tensor>;
  /** Tokens before the patches. */
  readonly before: number;
}

function hubBackbone(
  shape: { readonly id: string; readonly title: string; readonly imageDim: number; readonly textDim: number },
  seeing: readonly Seeing[],
  text: PreTrainedModel,
  tokenizer: PreTrainedTokenizer,
): Backbone {
  return {
    ...shape,
    tokenDim: shape.imageDim,
    textLength: TEXT_POSITIONS,
    async images(pictures) {
      const tokens: PatchTokens[] = [];
      for (const each of seeing) tokens.push(await patchTokens(each, pictures));
      return imageFeatures(pictures.length, tokens, false);
    },
    async texts(questions) {
      const { states, mask } = await textStates(text, tokenizer, questions);
      return { states: states.values, mask };
    },
    dispose: () => void Promise.all([...seeing.map(({ model }) => model), text].map((model) => model.dispose())),
  };
}

/** Widths, from a first run. Weights that a precision or a driver turns into nonsense show here and not in a figure. */
async function tryOut(
  seeing: readonly Seeing[],
  text: PreTrainedModel,
  tokenizer: PreTrainedTokenizer,
): Promise<{ imageDim: number; textDim: number }> {
  const grey = new Uint8Array(PICTURE_PX * PICTURE_PX * 3).fill(127);
  let imageDim = 0;
  for (const each of seeing) {
    const { dim, values } = await patchTokens(each, [grey]);
    checkFinite(values);
    imageDim += dim;
  }
  const { states } = await textStates(text, tokenizer, ['how many']);
  checkFinite(states.values);
  return { imageDim, textDim: states.dim };
}

async function patchTokens({ model, pixels, before }: Seeing, pictures: readonly Uint8Array[]): Promise<PatchTokens> {
  const { dim, tokens, values } = await hiddenStates(model, { pixel_values: await pixels(pictures) });
  const grid = Math.sqrt(tokens - before);
  if (!Number.isInteger(grid)) throw new ShapeError(fault('hub backbone', `${before} tokens and a square of patches`, tokens));
  return { grid, dim, before, values };
}

/** States `[B, L, D]`, padding too: the published model attends to it. The mask `[B, L]` has 1 for a token of the question and its end. */
async function textStates(model: PreTrainedModel, tokenizer: PreTrainedTokenizer, questions: readonly string[]) {
  const { input_ids, attention_mask } = tokenizer([...questions], { padding: 'max_length', truncation: true, max_length: TEXT_POSITIONS }) as {
    readonly input_ids: Tensor;
    readonly attention_mask: Tensor;
  };
  const states = await hiddenStates(model, { input_ids });
  if (states.tokens !== TEXT_POSITIONS) throw new ShapeError(fault('hub backbone', `${TEXT_POSITIONS} text positions`, states.tokens));
  return { states, mask: Uint8Array.from(attention_mask.data as BigInt64Array, Number) };
}

/** `[B, T, D]` as floats. */
async function hiddenStates(
  model: PreTrainedModel,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<{ dim: number; tokens: number; values: Float32Array }> {
  const output = (await model(inputs)) as Readonly<Record<string, Tensor | undefined>>;
  const states = output['last_hidden_state'];
  const [, tokens, dim] = states?.dims ?? [];
  if (states === undefined || tokens === undefined || dim === undefined)
    throw new ShapeError(fault('hub backbone', 'last_hidden_state of shape [B, T, D]', Object.keys(output)));
  const values = floats(states);
  for (const tensor of Object.values(output)) tensor?.dispose();
  return { dim, tokens, values };
}

/** Halves come as bits where the browser has no Float16Array. */
function floats({ type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data.slice();
  return type === 'float16' && data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : Float32Array.from(data as ArrayLike<number>);
}

function checkFinite(values: Float32Array): void {
  if (values.every(Number.isFinite)) return;
  throw new DeviceError(fault('hub backbone', 'finite features', 'NaN or infinity', 'choose encoders with fp32, or on WebAssembly'));
}

function noHalves(): DeviceError {
  return new DeviceError(
    fault('hub backbone', 'a GPU with 16-bit floats (shader-f16) for fp16', 'one without', 'choose encoders with fp32 or q8, or on WebAssembly'),
  );
}

/** Pixel values `[B, 3, H, W]` of 8-bit pictures: size by hub-pixels.ts, the rest by the published processor. */
function pixelMaker(processor: ImageProcessor, rawImage: (data: Uint8Array, width: number, height: number) => unknown): Seeing['pixels'] {
  const plan = planOf(processor);
  Object.assign(processor, { do_resize: false, do_center_crop: false });
  return async (pictures) => {
    const images = pictures.map((data) => {
      const { width, height, data: pixels } = prepare({ width: PICTURE_PX, height: PICTURE_PX, data }, plan);
      return rawImage(pixels, width, height);
    });
    return ((await processor(images)) as { readonly pixel_values: Tensor }).pixel_values;
  };
}

/** What the published settings ask for. Throws InputError for a resampling that is not theirs. */
export function planOf(processor: Pick<ImageProcessor, 'size' | 'crop_size' | 'do_resize' | 'do_center_crop' | 'resample'>): PixelPlan {
  const size = processor.size as { shortest_edge?: number; width?: number; height?: number } | undefined;
  const crop = processor.crop_size as { width: number; height: number } | undefined;
  if (processor.do_resize && processor.resample !== BICUBIC)
    throw new InputError(fault('hub backbone', `bicubic resampling (${BICUBIC})`, processor.resample));
  const resize =
    size?.shortest_edge !== undefined
      ? { shortestEdge: size.shortest_edge }
      : { width: size?.width ?? PICTURE_PX, height: size?.height ?? PICTURE_PX };
  return { resize: processor.do_resize ? resize : null, crop: processor.do_center_crop && crop !== undefined ? crop : null };
}
