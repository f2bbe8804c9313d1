/** The settings beside the tiny models: the published ones with small sizes, and a tokenizer of SigLIP's kind (lower case, no punctuation, unigram pieces, end mark as pad). */
import { TINY } from './tiny-graphs.ts';

const END = '</s>';
const UNKNOWN = '<unk>';
const SPACE = '\u2581'; // sentencepiece's mark of a word's beginning
const WORDS = ['how', 'many', 'what', 'is', 'the', 'number', 'of', 'circles', 'which', 'color', 'comes', 'next'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** Piece and log probability; the end mark is piece 1 and stands for padding too, as in SigLIP. */
export const PIECES: readonly (readonly [string, number])[] = [
  [UNKNOWN, 0],
  [END, 0],
  [SPACE, -4],
  ...WORDS.map((word, i) => [SPACE + word, -3 - i / 10] as const),
  ...LETTERS.map((letter, i) => [letter, -6 - i / 10] as const),
];

const HALF = [0.5, 0.5, 0.5];

/** File names under the model's folder, and what stands in them. */
export const SETTINGS: Readonly<Record<string, unknown>> = {
  'dinov2/config.json': {
    architectures: ['Dinov2Model'],
    model_type: 'dinov2',
    hidden_size: TINY.dim,
    num_hidden_layers: 1,
    num_attention_heads: TINY.heads,
    image_size: TINY.picture,
    patch_size: 14,
  },
  'dinov2/preprocessor_config.json': {
    image_processor_type: 'BitImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: 256 },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: 224, width: 224 },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  },
  'siglip/config.json': {
    architectures: ['SiglipModel'],
    model_type: 'siglip',
    text_config: { model_type: 'siglip_text_model', hidden_size: TINY.dim, vocab_size: PIECES.length },
    vision_config: { model_type: 'siglip_vision_model', hidden_size: TINY.dim },
  },
  'siglip/preprocessor_config.json': {
    image_processor_type: 'SiglipImageProcessor',
    do_resize: true,
    size: { height: 224, width: 224 },
    resample: 3,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: HALF,
    image_std: HALF,
  },
  'siglip/tokenizer_config.json': {
    tokenizer_class: 'SiglipTokenizer',
    model_max_length: TINY.textLength,
    pad_token: END,
    eos_token: END,
    unk_token: UNKNOWN,
  },
  'siglip/tokenizer.json': {
    version: '1.0',
    added_tokens: [UNKNOWN, END].map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Lowercase' },
        { type: 'Replace', pattern: { Regex: '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]' }, content: '' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Strip', strip_left: true, strip_right: true },
      ],
    },
    pre_tokenizer: { type: 'Metaspace', replacement: SPACE, add_prefix_space: true, prepend_scheme: 'always' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: END, type_id: 0 } }],
      pair: [],
      special_tokens: { [END]: { id: END, ids: [1], tokens: [END] } },
    },
    decoder: { type: 'Metaspace', replacement: SPACE, add_prefix_space: true },
    model: { type: 'Unigram', unk_id: 0, vocab: PIECES },
  },
};
