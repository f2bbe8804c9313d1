import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DeviceError } from '../../../src/lib/errors.ts';
import { sha256Hex } from '../../../src/lib/hash.ts';
import { downloadFile } from '../../../src/study/smarter/hub-download.ts';
import { HubError } from '../../../src/study/smarter/hub-error.ts';
import type { Fetch } from '../../../src/study/smarter/hub-download.ts';
import { openHubFiles } from '../../../src/study/smarter/hub-files.ts';
import type { HubProgress } from '../../../src/study/smarter/hub-files.ts';
import {
  downloadBytes,
  filesOf,
  HUB_DTYPES,
  HUB_HOST,
  HUB_VISIONS,
  hubModels,
  hubUrl,
  unpinnedFiles,
} from '../../../src/study/smarter/hub-models.ts';
import type { HubModel } from '../../../src/study/smarter/hub-models.ts';
import { body, memoryStore, network } from '../../support/hub.ts';
import type { MemoryStore } from '../../support/hub.ts';

const WEIGHTS = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 251);
const SETTINGS = new TextEncoder().encode('{"a":1}');
/** `ir_version` 8 and a graph of one byte. */
const ONNX = Uint8Array.of(0x08, 8, 0x3a, 1, 0);
const MODEL: HubModel = {
  repo: 'someone/model',
  revision: 'f'.repeat(40),
  files: [
    { name: 'config.json', sha256: null, bytes: 7 },
    { name: 'onnx/model.onnx', sha256: await sha256Hex(WEIGHTS), bytes: 1000 },
    { name: 'onnx/model_fp16.onnx', sha256: null, bytes: 5 },
  ],
};
const WEIGHTS_URL = hubUrl(HUB_HOST, MODEL, 'onnx/model.onnx');
const SETTINGS_URL = hubUrl(HUB_HOST, MODEL, 'config.json');
const UNPINNED_URL = hubUrl(HUB_HOST, MODEL, 'onnx/model_fp16.onnx');
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1000\n';

let store: MemoryStore;
let progress: HubProgress[];
let cancel: AbortController;

function open(fetch: Fetch, stallMs = 2_000) {
  const quick = { stallMs, pauseMs: 0 };
  return openHubFiles({
    ...{ host: HUB_HOST, models: [MODEL], expected: filesOf(MODEL, 'fp32'), fetch, store, signal: cancel.signal, ...quick },
    onProgress: (each) => progress.push(each),
  });
}

async function bytesAt(files: ReturnType<typeof open>, url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await files.fetch(url)).arrayBuffer());
}

function whole(bytes: Uint8Array, headers: Record<string, string> = {}): Response {
  return new Response(bytes.slice(), { headers: { 'Content-Length': String(bytes.length), ...headers } });
}

beforeEach(() => {
  store = memoryStore();
  progress = [];
  cancel = new AbortController();
});

