/**
 * What our encoders are trained on: pictures with captions, four in five of puzzles, the others of the five tasks. The caption of a puzzle is its question and answer, that of
 * a task its description. Instances are of a seed of their own, so that none of them is asked of smarterVLM later. Ours.
 */
import { makeRng } from '../../lib/rng.ts';
import type { Rng } from '../../lib/rng.ts';
import { exampleAt } from '../../tasks/examples.ts';
import { answerText } from '../../tasks/puzzles/answers.ts';
import { PICTURE_PX, WHITE } from '../../tasks/puzzles/draw/shapes.ts';
import { puzzleAt } from '../../tasks/puzzles/instance.ts';
import type { PuzzleFamily } from '../../tasks/puzzles/puzzle.ts';
import { rasterise } from '../../tasks/render/raster.ts';
import type { Scene } from '../../tasks/render/scene.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import { smallTask } from '../small-tasks.ts';

/** Seed of the puzzles that encoders see; trainings of smarterVLM refuse it. */
export const ENCODER_SEED = 900_001;

const PUZZLE_SHARE = 0.8;
/** Instances of one kind stand together, so that telling kinds apart is not enough. */
const GROUP = 8;

export interface CaptionedPicture {
  /** 8-bit RGB, `[224, 224, 3]`. */
  readonly pixels: Uint8Array;
  readonly caption: string;
}

/** Batch `step` of a training: a pure function of its place. */
export function captionedBatch(name: string, step: number, count: number, families: readonly PuzzleFamily[]): readonly CaptionedPicture[] {
  const rng = makeRng('encoder batch', name, step);
  const groups = Math.ceil(count / GROUP);
  return Array.from({ length: groups }, (_, g) => {
    const group = rng.fork(g);
    const one = group.chance(PUZZLE_SHARE) ? puzzleMaker(families, group) : taskMaker(group);
    return Array.from({ length: Math.min(GROUP, count - g * GROUP) }, () => one(group.below(2 ** 31)));
  }).flat();
}

function puzzleMaker(families: readonly PuzzleFamily[], rng: Rng): (index: number) => CaptionedPicture {
  const family = families[rng.below(families.length)];
  if (family === undefined) throw new Error('internal: no families');
  return (index) => {
    const puzzle = puzzleAt(family, { seed: ENCODER_SEED, index, mode: 'published' });
    return { pixels: rasterise(puzzle.scene()), caption: `${puzzle.question} ${answerText(family.answer, puzzle.answer)}` };
  };
}

function taskMaker(rng: Rng): (index: number) => CaptionedPicture {
  const id = TASK_IDS[rng.below(TASK_IDS.length)];
  if (id === undefined) throw new Error('internal: no tasks');
  const spec = smallTask(id);
  return (index) => {
    const example = exampleAt({ task: id, level: 'simple', split: 'train', seed: ENCODER_SEED, index }, spec);
    return { pixels: rasterise(onCanvas(example.scene('compact'))), caption: example.describe() };
  };
}

/** A picture of another size on the 224 px canvas, in whole px from the top left; what is larger loses its right and lower edge. */
function onCanvas(scene: Scene): Scene {
  const { shapes, title, description } = scene;
  return { widthPx: PICTURE_PX, heightPx: PICTURE_PX, background: WHITE, shapes, title, description };
}
