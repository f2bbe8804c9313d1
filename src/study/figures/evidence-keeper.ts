/** Where the runs of figures are kept between visits: what make-figure.ts asks of a folder (cli/) or of the browser's database (figure-store.ts). Plain data. */
import type { Checkpoint } from '../checkpoint.ts';
import type { RunSpec } from '../run-spec.ts';
import type { Evidence, Measures } from './figure.ts';
import type { Measured } from './make-evidence.ts';

/** A run that is not done: what was measured, and the hours until then, interruptions left out. */
export interface Unfinished {
  readonly measured: Measured;
  readonly hours: number;
}

export const NOTHING_KEPT: Unfinished = { measured: { evaluation: null, losses: [], gradients: [] }, hours: 0 };

/** Where runs are kept, by their spec. Every promise resolves when it is safe. */
export interface EvidenceKeeper {
  /** All evidence of a run, with whatever measures. */
  evidence(spec: RunSpec): Promise<readonly Evidence[]>;
  /** NOTHING_KEPT where there is none. */
  unfinished(spec: RunSpec, measures: Measures): Promise<Unfinished>;
  checkpoint(spec: RunSpec): Promise<Checkpoint | null>;
  keepUnfinished(spec: RunSpec, measures: Measures, unfinished: Unfinished): Promise<void>;
  /** Bytes, or null where there is no room: training goes on then. */
  keepCheckpoint(checkpoint: Checkpoint, measures: Measures, unfinished: Unfinished): Promise<number | null>;
  dropCheckpoint(spec: RunSpec): Promise<void>;
  /** Instead of what was unfinished. */
  keepEvidence(evidence: Evidence): Promise<void>;
}

/** `losses-5x16-convert`: names what was measured, in keys and files. */
export function measuresName(measures: Measures): string {
  const { points, examples, hasLosses, hasGradients, isConvertAsked, hasFailures = false, hasAttributions = false } = measures;
  const parts = [
    hasLosses ? 'losses' : '',
    hasGradients ? 'gradients' : '',
    points > 0 ? `${points}x${examples}` : '',
    isConvertAsked ? 'convert' : '',
    hasFailures ? 'failures' : '',
    hasAttributions ? 'attributions' : '',
  ];
  return parts.filter((part) => part !== '').join('-') || 'end';
}
