/**
 * `manifest.json` of a data set: what was asked for, what is there, and how to check it. No date and no machine in it: the same request gives the same
 * bytes. It is written last, so a folder with a manifest is whole.
 *
 * Readers rely on `format`, `version`, `request`, `phases` and `files`; what is added later does not raise the version, what changes does.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import type { StrategyOptions } from '../../strategies/options.ts';
import type { ComponentPlan } from '../../strategies/counts.ts';
import type { DatasetRequest, DatasetSet } from './set.ts';

const MANIFEST_FORMAT = 'parallax-dataset';
const MANIFEST_VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';

/** What made the set. `commit` ends in `+` when files differed from it, and is null without a repository. */
export interface Generator {
  readonly name: string;
  readonly version: string;
  readonly commit: string | null;
}

export interface ManifestFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** One file as a trainer should use it. Rows of a strategy stand in training order with all epochs written out, hence 1 epoch, in sequence. */
interface ManifestPhase {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly rows: number;
  readonly epochs: 1;
  readonly order: 'sequential' | 'global-shuffle';
  readonly trains: 'all' | 'language-model';
  /** Whether optimiser state and schedule go on from the phase before. */
  readonly continues: boolean;
  /** Whether N counts its rows. */
  readonly counted: boolean;
  /** What one epoch is made of; empty for records of one kind. */
  readonly rowsPerEpoch: number;
  readonly components: readonly ComponentPlan[];
}

export interface ManifestPictures {
  readonly folder: string;
  readonly count: number;
  readonly bytes: number;
  /** A file of `sha256sum`: one line a picture, in the order of their first rows. */
  readonly list: string;
  /** Digest of that file: one digest over all pictures. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: typeof MANIFEST_VERSION;
  readonly generator: Generator;
  /** As it can be typed again, without `--out`. */
  readonly command: string;
  readonly request: DatasetRequest;
  /** Id of the strategy, or null. */
  readonly strategy: string | null;
  readonly plan: {
    readonly title: string;
    readonly source: string;
    readonly options: StrategyOptions;
    readonly countedRows: number;
    readonly totalRows: number;
  } | null;
  readonly phases: readonly ManifestPhase[];
  readonly files: readonly ManifestFile[];
  /** Null where no row has a picture of its own file. */
  readonly pictures: ManifestPictures | null;
}

export function makeManifest(
  set: DatasetSet,
  made: {
    readonly generator: Generator;
    readonly command: string;
    readonly files: readonly ManifestFile[];
    readonly pictures: ManifestPictures | null;
  },
): Manifest {
  const { request, plan } = set;
  return {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    generator: made.generator,
    command: made.command,
    request,
    strategy: plan?.strategy ?? null,
    plan:
      plan === null
        ? null
        : { title: plan.title, source: plan.source, options: plan.options, countedRows: plan.countedRows, totalRows: plan.totalRows },
    phases: set.files.map(({ name, rows, phase }) => ({
      name: phase?.name ?? 'main',
      title: phase?.title ?? (request.source === 'records' ? request.supervision : ''),
      file: name,
      rows,
      epochs: 1,
      order: phase === null ? 'global-shuffle' : 'sequential',
      trains: phase?.trained === 'language model' ? 'language-model' : 'all',
      continues: phase?.isContinuation ?? false,
      counted: phase?.isCounted ?? true,
      rowsPerEpoch: phase?.rowsPerEpoch ?? rows,
      components: phase?.components ?? [],
    })),
    files: made.files,
    pictures: made.pictures,
  };
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Reads what readers rely on. Throws InputError for a file that is not a manifest of this version; the rest of it is trusted. */
export function readManifest(text: string, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(fault(where, 'JSON', text.slice(0, 40), 'the file is damaged: make the set again in another folder'));
  }
  const given: Partial<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  if (given['format'] !== MANIFEST_FORMAT) throw new InputError(fault(where, `a manifest of ${MANIFEST_FORMAT}`, text.slice(0, 40)));
  if (given['version'] !== MANIFEST_VERSION) {
    throw new InputError(fault(where, `version ${MANIFEST_VERSION}`, given['version'], 'use the version that made it'));
  }
  const isFile = (file: unknown) =>
    typeof file === 'object' && file !== null && 'name' in file && 'rows' in file && 'bytes' in file && 'sha256' in file;
  if (!Array.isArray(given['files']) || !given['files'].every(isFile) || !Array.isArray(given['phases']) || typeof given['request'] !== 'object') {
    throw new InputError(fault(where, 'request, phases and files', Object.keys(given).join(', '), 'the file is damaged'));
  }
  return value as Manifest; // written by makeManifest: the format, the version and the lists say so
}
