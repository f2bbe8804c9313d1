/**
 * The bases that ship with the page: `public/base/index.json` and one safetensors file each, named by the digest of the file. Weights only: float32, no
 * optimiser, no reading head.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { encodeSafetensors } from '../src/model/safetensors.ts';
import type { StoredTensor } from '../src/study/checkpoint.ts';
import type { EvaluationResult } from '../src/study/events.ts';
import { tasksOfRun } from '../src/study/joint.ts';
import { READING_PREFIX } from '../src/study/model-setup.ts';
import { rowsSeen } from '../src/study/phases.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { TaskSpec } from '../src/tasks/task-spec.ts';
import { taskInfo } from '../src/tasks/task-spec.ts';
import { loadWeights, records } from './run-folder.ts';

/** One entry of the index; the page lists `title` and finds `file` by `digest`. */
export interface BaseEntry {
  readonly name: string;
  readonly title: string;
  readonly preset: RunSpec['preset'];
  readonly task: TaskSpec;
  /** The other tasks of a base that was trained on several. */
  readonly joint?: readonly TaskSpec[];
  readonly digest: string;
  readonly file: string;
  readonly bytes: number;
  readonly steps: number;
  readonly examples: number;
  readonly command: string;
  readonly results: EvaluationResult | null;
}

const BASE_FOLDER = 'public/base';

/** Loads a base by file name, by the name of an entry, or by digest. */
export async function loadBase(which: string): Promise<{ weights: Record<string, StoredTensor>; digest: string }> {
  const entry = existsSync(which) ? undefined : (await readIndex(BASE_FOLDER)).find(({ name, digest }) => name === which || digest === which);
  const file = entry === undefined ? which : join(BASE_FOLDER, entry.file);
  if (!existsSync(file)) throw new InputError(fault('--base', `a file, or a name or digest of ${BASE_FOLDER}/index.json`, which));
  const { weights, digest } = await loadWeights(file);
  if (entry !== undefined && entry.digest !== digest) throw new InputError(fault(file, `the digest ${entry.digest} of its index`, digest));
  return { weights, digest };
}

/** Writes `target`.safetensors and its entry in index.json beside it. */
export async function saveBase(
  target: string,
  weights: Readonly<Record<string, StoredTensor>>,
  about: { readonly spec: RunSpec; readonly steps: number; readonly command: string; readonly results: EvaluationResult | null },
): Promise<BaseEntry> {
  const { spec, steps, command, results } = about;
  const name = basename(target);
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const kept = Object.fromEntries(Object.entries(weights).filter(([key]) => !key.startsWith(READING_PREFIX)));
  const bytes = encodeSafetensors(records(kept), { format: 'parallax-base-1', preset: spec.preset, task: JSON.stringify(spec.task), name });
  const file = `${name}.safetensors`;
  await writeFile(join(folder, file), bytes);
  const examples = rowsSeen(spec, steps);
  const title = `${spec.preset}, reads ${tasksOfRun(spec).map(contentOf).join(', ')} (${examples.toLocaleString('en')} rows)`;
  const entry: BaseEntry = {
    name,
    title,
    preset: spec.preset,
    task: spec.task,
    ...(spec.joint === undefined ? {} : { joint: spec.joint }),
    digest: await sha256Hex(bytes),
    file,
    bytes: bytes.length,
    steps,
    examples,
    command,
    results,
  };
  const others = (await readIndex(folder)).filter((other) => other.name !== name);
  const index = join(folder, 'index.json');
  await writeFile(`${index}.tmp`, `${JSON.stringify({ bases: [...others, entry] }, null, 2)}\n`);
  await rename(`${index}.tmp`, index);
  return entry;
}

function contentOf(task: TaskSpec): string {
  return task.id === 'consecutive-table-readout' ? `${task.rows} x ${task.columns} tables` : taskInfo(task.id).title;
}

async function readIndex(folder: string): Promise<readonly BaseEntry[]> {
  const file = join(folder, 'index.json');
  if (!existsSync(file)) return [];
  const index = JSON.parse(await readFile(file, 'utf8')) as { bases?: readonly BaseEntry[] }; // our own file
  if (!Array.isArray(index.bases)) throw new InputError(fault(file, 'an object with a list `bases`', index));
  return index.bases as readonly BaseEntry[];
}
