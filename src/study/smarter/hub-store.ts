/** Downloaded files of the hub in this browser: the bytes in the Cache API, digests in IndexedDB, so that they outlive bytes that were thrown away. */
import { openDatabase } from '../database.ts';

export interface HubStore {
  /** Null when it is not there. */
  read(url: string): Promise<Uint8Array | null>;
  /** Rejects when there is no room. */
  write(url: string, bytes: Uint8Array): Promise<void>;
  /** Drops the bytes; the digest stays. */
  remove(url: string): Promise<void>;
  /** Drops bytes and digest: whatever comes next is the first. */
  forget(url: string): Promise<void>;
  /** The digest that the file had when it first came. */
  digest(url: string): Promise<string | null>;
  keepDigest(url: string, sha256: string): Promise<void>;
  /** Bytes that are kept. */
  size(): Promise<number>;
  /** Forgets bytes and digests. */
  clear(): Promise<void>;
}

const NAME = 'parallax-hub';

/** Opens on first use. Over plain http there is no Cache API: then every method rejects. */
export function openHubStore(): HubStore {
  const digests = openDatabase(NAME);
  const cache = async (): Promise<Cache> => caches.open(NAME);
  return {
    async read(url) {
      const found = await (await cache()).match(url);
      return found === undefined ? null : new Uint8Array(await found.arrayBuffer());
    },
    async write(url, bytes) {
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes.length) };
      await (await cache()).put(url, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }));
    },
    async remove(url) {
      await (await cache()).delete(url);
    },
    async forget(url) {
      await (await cache()).delete(url);
      await digests.write((transaction) => Promise.resolve(transaction.remove(url)));
    },
    async digest(url) {
      const digest = await digests.read((transaction) => transaction.get(url));
      return typeof digest === 'string' ? digest : null;
    },
    keepDigest: (url, sha256) => digests.write((transaction) => Promise.resolve(transaction.put(url, sha256))),
    async size() {
      const open = await cache();
      const kept = await Promise.all((await open.keys()).map((request) => open.match(request)));
      return kept.reduce((sum, response) => sum + Number(response?.headers.get('Content-Length') ?? 0), 0);
    },
    async clear() {
      await caches.delete(NAME);
      await digests.write(async (transaction) => {
        for (const key of await transaction.keys()) transaction.remove(key);
      });
    },
  };
}