describe('the list of models', () => {
  test('pins every repository to a commit, every digest is one, and each choice has one file of weights per model', () => {
    for (const vision of HUB_VISIONS) {
      const { dinov2, siglip } = hubModels(vision);
      for (const { revision, files } of [dinov2, siglip]) {
        expect(revision).toMatch(/^[0-9a-f]{40}$/);
        for (const { sha256 } of files) expect(sha256 ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
      }
      for (const dtype of HUB_DTYPES) {
        const weights = (model: HubModel) =>
          filesOf(model, dtype)
            .map(({ name }) => name)
            .filter((name) => name.endsWith('.onnx'));
        const suffix = { fp32: '', fp16: '_fp16', q8: '_quantized' }[dtype];
        expect(weights(dinov2)).toEqual([`onnx/model${suffix}.onnx`]);
        expect(weights(siglip)).toEqual([`onnx/vision_model${suffix}.onnx`, `onnx/text_model${suffix}.onnx`]);
      }
    }
  });

  test('knows about how much a choice downloads and which digests nobody recorded', () => {
    expect(downloadBytes(hubModels('dinov2-small'), 'q8') / 1e6).toBeCloseTo(237.8, 0);
    expect(downloadBytes(hubModels('dinov2-base'), 'fp32') / 1e6).toBeCloseTo(1162, 0);
    expect(unpinnedFiles(hubModels('dinov2-small'), 'q8')).toEqual(
      ['config.json', 'preprocessor_config.json', 'tokenizer_config.json'].map((name) => `Xenova/siglip-base-patch16-224/${name}`),
    );
  });
});

describe('a good hub', () => {
  test('gives the bytes once, then they come from the store, with progress of all files', async () => {
    const fetch = network((url) => whole(url === WEIGHTS_URL ? WEIGHTS : SETTINGS));
    expect(await bytesAt(open(fetch), WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(progress.at(-1)).toEqual({ file: 'onnx/model.onnx', loadedBytes: 1000, totalBytes: 1007 });
    const again = open(fetch);
    expect(await bytesAt(again, WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(fetch.asked).toEqual([WEIGHTS_URL]);
    expect(again.warnings()).toEqual([]);
  });

  test('is asked for the pinned commit whatever revision the library names, and for nothing that is not on the list', async () => {
    const fetch = network(() => whole(SETTINGS));
    const files = open(fetch);
    await bytesAt(files, `${HUB_HOST}someone/model/resolve/main/config.json`);
    await bytesAt(files, SETTINGS_URL);
    expect(fetch.asked).toEqual([SETTINGS_URL]);
    for (const url of [
      `${HUB_HOST}someone/model/resolve/main/other.json`,
      `${HUB_HOST}other/model/resolve/main/config.json`,
      'https://elsewhere.example/config.json',
    ])
      await expect(files.fetch(url)).rejects.toThrow(/expected a file of someone\/model/);
    expect(fetch.asked).toHaveLength(1);
  });

  test('whose digest nobody recorded must give the same file ever after', async () => {
    await bytesAt(open(network(() => whole(SETTINGS))), SETTINGS_URL);
    expect(store.digests.get(SETTINGS_URL)).toBe(await sha256Hex(SETTINGS));
    store.bytes.clear();
    const other = new TextEncoder().encode('{"a":2}');
    await expect(bytesAt(open(network(() => whole(other))), SETTINGS_URL)).rejects.toThrow(/not the file that this browser got the first time/);
    expect(store.bytes.size).toBe(0);
  });
});

describe('a bad hub', () => {
  const bad: readonly (readonly [string, () => Response, RegExp])[] = [
    ['404', () => new Response('no', { status: 404 }), /status 404/],
    ['500', () => new Response('no', { status: 500 }), /status 500/],
    ['a page in place of the file', () => whole(WEIGHTS, { 'Content-Type': 'text/html; charset=utf-8' }), /web page/],
    ['a page that says it is a file', () => new Response('\n<!DOCTYPE html><p>Sign in'), /web page/],
    ['a pointer in place of the file', () => new Response(LFS), /pointer/],
    ['nothing', () => new Response(''), /empty/],
    ['too few bytes', () => new Response(WEIGHTS.slice(0, 400), { headers: { 'Content-Length': '1000' } }), /ended after 400 of 1000/],
    ['one flipped bit', () => whole(WEIGHTS.with(123, (WEIGHTS[123] ?? 0) ^ 1)), /SHA-256/],
  ];
  test.each(bad)('that gives %s: named in words, nothing is kept', async (_, answer, words) => {
    const files = open(network(answer));
    const failure = await files.fetch(WEIGHTS_URL).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).name).toBe('HubError');
    expect((failure as Error).message).toMatch(words);
    expect((failure as Error).message).toMatch(/onnx\/model\.onnx of huggingface\.co: .*The notebook works without it/);
    expect(store.bytes.size).toBe(0);
  });

  test('that cannot be reached is tried three times and then named', async () => {
    const fetch = network(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(open(fetch).fetch(WEIGHTS_URL)).rejects.toThrow(/could not be reached.*Are you online\?/);
    expect(fetch.asked).toHaveLength(3);
  });

  test('that refuses for good is asked once', async () => {
    const fetch = network(() => new Response('', { status: 403 }));
    await expect(open(fetch).fetch(WEIGHTS_URL)).rejects.toThrow(/status 403/);
    expect(fetch.asked).toHaveLength(1);
  });

  test('that breaks in the middle goes on where it stopped', async () => {
    const starts: number[] = [];
    const fetch = network((_, { from, nth }) => {
      starts.push(from);
      if (nth === 1) return new Response(body([WEIGHTS.slice(0, 300)], 'break'), { headers: { 'Content-Length': '1000' } });
      const headers = { 'Content-Length': String(1000 - from), 'Content-Range': `bytes ${from}-999/1000` };
      return new Response(WEIGHTS.slice(from), { status: 206, headers });
    });
    expect(await bytesAt(open(fetch), WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(starts).toEqual([0, 300]);
  });

  test('that cannot go on starts again, also when it answers with another part', async () => {
    const broken = new Response(body([WEIGHTS.slice(0, 300)], 'break'), { headers: { 'Content-Length': '1000' } });
    expect(await bytesAt(open(network((_, { nth }) => (nth === 1 ? broken : whole(WEIGHTS)))), WEIGHTS_URL)).toEqual(WEIGHTS);
    store.bytes.clear();
    const second = new Response(body([WEIGHTS.slice(0, 300)], 'break'), { headers: { 'Content-Length': '1000' } });
    const fetch = network((_, { nth }) =>
      nth === 1 ? second : new Response(WEIGHTS.slice(), { status: 206, headers: { 'Content-Range': 'bytes 0-999/1000' } }),
    );
    expect(await bytesAt(open(fetch), WEIGHTS_URL)).toEqual(WEIGHTS);
  });

  test('that stalls is given up after a while', async () => {
    const fetch = network((_, { signal }) => new Response(body([WEIGHTS.slice(0, 10)], 'wait', signal)));
    await expect(open(fetch, 20).fetch(WEIGHTS_URL)).rejects.toThrow(/nothing came for 0.02 s/);
    expect(fetch.asked).toHaveLength(3);
  });

  test('can be cancelled, and then nothing is tried again', async () => {
    const fetch = network((_, { signal }) => new Response(body([WEIGHTS.slice(0, 10)], 'wait', signal)));
    const promise = open(fetch).fetch(WEIGHTS_URL);
    await vi.waitFor(() => expect(progress).toHaveLength(1));
    cancel.abort(new DOMException('cancelled', 'AbortError'));
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(fetch.asked).toHaveLength(1);
  });
});

describe('a file whose digest nobody recorded', () => {
  const truncated = new TextEncoder().encode('{"model_type":"dinov2"');

  test.each([
    ['settings that break off', SETTINGS_URL, truncated, /no JSON, or breaks off/],
    ['settings that are a number', SETTINGS_URL, new TextEncoder().encode('42'), /no JSON/],
    ['weights that break off', UNPINNED_URL, ONNX.slice(0, -1), /no ONNX model, or breaks off/],
    ['weights with bytes too many', UNPINNED_URL, Uint8Array.of(...ONNX, 0), /no ONNX model/],
    ['weights without a graph', UNPINNED_URL, ONNX.slice(0, 2), /no ONNX model/],
    ['a text in place of weights', UNPINNED_URL, new TextEncoder().encode('not found'), /no ONNX model/],
  ])('%s are named, not kept, and asked for again', async (_, url, bytes, words) => {
    await expect(open(network(() => whole(bytes))).fetch(url)).rejects.toThrow(words);
    expect([store.bytes.size, store.digests.size]).toEqual([0, 0]);
    const good = url === SETTINGS_URL ? SETTINGS : ONNX;
    const fetch = network(() => whole(good));
    expect(await bytesAt(open(fetch), url)).toEqual(good);
    expect(fetch.asked).toEqual([url]);
  });

  test('that was kept broken, with its digest, is downloaded again', async () => {
    store.bytes.set(SETTINGS_URL, truncated);
    store.digests.set(SETTINGS_URL, await sha256Hex(truncated));
    expect(await bytesAt(open(network(() => whole(SETTINGS))), SETTINGS_URL)).toEqual(SETTINGS);
    expect(store.digests.get(SETTINGS_URL)).toBe(await sha256Hex(SETTINGS));
  });

  test('is dropped when no model can be made of it, and files with a digest are not', async () => {
    const fetch = network((url) => whole(url === WEIGHTS_URL ? WEIGHTS : SETTINGS));
    const files = open(fetch);
    await bytesAt(files, WEIGHTS_URL);
    await bytesAt(files, SETTINGS_URL);
    await expect(files.using(MODEL, () => Promise.reject(new Error('unknown model type')))).rejects.toMatchObject({
      name: 'HubError',
      message: expect.stringMatching(
        /^someone\/model\/config\.json of huggingface\.co: no model can be made of it \(unknown model type\)\. It is dropped; the next Train downloads the file again\./,
      ) as string,
    });
    expect([...store.bytes.keys()]).toEqual([WEIGHTS_URL]);
    expect(store.digests.size).toBe(0);
    await bytesAt(open(fetch), SETTINGS_URL);
    expect(fetch.asked).toEqual([WEIGHTS_URL, SETTINGS_URL, SETTINGS_URL]);
  });

  test.each([
    ['the hub', () => new HubError('offline', 'no connection')],
    ['the memory', () => new RangeError('Array buffer allocation failed')],
    ['the device', () => new DeviceError('no fp16')],
    ['the runtime', () => new Error('std::bad_alloc')],
  ])('stays when %s is to blame', async (_, make) => {
    const files = open(network(() => whole(SETTINGS)));
    await bytesAt(files, SETTINGS_URL);
    const error = make();
    await expect(files.using(MODEL, () => Promise.reject(error))).rejects.toBe(error);
    expect(store.bytes.size).toBe(1);
  });
});

describe('the store', () => {
  test('with damaged bytes is mended by one download', async () => {
    store.bytes.set(WEIGHTS_URL, WEIGHTS.with(0, 99));
    const fetch = network(() => whole(WEIGHTS));
    expect(await bytesAt(open(fetch), WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(store.bytes.get(WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(fetch.asked).toHaveLength(1);
  });

  test('that is full, or not there, gives a warning and the models all the same', async () => {
    const full = { ...store, write: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
    store = full;
    const files = open(network(() => whole(WEIGHTS)));
    expect(await bytesAt(files, WEIGHTS_URL)).toEqual(WEIGHTS);
    expect(files.warnings()).toEqual([expect.stringMatching(/there is no room.*from memory now/)]);
    const refuse = () => Promise.reject(new ReferenceError('caches is not defined'));
    store = { ...memoryStore(), read: refuse, write: refuse, digest: refuse, keepDigest: refuse };
    const without = open(network(() => whole(SETTINGS)));
    expect(await bytesAt(without, SETTINGS_URL)).toEqual(SETTINGS);
    expect(without.warnings()).toEqual([expect.stringMatching(/the browser refuses/)]);
  });
});

test('a compressed answer, whose length counts fewer bytes than come, is whole', async () => {
  const url = 'https://huggingface.co/a/b';
  const fetch = network(() => new Response(SETTINGS.slice(), { headers: { 'Content-Length': '3' } }));
  expect(await downloadFile(url, { fetch, signal: cancel.signal, onBytes: () => undefined })).toEqual(SETTINGS);
});
