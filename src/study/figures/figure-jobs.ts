/**
 * The queue of figures that this browser makes, and their results, in the browser's database. What the page reads and writes; runs are the worker's business
 * (figure-store.ts), in the same database, and only removed here. Every write is one strict transaction (database.ts).
 *
 * Keys: `job/<choice>`, `result/<choice>`, and of runs `<what>/<digest>` or `<what>/<digest>/<measures>`.
 */
import * as v from 'valibot';
import { openDatabase } from '../database.ts';
import type { RunSpec } from '../run-spec.ts';
import { StoreError } from '../store-error.ts';
import { runDigest } from '../switch-run.ts';
import { choiceText } from './figure-choice.ts';
import type { FigureChoice } from './figure-choice.ts';
import type { FigureEstimate } from './figure-cost.ts';
import { SCALES } from './scale.ts';

export const FIGURE_DATABASE = 'parallax-figures';

export const JOB_STATES = ['waiting', 'running', 'paused', 'failed', 'cancelled', 'done'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A figure in the queue of this browser. */
export interface FigureJob {
  readonly choice: FigureChoice;
  /** Lower goes first. */
  readonly order: number;
  readonly state: JobState;
  readonly estimate: FigureEstimate;
  /** Why it stands where it stands; '' where there is nothing to say. */
  readonly message: string;
}

export interface JobStore {
  /** In their order. A record that is none of this program's is left out. */
  jobs(): Promise<readonly FigureJob[]>;
  keepJob(job: FigureJob): Promise<void>;
  removeJob(choice: FigureChoice): Promise<void>;
  /** The text of a result, as `parseFigureResult` reads it; null where there is none. */
  result(choice: FigureChoice): Promise<string | null>;
  keepResult(choice: FigureChoice, text: string): Promise<void>;
  removeResult(choice: FigureChoice): Promise<void>;
  /** Everything of a run. */
  removeRun(spec: RunSpec): Promise<void>;
  /** What there is to go on with a run. */
  dropCheckpoint(spec: RunSpec): Promise<void>;
  close(): Promise<void>;
}

const finite = v.pipe(v.number(), v.finite());

const EstimateSchema: v.GenericSchema<unknown, FigureEstimate> = v.object({
  backend: v.string(),
  adapter: v.string(),
  runs: v.array(v.object({ digest: v.string(), trainMs: finite, evaluateMs: finite, ms: finite })),
  knownRuns: finite,
  ms: finite,
  memoryBytes: v.nullable(finite),
  storedBytes: finite,
});

const JobSchema: v.GenericSchema<unknown, { job: FigureJob }> = v.object({
  schema: v.literal(1),
  job: v.object({
    choice: v.object({
      id: v.string(),
      scale: v.picklist(SCALES),
      seeds: v.pipe(v.array(finite), v.minLength(1)),
    }),
    order: finite,
    state: v.picklist(JOB_STATES),
    estimate: EstimateSchema,
    message: v.string(),
  }),
});

const FULL =
  "The browser's storage is full, so this figure cannot be kept. Remove runs in the Train cell or figures here, then resume: runs that are done stay.";

export function openJobStore(name = FIGURE_DATABASE): JobStore {
  const database = openDatabase(name);
  const put = (key: string, value: object): Promise<void> =>
    sayingFull(() => database.write(async (transaction) => transaction.put(key, { schema: 1, ...value })));
  const remove = (key: string): Promise<void> => database.write(async (transaction) => transaction.remove(key));
  return {
    async jobs() {
      const records = await database.read(async (transaction) => {
        const keys = (await transaction.keys()).filter((key) => key.startsWith('job/'));
        return Promise.all(keys.map((key) => transaction.get(key)));
      });
      return records.flatMap((record) => openJob(record) ?? []).sort((a, b) => a.order - b.order);
    },
    keepJob: (job) => put(`job/${choiceText(job.choice)}`, { job }),
    removeJob: (choice) => remove(`job/${choiceText(choice)}`),
    async result(choice) {
      const record = await database.read((transaction) => transaction.get(`result/${choiceText(choice)}`));
      return typeof record === 'object' && record !== null && 'text' in record && typeof record.text === 'string' ? record.text : null;
    },
    keepResult: (choice, text) => put(`result/${choiceText(choice)}`, { text }),
    removeResult: (choice) => remove(`result/${choiceText(choice)}`),
    removeRun: (spec) =>
      database.write(async (transaction) => {
        const digest = runDigest(spec);
        for (const key of await transaction.keys()) if (key.split('/')[1] === digest) transaction.remove(key);
      }),
    dropCheckpoint: (spec) => remove(`checkpoint/${runDigest(spec)}`),
    close: () => database.close(),
  };
}

/** Says what to do when there is no room. */
export async function sayingFull(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof StoreError && error.kind === 'full' ? new StoreError('full', FULL) : error;
  }
}

function openJob(record: unknown): FigureJob | null {
  const parsed = v.safeParse(JobSchema, record);
  return parsed.success ? parsed.output.job : null;
}
