/**
 * What the bar at the bottom and the space bar act on: the notebook's own run, unless a cell with trainings of its own fills the middle of the window and says so here. That cell takes
 * its word back when it leaves.
 */
import { signal } from '@preact/signals-core';
import type { TransportAction, TransportRun } from '../elements/transport-bar.ts';

export interface TransportTarget {
  readonly run: TransportRun | null;
  /** Why a new training cannot be started now; '' = it can. */
  readonly blocked: string;
  /** A command is under way. */
  readonly isWorking: boolean;
  act(action: TransportAction): void;
}

/** Null: the notebook's own run. */
export const transportTarget = signal<TransportTarget | null>(null);
