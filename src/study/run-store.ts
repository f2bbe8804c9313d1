/**
 * Runs in the browser's IndexedDB, by the checkpoint protocol of design/reliability 3.3.
 *
 * Keys: `run/<id>` name and head, `owner/<id>` who may write, `manifest/<id>/<slot>` and `tensors/<id>/<slot>/<part>` the two newest checkpoints in
 * turn. A checkpoint is one transaction with the manifest after its tensors and the head last: it is there as a whole or not at all, and the one
 * before it stays until the next. Loading takes the newest whose digests all match, else the older, and says so. Records of a newer program are
 * never overwritten or removed. Clock, ids and locks come from the caller. Weights along the way lie beside: snapshot-store.ts.
 */
import { measuredField, NO_MEASUREMENTS } from './analysis/measurements.ts';
import type { Checkpoint } from './checkpoint.ts';
import { bytesOf, manifestOf } from './checkpoint-codec.ts';
import { openDatabase } from './database.ts';
import type { Reader, Writer } from './database.ts';
import type { RunState } from './events.ts';
import { holdLock, lockedRuns } from './run-lock.ts';
import type { HeldLock } from './run-lock.ts';
import { cleanName, isFromNewerProgram, openHead, seal } from './run-record.ts';
import type { Manifest, RunHead, Sealed } from './run-record.ts';
import { totalSteps } from './run-spec-schema.ts';
import { generationIn, manifestKey, putSlot, readSlots, removeSlots, slotOf, SLOTS } from './run-slots.ts';
import type { NewRun, RunLock, RunStore, StoredRun, StoreOptions } from './run-store-types.ts';
import { entriesIn, makeSnapshotStore, removeSnapshots, snapshotListKey } from './snapshot-store.ts';
import { newer, StoreError } from './store-error.ts';

interface StoredHead {
  readonly schema: 1;
  readonly name: string;
  readonly sealed: Sealed<RunHead>;
}

interface LockState {
  readonly owner: string;
  /** Generation of the next checkpoint; its slot is not that of the newest whole one. */
  next: number;
  readonly name: string;
  head: RunHead;
}

