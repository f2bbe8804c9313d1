/**
 * Grid Navigation (S2H section 2.2): walk from the blue to the green square, collect all objects, avoid the obstacles. HARD grids have more objects, more kinds of
 * obstacles and longer searches. This joins the parts; truth.ts shows an example.
 */
import type { TaskDefinition } from '../task.ts';
import {
  COMPACT_CONVERT,
  compactAnswer,
  compactCot,
  compactGrid,
  compactPatchNames,
  compactPatchTokens,
  compactQuestion,
  compactText,
  GRID_VOCABULARY,
  PATCH_PX,
} from './compact.ts';
import { gridInfo } from './config.ts';
import type { GridConfig } from './config.ts';
import { GRID_FAILURES, gridFailures } from './failures.ts';
import { gridLinks } from './links.ts';
import { letterOf, PAPER_CONVERT, paperAnswer, paperCot, paperQuestion, paperText } from './paper.ts';
import { readReference, referenceOf } from './reference.ts';
import { compactScene, paperScene } from './scenes.ts';
import { scoreGrid } from './score.ts';
import type { GridReference } from './score.ts';
import type { Cell, GridTruth } from './truth.ts';
import { makeGrid } from './truth.ts';

export const gridNavigationTask: TaskDefinition<GridTruth, GridConfig, GridReference> = {
  info: gridInfo,
  makeTruth: makeGrid,
  paper: {
    text: paperText,
    question: paperQuestion,
    convert: PAPER_CONVERT,
    cot: paperCot,
    answer: paperAnswer,
    // x(t) ends with a line break of its own, so this leaves one empty line.
    afterText: '\n',
    afterCot: '\n',
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
    vocabulary: GRID_VOCABULARY,
    patchPx: PATCH_PX,
  },
  describe,
  links: gridLinks,
  referenceOf,
  readReference,
  score: (reference, response, profile) => scoreGrid(reference, response, profile),
  failureMetrics: GRID_FAILURES,
  failures: gridFailures,
};

function describe({ rows, columns, start, destination, objects, palette, moves, trace }: GridTruth): string {
  const at = ({ row, column }: Cell): string => `(${letterOf(row)}, ${letterOf(column)})`;
  const names = objects.map(({ name }) => name).join(', then ');
  return (
    `${rows} × ${columns} squares: from ${at(start)} to ${at(destination)}, collecting ${names}, around ${palette.join(', ')}; ` +
    `${trace.length} search steps, ${moves.length} moves.`
  );
}
