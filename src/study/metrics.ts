/** Speed of a run from the last steps: what the page shows as tokens per second and time left. The clock is the caller's. */

export interface Speedometer {
  add(stepMs: number, tokens: number): void;
  /** Mean time of a step, 0 before the first. */
  stepMs(): number;
  tokensPerSecond(): number;
}

/** Ours: long enough to even out read-backs every 8 steps, short enough to follow tables that grow. */
const WINDOW_STEPS = 32;

export function makeSpeedometer(): Speedometer {
  const steps: { stepMs: number; tokens: number }[] = [];
  const mean = (pick: (step: { stepMs: number; tokens: number }) => number) => steps.reduce((sum, step) => sum + pick(step), 0) / steps.length;
  return {
    add(stepMs, tokens) {
      steps.push({ stepMs, tokens });
      if (steps.length > WINDOW_STEPS) steps.shift();
    },
    stepMs: () => (steps.length === 0 ? 0 : mean((step) => step.stepMs)),
    tokensPerSecond() {
      const ms = steps.length === 0 ? 0 : mean((step) => step.stepMs);
      return ms === 0 ? 0 : (mean((step) => step.tokens) / ms) * 1000;
    },
  };
}
