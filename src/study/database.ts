/**
 * One key-value store of IndexedDB, opened by idb-keyval, with transactions of our own (design/reliability 0 and 3.3).
 *
 * idb-keyval passes no durability and leaves a half-written `setMany` behind when a value cannot be cloned. So each write here is one readwrite
 * transaction with durability 'strict' that is aborted by any throw, and counts as done on `complete` only: a put's `success` is not durability.
 * A connection that was closed under us (storage pressure, another tab's deletion) is opened again, once.
 */
import { createStore, promisifyRequest } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';
import { StoreError } from './store-error.ts';

/** What a transaction may do. Await nothing else inside `work`: IndexedDB commits a transaction that has no request left. */
export interface Reader {
  get(key: string): Promise<unknown>;
  keys(): Promise<string[]>;
}

export interface Writer extends Reader {
  put(key: string, value: unknown): void;
  remove(key: string): void;
}

export interface Database {
  read<T>(work: (transaction: Reader) => Promise<T>): Promise<T>;
  /** All or nothing; resolves when the browser says that it is on the disk. */
  write<T>(work: (transaction: Writer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Names of DOMExceptions after which a new connection may work where the old one failed. */
const CONNECTION_ERRORS = new Set(['InvalidStateError', 'UnknownError', 'TransactionInactiveError']);

/** Opens on first use. `name` is the database, with one object store of the same name. */
export function openDatabase(name: string): Database {
  let useStore: UseStore | null = null;

  async function connection(): Promise<IDBDatabase> {
    useStore ??= createStore(name, name);
    const db = await useStore('readonly', (store) => store.transaction.db);
    // Another tab that deletes or upgrades the database must not wait for us for ever.
    db.onversionchange = () => {
      db.close();
      useStore = null;
    };
    return db;
  }

  async function run<T>(mode: IDBTransactionMode, work: (transaction: Writer) => Promise<T>, triesLeft = 1): Promise<T> {
    try {
      const db = await connection();
      return await transact(db.transaction(name, mode, { durability: 'strict' }), name, work);
    } catch (error) {
      if (error instanceof Error && CONNECTION_ERRORS.has(error.name) && triesLeft > 0) {
        useStore = null;
        return run(mode, work, triesLeft - 1);
      }
      throw asStoreError(error);
    }
  }

  return {
    read: (work) => run('readonly', work),
    write: (work) => run('readwrite', work),
    async close() {
      if (useStore === null) return;
      (await connection()).close();
      useStore = null;
    },
  };
}

async function transact<T>(transaction: IDBTransaction, storeName: string, work: (transaction: Writer) => Promise<T>): Promise<T> {
  const store = transaction.objectStore(storeName);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'));
  });
  // Whoever awaits `done` below sees its rejection; this keeps it quiet while `work` still runs.
  done.catch(() => undefined);
  let value: T;
  try {
    value = await work({
      get: (key) => promisifyRequest<unknown>(store.get(key)),
      keys: async () => (await promisifyRequest(store.getAllKeys())).filter((key) => typeof key === 'string'),
      put: (key, entry) => void store.put(entry, key),
      remove: (key) => void store.delete(key),
    });
  } catch (error) {
    abort(transaction);
    // A request that fails aborts its transaction, whose error says more (QuotaExceededError); a throw of `work` speaks for itself.
    throw transaction.error ?? error;
  }
  await done;
  return value;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch (error) {
    // It is over already: aborted by a failed request, which is what we want.
    if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
  }
}

function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (error.name === 'QuotaExceededError') return new StoreError('full', "the browser's storage is full");
  if (error instanceof DOMException) return new StoreError('unavailable', `${error.name}: ${error.message}`);
  return error;
}
