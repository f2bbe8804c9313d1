import { afterEach, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { imageFeatures } from '../../../src/study/smarter/backbone.ts';
import { loadHubBackbone } from '../../../src/study/smarter/hub-backbone.ts';
import type { HubBackbone, HubBackboneOptions } from '../../../src/study/smarter/hub-backbone.ts';
import type { Fetch } from '../../../src/study/smarter/hub-download.ts';
import type { HubProgress } from '../../../src/study/smarter/hub-files.ts';
import { hubUrl, HUB_HOST } from '../../../src/study/smarter/hub-models.ts';
import { prepare } from '../../../src/study/smarter/hub-pixels.ts';
import { openHubStore } from '../../../src/study/smarter/hub-store.ts';
import { goldenPath, memoryStore, network, tinyModels } from '../../support/hub.ts';
import { tinyText, tinyVision, weightsOf } from '../../support/tiny-vit.ts';

const ROOT = '/test/golden/hub/';
const read = async (path: string): Promise<Uint8Array> => {
  const response = await fetch(`${ROOT}tiny/${path}`);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};
const models = await tinyModels(read);
/** The hub's addresses, answered by the test server. */
const local: Fetch = (url, init) => {
  const path = goldenPath(url);
  return path === null ? Promise.resolve(new Response('', { status: 404 })) : fetch(ROOT + path, init);
};

const open: HubBackbone[] = [];
async function load(options: Partial<HubBackboneOptions> = {}, of = models): Promise<HubBackbone> {
  const loaded = await loadHubBackbone(of, {
    ...{ dtype: 'fp32', device: 'wasm', runtimePath: '/ort/', fetch: local, store: memoryStore(), signal: new AbortController().signal },
    ...{ onProgress: () => undefined, pauseMs: 0 },
    ...options,
  });
  open.push(loaded);
  return loaded;
}

afterEach(() => {
  for (const { backbone } of open.splice(0)) backbone.dispose();
});

function picture(seed: number): Uint8Array {
  const rng = makeRng('hub-backbone', seed);
  return Uint8Array.from({ length: 224 * 224 * 3 }, () => rng.below(256));
}

/** Pixel values `[3, 224, 224]` by the published numbers. */
function pixelValues(data: Uint8Array, kind: 'dinov2' | 'siglip'): Float64Array {
  const plan = kind === 'dinov2' ? { resize: { shortestEdge: 256 }, crop: { width: 224, height: 224 } } : { resize: null, crop: null };
  const pixels = prepare({ width: 224, height: 224, data }, plan).data;
  const [mean, std] = kind === 'dinov2' ? [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]] : [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]; // prettier-ignore
  return Float64Array.from({ length: 3 * 224 * 224 }, (_, i) => {
    const c = Math.floor(i / (224 * 224));
    return (pixels[(i % (224 * 224)) * 3 + c]! / 255 - mean[c]!) / std[c]!;
  });
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from({ length: a.length }, (_, i) => Math.abs(a[i]! - b[i]!)).reduce((x, y) => Math.max(x, y), 0);
}

