/**
 * What is measured on the examples of each task: one number per example and quantity. The keys are those of expected.ts. Characters are of the `paper`
 * profile, tokens of the `compact` one.
 */
import type { Example } from '../../src/tasks/example.ts';
import type { GridTruth } from '../../src/tasks/grid-navigation/truth.ts';
import type { TableReadoutTruth } from '../../src/tasks/table-readout/truth.ts';
import type { TableTruth } from '../../src/tasks/tables/table.ts';
import type { TaskId } from '../../src/tasks/task.ts';
import { HELD_OUT_PATTERNS } from '../../src/tasks/visual-analogy/attributes.ts';
import type { AnalogyTruth } from '../../src/tasks/visual-analogy/truth.ts';

/** Numbers by quantity. A `share: ` or `per example: ` that is absent is 0; any other quantity that is absent says nothing of this example. */
export type Numbers = Readonly<Record<string, number>>;

export function measure(task: TaskId, example: Example): Numbers {
  return { ...sizes(example), ...ownOf(task, example.truth) };
}

function sizes(example: Example): Numbers {
  const compact = (['text', 'image', 'image-via-text'] as const).map((kind) => example.compact(kind));
  return {
    'characters: text prompt': example.prompt('text', 'paper').length,
    // As the authors' figures count: the question alone, without `<image>` and the blank line.
    'characters: image question': example.parts('image', 'paper').question.length,
    'characters: response': example.response('text', 'paper').length,
    'characters: image-via-text response': example.response('image-via-text', 'paper').length,
    'tokens: text prompt': compact[0]?.prompt.length ?? 0,
    'tokens: image patches': example.grid().rows * example.grid().columns,
    'tokens: response': compact[1]?.response.length ?? 0,
    'tokens: image-via-text response': compact[2]?.response.length ?? 0,
  };
}

function ownOf(task: TaskId, truth: object): Numbers {
  switch (task) {
    case 'consecutive-table-readout':
      return ofPath(truth as TableTruth); // the truth of the task of this id, here and below
    case 'table-readout':
      return ofTableReadout(truth as TableReadoutTruth);
    case 'grid-navigation':
      return ofGrid(truth as GridTruth);
    case 'visual-analogy':
    case 'pattern-heldout-visual-analogy':
      return ofAnalogy(truth as AnalogyTruth);
    default:
      task satisfies never;
      throw new Error(`internal: no measures for ${String(task)}`);
  }
}

function ofPath({ path, rows, columns }: TableTruth): Numbers {
  return { 'path cells': path.length, 'table rows': rows, 'table columns': columns };
}

function ofTableReadout(truth: TableReadoutTruth): Numbers {
  const { family, segments, path, walk } = truth;
  const pieces = walk === null ? '' : ` n ${walk.pieces}`;
  return { ...ofPath(truth), segments, [`path cells: ${family}${pieces}`]: path.length, [`share: ${family}`]: 1 };
}

function ofGrid({ rows, columns, trace, moves, objects, obstacles, palette }: GridTruth): Numbers {
  const reasons = trace.flatMap(({ rejected }) => rejected.map(({ reason }) => reason));
  return {
    'search states': trace.length,
    moves: moves.length,
    'share: at least one retrace': trace.some(({ move }) => move === null) ? 1 : 0,
    'retraces per example': trace.filter(({ move }) => move === null).length,
    'share: a future-collect line': reasons.some((reason) => reason.startsWith('future')) ? 1 : 0,
    'grid rows': rows,
    'grid columns': columns,
    objects: objects.length,
    'kinds in the palette': palette.length,
    'obstacles per square': obstacles.length / (rows * columns),
  };
}

function ofAnalogy({ examples, query, options, answer }: AnalogyTruth): Numbers {
  const heldOut = new Set(HELD_OUT_PATTERNS.code.map(({ domain, relation }) => `${domain} ${relation}`));
  const wrong = options.filter((_, i) => i + 1 !== answer);
  const seen = wrong.filter(({ pattern }) => !heldOut.has(`${pattern.domain} ${pattern.relation}`)).length;
  const perPattern: Record<string, number> = {};
  for (const { pattern } of wrong) {
    const name = `per example: distractors of (${pattern.domain}, ${pattern.relation})`;
    perPattern[name] = (perPattern[name] ?? 0) + 1;
  }
  const domains = new Set([examples[0].pattern.domain, examples[1].pattern.domain]);
  return {
    'share: distractors with a seen pattern': seen / wrong.length,
    'relations among the distractors': new Set(wrong.map(({ pattern }) => pattern.relation)).size,
    'share: both examples on one domain': domains.size === 1 ? 1 : 0,
    'share: the query on a domain of the examples': domains.has(query.pattern.domain) ? 1 : 0,
    'share: answer 1': answer === 1 ? 1 : 0,
    ...perPattern,
    'share: held-out query pattern': heldOut.has(`${query.pattern.domain} ${query.pattern.relation}`) ? 1 : 0,
  };
}
