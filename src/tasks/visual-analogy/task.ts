/**
 * Visual Analogy (S2H Appendix C.5) and Pattern-Heldout Visual Analogy (Appendix G.2): one relation runs through two rows of panels; which of four options continues the
 * third row by it? The two tasks differ in their HARD puzzles only. This joins the parts; truth.ts shows an example.
 */
import type { TaskDefinition, TaskInfo } from '../task.ts';
import { ANALOGY_VOCABULARY, COMPACT_CONVERT, compactAnswer, compactCot, compactQuestion, compactText } from './compact.ts';
import type { AnalogyConfig } from './config.ts';
import { analogyInfo, heldoutAnalogyInfo } from './config.ts';
import { ANALOGY_FAILURES, analogyFailures } from './failures.ts';
import { analogyLinks, describeAnalogy } from './links.ts';
import { PAPER_CONVERT, paperAnswer, paperCot, paperQuestion, paperText } from './paper.ts';
import { compactGrid, compactPatchNames, compactPatchTokens } from './patches.ts';
import type { AnalogyReference } from './reference.ts';
import { readReference, referenceOf } from './reference.ts';
import { COMPACT_PATCH_PX, compactScene, paperScene } from './scenes.ts';
import { scoreAnalogy } from './score.ts';
import type { AnalogyTruth } from './truth.ts';
import { makeAnalogy } from './truth.ts';

type AnalogyTask = TaskDefinition<AnalogyTruth, AnalogyConfig, AnalogyReference>;

export const visualAnalogyTask: AnalogyTask = analogyTask(analogyInfo, false);
export const heldoutAnalogyTask: AnalogyTask = analogyTask(heldoutAnalogyInfo, true);

function analogyTask(info: TaskInfo<AnalogyConfig>, isPatternHeldout: boolean): AnalogyTask {
  return {
    info,
    makeTruth: (config, draw, rng) => makeAnalogy(config, draw, rng, isPatternHeldout),
    paper: {
      text: paperText,
      question: paperQuestion,
      convert: PAPER_CONVERT,
      cot: paperCot,
      answer: paperAnswer,
      afterText: '\n\n',
      afterCot: '\n\n\n',
      scene: paperScene,
    },
    compact: {
      text: compactText,
      question: compactQuestion,
      convert: COMPACT_CONVERT,
      cot: compactCot,
      answer: compactAnswer,
      scene: compactScene,
      grid: compactGrid,
      patchTokens: compactPatchTokens,
      patchNames: compactPatchNames,
      vocabulary: ANALOGY_VOCABULARY,
      patchPx: COMPACT_PATCH_PX,
    },
    describe: describeAnalogy,
    links: analogyLinks,
    referenceOf,
    readReference,
    score: scoreAnalogy,
    failureMetrics: ANALOGY_FAILURES,
    failures: analogyFailures,
  };
}
