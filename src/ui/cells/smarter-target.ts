/** The training of the smarterVLM cell as the bar at the bottom shows it. */
import { shortNumber } from '../elements/curves.ts';
import { roundTime } from '../elements/figure-maker.ts';
import { solvedText } from '../elements/smarter-rows.ts';
import type { TransportRun } from '../elements/transport-bar.ts';
import type { SmarterRuns } from '../services/smarter-runs.ts';

/** Null: none was started or opened. */
export function smarterTransportRun({ live, liveName, work, features, download }: SmarterRuns): TransportRun | null {
  const name = liveName.value;
  if (work.value === 'starting' || work.value === 'opening') {
    const { done = 0, total = 0 } = features.value ?? {};
    const doing =
      download.value !== null ? 'downloading encoders' : features.value !== null ? 'features of pictures and questions' : 'encoders, puzzles';
    return { name, state: 'preparing', step: done, totalSteps: total, canResume: false, figures: [['getting ready', doing]] };
  }
  if (live.value === null) return null;
  const { state, progress } = live.value;
  const { step, totalSteps, losses, epochs, trainedMs } = progress;
  const scores = epochs.at(-1)?.val.overall;
  const isTimed = state === 'running' && step > 0;
  return {
    ...{ name, state, step, totalSteps, canResume: state === 'paused' },
    figures: [
      ['loss', losses.length === 0 ? '–' : shortNumber(losses.at(-1) ?? Number.NaN)],
      ['validation solved', scores === undefined ? '–' : solvedText(scores)],
      ['time left', isTimed ? `≈ ${roundTime((trainedMs / step) * (totalSteps - step))}` : '–'],
    ],
  };
}