const headKey = (runId: string) => `run/${runId}`;
const ownerKey = (runId: string) => `owner/${runId}`;
export function openRunStore(options: StoreOptions): RunStore {
  const database = openDatabase(options.name ?? 'parallax');
  const { locks, now, makeId, build } = options;
  const states = new WeakMap<RunLock, LockState>();

  async function headOf(runId: string, raw: unknown): Promise<{ name: string; head: RunHead } | { problem: string }> {
    if (isFromNewerProgram(raw)) return { problem: 'was made by a newer version of this page; it is left as it is' };
    const stored: Partial<StoredHead> = typeof raw === 'object' && raw !== null ? raw : {};
    const opened = raw === stored ? await openHead(stored.sealed) : { problem: 'it is not a record of this program' };
    if ('value' in opened && opened.value.runId === runId) return { name: cleanName(stored.name, runId), head: opened.value };
    // The head repeats what the newest checkpoint holds, so it can be made again.
    const slots = await readSlots(database, runId);
    const whole = slots.find((slot) => slot.kind === 'whole');
    if (whole === undefined) return { problem: `cannot be read: ${'problem' in opened ? opened.problem : 'it belongs to another run'}` };
    return { name: cleanName(stored.name, `Restored run ${runId}`), head: headFrom(whole.manifest, bytesOf(whole.checkpoint)) };
  }

  async function find(runId: string): Promise<StoredRun> {
    const [raw, list] = await database.read((transaction) =>
      Promise.all([headKey(runId), snapshotListKey(runId)].map((key) => transaction.get(key))),
    );
    if (isFromNewerProgram(raw)) throw newer(runId);
    const found = await headOf(runId, raw);
    if ('problem' in found)
      throw new StoreError(
        raw === undefined ? 'missing' : 'damaged',
        raw === undefined ? `There is no run ${runId} here.` : `The run ${runId} ${found.problem}.`,
      );
    return { ...found, snapshots: entriesIn(list), isLocked: (await lockedRuns(locks)).has(runId) };
  }

  /** Takes the browser's lock and writes who holds it. */
  async function claim(runId: string, takeOver: boolean, before: Pick<LockState, 'name' | 'head' | 'next'>): Promise<RunLock> {
    let reason: string | null = null;
    const listeners: ((reason: string) => void)[] = [];
    const held = await holdLock(locks, runId, takeOver, () => {
      reason = 'This run was taken over by another tab. This tab writes nothing more.';
      for (const listener of listeners) listener(reason);
    });
    if (held === null) throw new StoreError('locked', 'This run is training in another tab. Follow it there, or take it over.');
    const owner = makeId();
    const lock: RunLock = { runId, lost: () => reason, onLost: (listener) => void listeners.push(listener), release: held.release };
    states.set(lock, { owner, ...before });
    await releaseOnError(held, () => database.write(async (transaction) => transaction.put(ownerKey(runId), { schema: 1, owner })));
    return lock;
  }

  function stateOf(lock: RunLock): LockState {
    const state = states.get(lock);
    if (state === undefined) throw new Error('internal: a lock of another store');
    return state;
  }

  /** Throws unless the lock's owner is still the one that may write. A missing record (cleared storage) is no other owner. */
  async function checkOwner(transaction: Reader, lock: RunLock): Promise<void> {
    const record = await transaction.get(ownerKey(lock.runId));
    const other = typeof record === 'object' && record !== null && 'owner' in record && record.owner !== stateOf(lock).owner;
    if (lock.lost() !== null || other)
      throw new StoreError('taken-over', lock.lost() ?? 'This run was taken over by another tab. Nothing was written.');
  }

  /** Throws when what is about to be overwritten is of a newer program. */
  async function checkAge(transaction: Reader, runId: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) if (isFromNewerProgram(await transaction.get(key))) throw newer(runId);
  }

  function putHead(transaction: Writer, name: string, sealed: Sealed<RunHead>): void {
    transaction.put(headKey(sealed.body.runId), { schema: 1, name, sealed } satisfies StoredHead);
  }

  async function save(
    lock: RunLock,
    checkpoint: Checkpoint,
    about: { state: RunState; adapter: string },
  ): Promise<{ generation: number; bytes: number }> {
    const state = stateOf(lock);
    const { runId } = lock;
    const generation = state.next;
    const slot = slotOf(generation);
    const bytes = bytesOf(checkpoint);
    const manifest = await manifestOf(checkpoint, { runId, generation, owner: state.owner, build, savedAt: now() });
    const sealedManifest = await seal(manifest);
    const { parentId, createdAt, isImported, adapter, step } = state.head;
    // A run goes on from its last checkpoint: what another device makes begins after that.
    const adapterSince = about.adapter === adapter ? state.head.adapterSince : step;
    const kept = { parentId, createdAt, ...(adapterSince === undefined ? {} : { adapterSince }), ...(isImported === true ? { isImported } : {}) };
    const head: RunHead = { ...headFrom(manifest, bytes), ...kept, state: about.state, adapter: about.adapter };
    const sealedHead = await seal(head);
    try {
      await database.write(async (transaction) => {
        await checkOwner(transaction, lock);
        await checkAge(transaction, runId, [headKey(runId), manifestKey(runId, slot)]);
        const name = nameIn(await transaction.get(headKey(runId))) ?? state.name;
        putSlot(transaction, sealedManifest, checkpoint);
        transaction.put(ownerKey(runId), { schema: 1, owner: state.owner });
        putHead(transaction, name, sealedHead);
      });
    } catch (error) {
      throw full(error, bytes);
    }
    state.next = generation + 1;
    state.head = head;
    return { generation, bytes };
  }

  async function create({ spec, name, parentId, adapter, isImported }: NewRun): Promise<RunLock> {
    const runId = makeId();
    const at = now();
    const empty = { step: 0, points: [], evaluations: [], bytes: 0 };
    const head: RunHead = {
      schema: 1,
      runId,
      parentId,
      spec,
      state: 'preparing',
      totalSteps: totalSteps(spec),
      createdAt: at,
      updatedAt: at,
      adapter,
      ...(isImported === true ? { isImported } : {}),
      ...empty,
    };
    const lock = await claim(runId, false, { name: cleanName(name, runId), head, next: 1 });
    const sealed = await seal(head);
    await releaseOnError(lock, () => database.write(async (transaction) => putHead(transaction, cleanName(name, runId), sealed)));
    return lock;
  }

  return {
    ...makeSnapshotStore(database, checkOwner),
    find,
    locked: () => lockedRuns(locks),
    save,
    create,
    async list() {
      const raw = await database.read(async (transaction) => {
        const ids = (await transaction.keys()).filter((key) => key.startsWith('run/')).map((key) => key.slice('run/'.length));
        const get = (key: string) => transaction.get(key);
        return Promise.all(ids.map(async (runId) => [runId, await get(headKey(runId)), await get(snapshotListKey(runId))] as const));
      });
      const locked = await lockedRuns(locks);
      const runs: StoredRun[] = [];
      const problems: string[] = [];
      for (const [runId, record, list] of raw) {
        const found = await headOf(runId, record).catch((error: unknown) => {
          if (error instanceof StoreError) return { problem: error.message };
          throw error;
        });
        if ('problem' in found) problems.push(`A stored run (${runId}) ${found.problem}.`);
        else runs.push({ ...found, snapshots: entriesIn(list), isLocked: locked.has(runId) });
      }
      return { runs: runs.sort((a, b) => (a.head.createdAt < b.head.createdAt ? 1 : -1)), problems };
    },
    async importRun({ name, adapter, checkpoint }) {
      const lock = await create({ spec: checkpoint.spec, name, parentId: null, adapter, isImported: true });
      try {
        const isOver = checkpoint.progress.step >= totalSteps(checkpoint.spec);
        await save(lock, checkpoint, { state: isOver ? 'finished' : 'paused', adapter });
      } catch (error) {
        await database.write(async (transaction) => removeAll(transaction, lock.runId));
        throw error;
      } finally {
        await lock.release();
      }
      return lock.runId;
    },
    async lock(runId, takeOver) {
      const { name, head } = await find(runId);
      const lock = await claim(runId, takeOver, { name, head, next: 1 });
      // Only now: until the claim, the one before may have written another generation.
      await releaseOnError(lock, async () => {
        const slots = await readSlots(database, runId);
        const next = Math.max(0, ...slots.map(generationIn)) + 1;
        // Never write over the only whole checkpoint: its slot comes round at the next generation.
        const whole = slots.find((slot) => slot.kind === 'whole');
        const isItsSlot = whole !== undefined && slotOf(next) === slotOf(whole.generation);
        stateOf(lock).next = isItsSlot ? next + 1 : next;
      });
      return lock;
    },
    async setState(lock, state) {
      const raw = await database.read((transaction) => transaction.get(headKey(lock.runId)));
      const found = await headOf(lock.runId, raw);
      const head = 'head' in found ? found.head : stateOf(lock).head;
      const sealed = await seal({ ...head, state, updatedAt: now() });
      await database.write(async (transaction) => {
        await checkOwner(transaction, lock);
        const before = await transaction.get(headKey(lock.runId));
        if (isFromNewerProgram(before)) throw newer(lock.runId);
        putHead(transaction, nameIn(before) ?? stateOf(lock).name, sealed);
      });
    },
    async load(runId) {
      const { head } = await find(runId);
      const slots = await readSlots(database, runId);
      const whole = slots.find((slot) => slot.kind === 'whole');
      if (whole === undefined) {
        const damaged = slots.find((slot) => slot.kind === 'damaged');
        if (damaged === undefined)
          throw new StoreError('missing', 'This run has no checkpoint yet: it was closed before its first one. Start it again.');
        throw new StoreError('damaged', `No checkpoint of this run is whole (${damaged.problem}). It cannot go on; its curves are kept.`);
      }
      const { checkpoint, generation } = whole;
      const lost = slots.find((slot) => slot.kind === 'damaged' && slot.generation > generation);
      const note =
        lost?.kind === 'damaged'
          ? `The newest checkpoint is damaged (${lost.problem}). Restored from the one before it, at step ${checkpoint.progress.step}.`
          : null;
      return { checkpoint, generation, adapter: head.adapter, note };
    },
    async rename(runId, name) {
      const clean = cleanName(name, runId);
      await database.write(async (transaction) => {
        const record = await transaction.get(headKey(runId));
        if (isFromNewerProgram(record)) throw newer(runId);
        if (typeof record !== 'object' || record === null) throw new StoreError('missing', `There is no run ${runId} here.`);
        transaction.put(headKey(runId), { ...record, name: clean });
      });
      return clean;
    },
    async remove(runId) {
      const held = await holdLock(locks, runId, false, () => undefined);
      if (held === null) throw new StoreError('locked', 'This run is training in another tab. Stop it there before you remove it.');
      try {
        await database.write(async (transaction) => {
          await checkAge(transaction, runId, [headKey(runId), snapshotListKey(runId), ...SLOTS.map((slot) => manifestKey(runId, slot))]);
          removeAll(transaction, runId);
          await removeSnapshots(transaction, runId);
        });
      } finally {
        await held.release();
      }
    },
    close: () => database.close(),
  };
}