describe('tiny models of the same architectures, through the real loading code', () => {
  test('give features of the shapes and values that plain loops give, the same at every call', async () => {
    const progress: HubProgress[] = [];
    const { backbone, warnings } = await load({ onProgress: (each) => progress.push(each) });
    expect(warnings).toEqual([]);
    expect(backbone).toMatchObject({ imageDim: 16, textDim: 8, textLength: 64 });
    expect(backbone.id).toContain('tiny/dinov2@0123456789ab');
    const last = progress.at(-1);
    expect(last).toMatchObject({ loadedBytes: last?.totalBytes });
    const pictures = [picture(1), picture(2)];
    const images = await backbone.images(pictures);
    const tokens = async (kind: 'dinov2' | 'siglip', file: string) => {
      const weights = weightsOf(await read(file));
      return Float32Array.from(pictures.flatMap((each) => tinyVision(weights, pixelValues(each, kind), kind).flat()));
    };
    const expected = imageFeatures(
      2,
      [
        { grid: 16, dim: 8, before: 1, values: await tokens('dinov2', 'dinov2/onnx/model.onnx') },
        { grid: 14, dim: 8, before: 0, values: await tokens('siglip', 'siglip/onnx/vision_model.onnx') },
      ],
      false,
    );
    expect(worst(images.pooled, expected.pooled)).toBeLessThan(1e-5);
    expect(worst(images.tokens, expected.tokens)).toBeLessThan(1e-5);
    expect(await backbone.images(pictures)).toEqual(images);
    expect((await backbone.images([pictures[1]!])).pooled).toEqual(images.pooled.slice(16));
  });

  test('read a question in lower case without punctuation, padded with end marks, and the mask marks its own tokens', async () => {
    const { backbone } = await load();
    const { states, mask } = await backbone.texts(['How many CIRCLES?', 'a']);
    // how, many, circles, end / space, a, end: ids of scripts/tiny-onnx/tiny-settings.ts, padded with the end mark
    const ids = [[3, 4, 10, 1], [2, 15, 1]]; // prettier-ignore
    const weights = weightsOf(await read('siglip/onnx/text_model.onnx'));
    const rows = ids.map((own) => [...own, ...Array<number>(64 - own.length).fill(1)]);
    expect(worst(states, rows.flatMap((row) => tinyText(weights, row).flat()))).toBeLessThan(1e-5); // prettier-ignore
    expect([0, 1].map((b) => mask.subarray(b * 64, (b + 1) * 64).reduce((sum, value) => sum + value, 0))).toEqual([4, 3]);
    const long = await backbone.texts(['how many '.repeat(99)]);
    expect(long.mask.every((value) => value === 1)).toBe(true);
    expect(long.states).toHaveLength(64 * 8);
  });

  test('in q8 are other files, and close', async () => {
    const asked: string[] = [];
    const [full, { backbone }] = [
      await load(),
      await load({
        dtype: 'q8',
        fetch: (url, init) => {
          asked.push(url.split('/').at(-1) ?? '');
          return local(url, init);
        },
      }),
    ];
    expect(asked.filter((name) => name.endsWith('.onnx'))).toEqual([
      'model_quantized.onnx',
      'vision_model_quantized.onnx',
      'text_model_quantized.onnx',
    ]);
    const [exact, close] = [await full.backbone.images([picture(3)]), await backbone.images([picture(3)])];
    expect(worst(exact.pooled, close.pooled)).toBeLessThan(0.05);
    expect(worst(exact.pooled, close.pooled)).toBeGreaterThan(0);
  });

  test('come from the browser store the second time, without the network', async () => {
    const store = openHubStore();
    await store.clear();
    await load({ store });
    expect(await store.size()).toBeGreaterThan(80_000);
    const { warnings } = await load({ store, fetch: network(() => Promise.reject(new TypeError('offline'))) });
    expect(warnings).toEqual([]);
    await store.clear();
    expect(await store.size()).toBe(0);
  });
});

describe('a bad hub, through the library', () => {
  test('offline and 404 are said in words with the name of the file', async () => {
    await expect(load({ fetch: network(() => Promise.reject(new TypeError('Failed to fetch'))) })).rejects.toThrow(
      /preprocessor_config\.json of huggingface\.co.*online/,
    );
    const no = network((url) => (url.endsWith('.onnx') ? new Response('', { status: 404 }) : local(url, {})));
    await expect(load({ fetch: no })).rejects.toThrow(/tiny\/dinov2\/onnx\/model\.onnx of huggingface\.co: the host does not give it \(status 404\)/);
  });

  test('damaged weights never reach the runtime', async () => {
    const store = memoryStore();
    const flipped = network(async (url) => {
      const bytes = new Uint8Array(await (await local(url, {})).arrayBuffer());
      return new Response(url.endsWith('/model.onnx') ? bytes.with(20_000, bytes[20_000]! ^ 1) : bytes);
    });
    await expect(load({ fetch: flipped, store })).rejects.toMatchObject({ name: 'HubError', message: expect.stringContaining('SHA-256') as string });
    expect(store.bytes.has(hubUrl(HUB_HOST, models.dinov2, 'onnx/model.onnx'))).toBe(false);
  });

  test('settings that no model can be made of are named and dropped, and the next try downloads them again', async () => {
    const store = memoryStore();
    const name = 'preprocessor_config.json';
    const files = models.dinov2.files.map((file) => (file.name === name ? { ...file, sha256: null } : file));
    const unpinned = { ...models, dinov2: { ...models.dinov2, files } };
    const url = hubUrl(HUB_HOST, models.dinov2, name);
    const other = network((asked) =>
      asked === url ? new Response('{"image_processor_type":"BitImageProcessor","do_resize":true,"resample":2}') : local(asked, {}),
    );
    await expect(load({ fetch: other, store }, unpinned)).rejects.toMatchObject({
      name: 'HubError',
      message: expect.stringMatching(
        /^tiny\/dinov2\/preprocessor_config\.json of huggingface\.co: no model can be made of it \(.*bicubic.*\)\. It is dropped; the next Train downloads/,
      ) as string,
    });
    expect([...store.bytes.keys()].filter((key) => key.includes('dinov2'))).toEqual([]);
    const { backbone } = await load({ store }, unpinned);
    expect(backbone.textDim).toBe(8);
  });

  test('can be cancelled while weights come', async () => {
    const cancel = new AbortController();
    const fetch = network((url) => {
      if (url.endsWith('.onnx')) cancel.abort(new DOMException('cancelled', 'AbortError'));
      return local(url, {});
    });
    await expect(load({ fetch, signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
