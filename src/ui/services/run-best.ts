/** The result of a run in one number. Apart from run-view.ts, which the page opens with. */
import type { RunSummary } from '../../../workers/protocol.ts';

/** The best accuracy over all levels and modalities of the run's own task in the last evaluation, for the run table; null before the first. */
export function bestOf(summary: RunSummary): { readonly label: string; readonly accuracy: number } | null {
  const cells = summary.evaluations.at(-1)?.cells ?? [];
  let best: { label: string; accuracy: number } | null = null;
  for (const { task, level, modality, accuracy } of cells) {
    if (task !== undefined) continue;
    const share = accuracy.total === 0 ? 0 : accuracy.correct / accuracy.total;
    if (best === null || share > best.accuracy) best = { label: `${level} ${modality}`, accuracy: share };
  }
  return best;
}