function headFrom(manifest: Manifest, bytes: number): RunHead {
  const { runId, spec, savedAt, progress } = manifest;
  const { step, points, evaluations } = progress;
  const total = totalSteps(spec);
  const state: RunState = step >= total ? 'finished' : 'paused';
  return {
    schema: 1,
    runId,
    parentId: null,
    spec,
    state,
    step,
    totalSteps: total,
    createdAt: savedAt,
    updatedAt: savedAt,
    adapter: '',
    points,
    evaluations,
    ...measuredField(progress.measured ?? NO_MEASUREMENTS),
    bytes,
  };
}

function nameIn(record: unknown): string | null {
  return typeof record === 'object' && record !== null && 'name' in record && typeof record.name === 'string' ? record.name : null;
}

function removeAll(transaction: Writer, runId: string): void {
  for (const key of [headKey(runId), ownerKey(runId)]) transaction.remove(key);
  removeSlots(transaction, runId);
}

async function releaseOnError(held: HeldLock, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await held.release();
    throw error;
  }
}

function full(error: unknown, bytes: number): unknown {
  if (!(error instanceof StoreError) || error.kind !== 'full') return error;
  const need = `${Math.max(1, Math.ceil(bytes / 1e6))} MB`;
  return new StoreError(
    'full',
    `Not saved: the browser's storage is full (needs ${need}). The last checkpoint is kept. Export this run or remove old ones.`,
  );
}
