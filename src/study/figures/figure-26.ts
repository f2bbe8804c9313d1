/**
 * S2H Figure 26 (section I.8): Table Readout, Grid Navigation and Visual Analogy trained together or each alone. A joint run is measured on all three.
 *
 * Not in the paper: which N the figure has, and the heights of its bars, which its text does not give. Here N is the rows of a whole run on both sides, so that a joint
 * run sees a third as many of each task; all runs start from one base.
 */
import { taskInfo } from '../../tasks/task-spec.ts';
import { partnersOf, tasksOfRun } from '../joint.ts';
import { smallTask } from '../small-tasks.ts';
import { titleOf } from '../strategies/ids.ts';
import { JOINT_TASKS } from '../strategies/options.ts';
import type { Claim } from './claims.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, FigureRun } from './figure.ts';
import { accuracyAt, meanAccuracyAt } from './readings.ts';
import { jointSetting, largest, runAt } from './scale.ts';
import type { Scale } from './scale.ts';

/** Trained jointly and each alone. */
const COMPARED = ['mix+', 'align-mix+'] as const;
const JOINTLY = ['image', 'image-via-text+', ...COMPARED] as const;
const MEAN = 'mean';
const HARD_PICTURES = { level: 'hard', modality: 'image' } as const;

const jointName = (title: string): string => `${title}, jointly`;
const aloneName = (title: string): string => `${title}, individually`;

export function figure26(scale: Scale): Figure {
  const setting = jointSetting(scale);
  const rows = largest(setting);
  const joint = partnersOf(setting.task.id).map((id) => smallTask(id));
  const axes = { xLabel: 'N, training rows of all tasks', isXLogarithmic: true, yLabel: 'exact match', unit: 'percent' } as const;
  return {
    id: 'fig-26',
    title: 'Three tasks at once',
    source: 'S2H section I.8, Figure 26',
    question: 'Does training on three tasks together help each of them on HARD pictures?',
    lookFor:
      'In the paper the mean is highest for Image-via-Text+, which Align-Mix+ matches, before Mix+, and Image comes last. Trained jointly, Table Readout and Grid Navigation gain; Visual Analogy stays or loses a little, which is no claim below. Of each task a joint run sees a third of N.',
    panels: [
      { id: MEAN, title: 'hard, picture, mean of the three tasks', ...axes },
      ...JOINT_TASKS.map((id) => ({ id, title: `hard, picture, ${taskInfo(id).title}`, ...axes })),
    ],
    measures: NOTHING_MEASURED,
    runs: (seed) => [
      ...JOINTLY.map((id) => runAt(setting, id, rows, seed, { series: jointName(titleOf(id)), joint })),
      ...COMPARED.flatMap((id) => JOINT_TASKS.map((own) => runAt(setting, id, rows, seed, { series: aloneName(titleOf(id)), task: smallTask(own) }))),
    ],
    read(run, evidence) {
      const places = tasksOfRun(run.spec).map(({ id }) => ({ task: id, ...HARD_PICTURES }));
      return [
        ...(run.spec.joint === undefined ? [] : meanAccuracyAt(run, evidence, MEAN, places)),
        ...(isCompared(run) ? places.flatMap((place) => accuracyAt(run, evidence, { panel: place.task, ...place })) : []),
      ];
    },
    paper: [],
    claims: [
      above('The mean of the three tasks is higher for Image-via-Text+ than for Mix+', MEAN, jointName('Image-via-Text+'), jointName('Mix+')),
      above('The mean of the three tasks is higher for Image-via-Text+ than for Image', MEAN, jointName('Image-via-Text+'), jointName('Image')),
      above('The mean of the three tasks is higher for Mix+ than for Image', MEAN, jointName('Mix+'), jointName('Image')),
      above('The mean of the three tasks is higher for Align-Mix+ than for Mix+', MEAN, jointName('Align-Mix+'), jointName('Mix+')),
      ...(['table-readout', 'grid-navigation'] as const).flatMap((id) =>
        COMPARED.map((each) => {
          const title = titleOf(each);
          return above(`On ${taskInfo(id).title}, ${title} is higher when trained jointly`, id, jointName(title), aloneName(title));
        }),
      ),
    ],
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}

function isCompared({ spec }: FigureRun): boolean {
  return COMPARED.some((id) => id === spec.supervision);
}

function above(text: string, panel: string, higher: string, lower: string): Claim {
  return { text, above: { panel, series: higher }, below: { panel, series: lower } };
}
