/**
 * Recorded figures as `npm run headless -- --figure` writes them, for tests: the real figures with made-up but possible numbers. `lines` is Figure 3 with two
 * seeds (lines over N, the paper's numbers beside), `rows` Figure 6 with one seed (all at one N).
 */
import { figureOf } from '../../src/study/figures/catalogue.ts';
import { readPart } from '../../src/study/figures/run-part.ts';
import { figureResult } from '../../src/study/figures/figure-result.ts';
import type { FigureResult } from '../../src/study/figures/figure-result.ts';
import type { FigureEntry } from '../../src/study/figures/figure-schema.ts';
import type { Evidence, FigureRun, Measures } from '../../src/study/figures/figure.ts';
import { LEVELS } from '../../src/tasks/task.ts';

const N = 100;

/** Text carries further than pictures, more rows and Mix help, seeds differ a little. */
function correctOf({ spec }: FigureRun, level: number, isImage: boolean, isConverted: boolean): number {
  const share = 0.95 - 0.22 * level - (isImage ? 0.12 * (level + 1) : 0) + 0.1 * Math.log2(spec.examples / 3000) + (isConverted ? 0.15 : 0);
  const other = spec.supervision === (isImage ? 'text' : 'image') ? -1 : spec.supervision.includes('mix') ? 0.06 : 0;
  return Math.round(N * Math.min(1, Math.max(0, share + other + 0.03 * (spec.seed - 1) * (1 + 0.3 * level))));
}

function evidenceOf(run: FigureRun, measures: Measures, prompts: readonly ('direct' | 'convert')[]): Evidence {
  const cells = LEVELS.flatMap((level, i) =>
    (['text', 'image'] as const).flatMap((modality) =>
      prompts.map((prompt) => {
        const correct = correctOf(run, i, modality === 'image', prompt === 'convert');
        const accuracy = { correct, total: N, low: Math.max(0, correct / N - 0.08), high: Math.min(1, correct / N + 0.08) };
        return {
          ...{ level, modality, prompt, accuracy, exactMatch: accuracy, cotExactMatch: null, conversion: null, robustness: null },
          ...{ meanGeneratedTokens: 40 + 30 * i, truncated: 0 },
        };
      }),
    ),
  );
  const step = Math.ceil(run.spec.examples / run.spec.batchSize);
  const made = { backend: 'wasm', adapter: 'WebAssembly with SIMD', hours: 0.12, commit: 'e4fb0731c0ffee', command: 'npm run headless' };
  return { spec: run.spec, measures, step, evaluation: { step, cells }, losses: [], gradients: [], made };
}

function recorded(id: string, seeds: readonly number[], prompts: readonly ('direct' | 'convert')[]): FigureResult {
  const figure = figureOf(id, 'nano');
  const found = seeds.flatMap((seed) => figure.runs(seed)).map((run) => readPart(figure, run, evidenceOf(run, figure.measures, prompts)));
  return figureResult(figure, 'nano', found, {
    command: `npm run headless -- --figure ${id} --seeds ${seeds.join(',')} --backend wasm`,
    plannedRuns: undefined,
  });
}

export const FIGURE_FIXTURES = {
  lines: recorded('fig-3', [1, 2], ['direct']),
  rows: recorded('fig-6', [1], ['direct', 'convert']),
} as const;

/** The list of recorded figures that holds these. */
export function indexOf(results: readonly FigureResult[]): readonly FigureEntry[] {
  return results.map((result) => {
    const { id, title, source, plannedRuns } = result;
    return { id, title, source, scale: 'nano', bytes: JSON.stringify(result).length, isPartial: plannedRuns !== undefined };
  });
}
