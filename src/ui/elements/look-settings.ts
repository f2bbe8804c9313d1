/** What can be set in the Look cell (LookView), in words. */
import type { LookView } from '../../study/notebook-state.ts';
import type { ChoiceOption } from './choice-group.ts';

/** The paper's choices (Appendix J), one word at a time. */
export const PAPER_LOOK = {
  aggregate: 'mean',
  method: 'gradient-input',
  sign: 'signed',
  overlay: 'mask',
  threshold: 'pixels',
  topPercent: 1,
} as const satisfies Partial<LookView>;

export function isAsInPaper(view: LookView): boolean {
  const { aggregate, method, sign, overlay, threshold, topPercent } = PAPER_LOOK;
  const isMethod = view.aggregate === aggregate && view.method === method && view.sign === sign;
  return isMethod && view.overlay === overlay && view.threshold === threshold && view.topPercent === topPercent;
}

type Named<T extends string> = ChoiceOption & { readonly value: T };

export const GRANULARITY_OPTIONS: readonly Named<LookView['granularity']>[] = [
  { value: 'token', label: 'word', hint: 'One word at a time.' },
  { value: 'cell', label: 'cell', hint: 'What names one place of the picture, with what it holds.' },
  { value: 'line', label: 'line', hint: 'One step of the chain of thought.' },
  { value: 'segment', label: 'segment', hint: 'A straight part of a path, or a part of a puzzle: the groups of the paper.' },
  { value: 'answer', label: 'answer', hint: 'The whole answer.' },
];

export const AGGREGATE_OPTIONS: readonly Named<LookView['aggregate']>[] = [
  { value: 'mean', label: 'mean', hint: 'Averaged over the words, as in the paper.' },
  { value: 'sum', label: 'sum', hint: 'Added up over the words.' },
  { value: 'max', label: 'largest', hint: 'At each pixel the score of the word where it is largest in size. At most 64 words.' },
];

export const METHOD_OPTIONS: readonly Named<LookView['method']>[] = [
  {
    value: 'gradient-input',
    label: 'gradient × input',
    hint: 'The gradient of the loss with respect to the pixel, times the pixel’s value: the paper’s score.',
  },
  { value: 'gradient', label: 'gradient', hint: 'What the loss does when the pixel gets brighter. White paper can score too.' },
  {
    value: 'integrated-gradients',
    label: 'integrated gradients',
    hint: 'The gradient averaged over 32 pictures between a white page and this one, times the pixel’s value. The scores add up to what the picture changes in the loss.',
  },
  {
    value: 'occlusion',
    label: 'occlusion',
    hint: 'What the loss does when a patch is painted white. No gradient: a check of the others, patch by patch.',
  },
];

export const SIGN_OPTIONS: readonly Named<LookView['sign']>[] = [
  { value: 'signed', label: 'signed', hint: 'Above 0 the ink raises the loss, below 0 it lowers it. Marked are the highest, as in the paper.' },
  { value: 'absolute', label: 'absolute', hint: 'Largest first, whatever the sign.' },
  { value: 'positive', label: 'above 0', hint: 'Only what raises the loss.' },
  { value: 'negative', label: 'below 0', hint: 'Only what lowers the loss: what helps the model.' },
];

export const THRESHOLD_OPTIONS: readonly Named<LookView['threshold']>[] = [
  { value: 'pixels', label: '% of pixels', hint: 'The highest pixels, by their number; the paper marks 1 %.' },
  { value: 'mass', label: '% of mass', hint: 'The fewest pixels that hold this part of all scores together.' },
];

export const OVERLAY_OPTIONS: readonly Named<LookView['overlay']>[] = [
  { value: 'mask', label: 'marked', hint: 'As in the paper: the marked pixels in red.' },
  { value: 'heat', label: 'heat', hint: 'All pixels by strength.' },
];

export function labelOf<T extends string>(options: readonly Named<T>[], value: T): string {
  return options.find((option) => option.value === value)?.label ?? value;
}
