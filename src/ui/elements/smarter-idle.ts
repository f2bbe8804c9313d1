/** Which settings of a smarterVLM training change nothing beside the others, and why: the form shows these disabled. Pure; a test holds it against trainings. */
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';

/** Roots whose answer is a sequence (spec/smarter-vlm 1.7). */
const SEQUENCE_PUZZLES = [16, 18, 35, 39, 63, 100];

const hasQf = ({ model: { variant } }: SmarterSpec): boolean => variant.startsWith('qf');

/** Fields, when they are idle, and the reason after “No effect here: ”. The first that fits counts. */
const IDLE: readonly (readonly [keys: RegExp, isIdle: (spec: SmarterSpec) => boolean, reason: string])[] = [
  [/^model\.(?!variant|imageHead|reprSize|hiddenSize)/, ({ model }) => model.variant === 'baseline', 'the baseline net is fixed'],
  [/heads$|qfWidth|residual\.qf/, (spec) => !hasQf(spec), 'only the QF layer has it'],
  [/imageTokens/, ({ model }) => model.variant !== 'qf', 'only QF as described has a choice'],
  [/hiddenSize/, ({ model }) => model.variant !== 'no-qf-as-coded' && model.variant !== 'baseline', 'there is no text MLP and no GRU over words'],
  [/dropout/, (spec) => !hasQf(spec) && !spec.model.residual.decoder, 'only QF and a residual in the decoders drop'],
  [
    /cell|readout/,
    ({ data: { puzzles } }) => puzzles.length > 0 && !puzzles.some((puzzle) => SEQUENCE_PUZZLES.includes(puzzle)),
    'no chosen family has a sequence as its answer',
  ],
  [/warmupSteps/, ({ training }) => !training.hasSchedule, 'there is no schedule'],
];

/** Why the field at this path has no effect; '' where it has one. */
export function idleReason(key: string, spec: SmarterSpec): string {
  return IDLE.find(([keys, isIdle]) => keys.test(key) && isIdle(spec))?.[2] ?? '';
}
