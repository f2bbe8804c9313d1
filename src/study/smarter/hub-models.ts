/**
 * The only models that this page may load from the Hugging Face hub: repositories, each pinned to one commit, and their files with SHA-256 digests.
 *
 * DINOv2 and SigLIP as spec/smarter-vlm 1.1 and 1.2 name them, in their ONNX exports. The digests are those that several public projects pin for the same commit; what no
 * one has recorded is null: then the digest of the first download counts and every later one must equal it (hub-files.ts). DINOv2-base is taken from `onnx-community`,
 * whose commit and digest are known; both it and Xenova's are exports of facebook/dinov2-base.
 */
import { fault, InputError } from '../../lib/errors.ts';

export const HUB_HOST = 'https://huggingface.co/';

export const HUB_VISIONS = ['dinov2-base', 'dinov2-small'] as const;
export type HubVision = (typeof HUB_VISIONS)[number];

/** `q8` is the smallest and the least like the others: one public measurement has DINOv2-base in q8 at a cosine of 0.36 to fp32, and fp16 at 1.000. */
export const HUB_DTYPES = ['fp32', 'fp16', 'q8'] as const;
export type HubDtype = (typeof HUB_DTYPES)[number];

export interface HubFile {
  readonly name: string;
  readonly sha256: string | null;
  /** For the progress bar only. Exact where somebody recorded it, else about. */
  readonly bytes: number;
}

export interface HubModel {
  readonly repo: string;
  /** A full commit id: a branch can move. */
  readonly revision: string;
  readonly files: readonly HubFile[];
}

export interface HubModels {
  readonly title: string;
  readonly dinov2: HubModel;
  /** One repository for pictures and texts. */
  readonly siglip: HubModel;
}

const DINOV2: Readonly<Record<HubVision, HubModel>> = {
  'dinov2-base': {
    repo: 'onnx-community/dinov2-base',
    revision: '31ef06cac16d5d301c5930d147002a058c85a5e4',
    files: [
      { name: 'config.json', sha256: null, bytes: 900 },
      { name: 'preprocessor_config.json', sha256: null, bytes: 436 },
      { name: 'onnx/model.onnx', sha256: '320d1012a6fc65b101fc85ca30ee7a47b2e4f6a2e8bd78fb9d7036def0e30cb0', bytes: 346_627_111 },
      { name: 'onnx/model_fp16.onnx', sha256: null, bytes: 174_000_000 },
      { name: 'onnx/model_quantized.onnx', sha256: null, bytes: 91_000_000 },
    ],
  },
  'dinov2-small': {
    repo: 'Xenova/dinov2-small',
    revision: 'c2bb04a51fab207c420665f1946016107bffc701',
    files: [
      { name: 'config.json', sha256: '471007e1c59df520030a2690998f4e0ba5d810bc4f959d1984f630d198faa07e', bytes: 899 },
      { name: 'preprocessor_config.json', sha256: '14e780d86fa1861f8751f868d7f45425b5feb55c38ca26f152ca5097ab30f828', bytes: 436 },
      { name: 'onnx/model.onnx', sha256: '83141175ec78b4ff9a2bb58a4c7c264ba0054d1c2e122e5a8114b79a8d4179ea', bytes: 88_459_888 },
      { name: 'onnx/model_fp16.onnx', sha256: null, bytes: 44_400_000 },
      { name: 'onnx/model_quantized.onnx', sha256: '3afdc8bc63b50558d6e5770f5b799bb82455c2311183a2de43803f343a29d917', bytes: 24_451_943 },
    ],
  },
};

const SIGLIP: HubModel = {
  repo: 'Xenova/siglip-base-patch16-224',
  revision: '4649052661e53c7000355844105f8a1792088239',
  files: [
    { name: 'config.json', sha256: null, bytes: 500 },
    { name: 'preprocessor_config.json', sha256: null, bytes: 400 },
    { name: 'tokenizer.json', sha256: '4a17c975210be5ab4c36b47d8dae4eefb866dbfb1e676e394aad85dc30a3ae08', bytes: 2_398_744 },
    { name: 'tokenizer_config.json', sha256: null, bytes: 800 },
    { name: 'onnx/vision_model.onnx', sha256: 'f89d41bac7f4d4b87e010a467d93f98689d708916ed22f5a07f96fdfa26f475f', bytes: 371_819_850 },
    { name: 'onnx/vision_model_fp16.onnx', sha256: '7287a8e9cbf4f2eedd66e8dc5cf584be03108f4e4a24331879ac6ef7ac7c878f', bytes: 186_000_000 },
    { name: 'onnx/vision_model_quantized.onnx', sha256: 'ef14a954f3d57e1806666432bd9785004c1dc27100aa260eee0cb0f10a5de058', bytes: 99_499_129 },
    { name: 'onnx/text_model.onnx', sha256: '3aa7fdbd20eaa8740cce17bf82913de641fcb632a768fed59f661cdcd0c32553', bytes: 441_332_132 },
    { name: 'onnx/text_model_fp16.onnx', sha256: 'ebffbfd71ae11b3f9df5233095815953f44b02ca241c317722edd8c49a9de0f6', bytes: 221_000_000 },
    { name: 'onnx/text_model_quantized.onnx', sha256: 'ad0329b1f35acc66d8953ff2559ce358da8eb0a7011794cf951523d63a4dbce2', bytes: 111_475_220 },
  ],
};

export function hubModels(vision: HubVision): HubModels {
  return { title: `${vision} and siglip-base-patch16-224`, dinov2: DINOV2[vision], siglip: SIGLIP };
}

/** What a precision needs of a model: its settings, and the weights of that precision. */
export function filesOf({ files }: HubModel, dtype: HubDtype): readonly HubFile[] {
  return files.filter(({ name }) => [null, dtype].includes(dtypeOf(name)));
}

/** By the names of the hub's exports; null for settings. */
function dtypeOf(name: string): HubDtype | null {
  if (!name.endsWith('.onnx')) return null;
  if (name.endsWith('_fp16.onnx')) return 'fp16';
  return name.endsWith('_quantized.onnx') ? 'q8' : 'fp32';
}

/** About how many bytes a first use downloads. */
export function downloadBytes({ dinov2, siglip }: HubModels, dtype: HubDtype): number {
  return [dinov2, siglip].flatMap((model) => filesOf(model, dtype)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Files of this choice whose digest is not known in advance: the page says so before it loads them. */
export function unpinnedFiles({ dinov2, siglip }: HubModels, dtype: HubDtype): readonly string[] {
  return [dinov2, siglip].flatMap((model) =>
    filesOf(model, dtype)
      .filter(({ sha256 }) => sha256 === null)
      .map(({ name }) => `${model.repo}/${name}`),
  );
}

export function hubUrl(host: string, { repo, revision }: HubModel, name: string): string {
  return `${host}${repo}/resolve/${revision}/${name}`;
}

/**
 * The file that an address of the hub means. The revision in it is not looked at: transformers.js 4.3.1 asks for `main` when it looks whether a tokenizer is there, and gets
 * the pinned file too. Throws InputError for anything that is not on the list.
 */
export function fileAt(host: string, models: readonly HubModel[], url: string): { readonly model: HubModel; readonly file: HubFile } {
  for (const model of models) {
    const [, rest] = url.split(`${host}${model.repo}/resolve/`);
    const name = rest?.replace(/^[^/]+\//, '');
    const file = model.files.find((each) => each.name === name);
    if (file !== undefined) return { model, file };
  }
  throw new InputError(fault('hub', `a file of ${models.map(({ repo }) => repo).join(' or ')}`, url));
}
