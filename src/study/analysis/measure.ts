/** One measurement of a model that stands still, with the settings that all runs share, so that live and recorded numbers can be held against each other. */
import { fault, InputError } from '../../lib/errors.ts';
import type { Engine } from '../../model/backend.ts';
import type { Model } from '../model-setup.ts';
import type { RunSpec } from '../run-spec.ts';
import { probeGradients } from './gradient-probe.ts';
import { probeLosses, writesCot } from './loss-probe.ts';
import { isStorable } from './measurement-schema.ts';
import type { Measurement, MeasureKind } from './measurements.ts';

/** Ours: the paper's dimension, and enough resamples for the ends of an interval. One seed for all that is compared. */
export const PROJECTION = { dimension: 4096, seed: 1 } as const;
export const BOOTSTRAP = { resamples: 1000, seed: 1 } as const;

export interface MeasureOptions {
  readonly what: MeasureKind;
  /** Nothing may train it meanwhile. Belongs to the caller. */
  readonly model: Model;
  readonly spec: RunSpec;
  /** Steps the model was trained for. */
  readonly step: number;
  readonly engine: Engine;
  /** Per level: at least 1 for losses, 2 for gradients. */
  readonly examples: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** SIMPLE and HARD. Null when cancelled. Throws an InputError for too few examples, and for numbers that no record holds. */
export async function measureModel({ what, ...options }: MeasureOptions): Promise<Measurement | null> {
  const measurement = what === 'losses' ? await losses(options) : await gradients(options);
  if (measurement !== null && !isStorable(measurement))
    throw new InputError(fault(`measure ${what}`, 'finite numbers', 'NaN or infinity', 'take more examples, or measure again after more steps'));
  return measurement;
}

type Options = Omit<MeasureOptions, 'what'>;

async function losses(options: Options): Promise<Measurement | null> {
  const probe = await probeLosses({ ...options, levels: ['simple', 'hard'] });
  return probe === null ? null : { what: 'losses', probe };
}

async function gradients(options: Options): Promise<Measurement | null> {
  const cotShare = writesCot(options.spec) ? 1 : 0;
  const probe = await probeGradients({ ...options, cotShare, bootstrap: BOOTSTRAP, projection: PROJECTION });
  return probe === null ? null : { what: 'gradients', probe };
}
