/**
 * Where the parameters of a smarterVLM are, block by block as in spec 1.10, and how many of them can do nothing: those no formula reads, and those whose
 * gradient is always zero. Counted from the declared shapes, so the table is of the model that runs.
 */
import type { SmarterConfig } from './config.ts';
import { smarterShapes } from './params.ts';
import { deadParameters } from './qf-layer.ts';

export interface ParameterBlock {
  readonly block: string;
  /** How the number comes about: `101×1536·128 + 202×128`. */
  readonly formula: string;
  readonly parameters: number;
  /** Of these, without any effect on an answer. */
  readonly idle: number;
}

/** First match counts. */
const BLOCKS: readonly (readonly [string, RegExp])[] = [
  ['image heads', /^image\./],
  ['QF distance tables', /^qf\.\w+\.distance$/],
  ['QF self-attention', /^qf\.self\./],
  ['QF cross-attention', /^qf\.cross\./],
  ['QF image tokens', /^qf\.tokens\./],
  ['QF intermediate', /^qf\./],
  ['composite norm', /^composite\./],
  ['QV fusion', /^fusion\./],
  ['text path', /^text\./],
  ['option encoder', /^option\.encoder\./],
  ['option embedding', /^option\.embedding$/],
  ['sequence decoders', /^decoder\.\d+\.(cell|readout)\./],
  ['last layers', /^decoder\.\d+\.last\./],
  ['MLP decoders, hidden', /^decoder\./],
];

/** Parameters of the code's that no formula reads. */
const UNREAD = /distance$|dummy|^option\./;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);

/** Shapes and how often each occurs. */
function formulaOf(shapes: readonly (readonly number[])[]): string {
  const counts = new Map<string, number>();
  for (const shape of shapes) counts.set(shape.join('·'), (counts.get(shape.join('·')) ?? 0) + 1);
  return [...counts].map(([shape, count]) => (count === 1 ? shape : `${count}×${shape}`)).join(' + ');
}

/** The blocks the model has, in the order of the road from pictures to answers. */
export function parameterTable(config: SmarterConfig): readonly ParameterBlock[] {
  const entries = Object.entries(smarterShapes(config));
  const dead = new Set(deadParameters(config));
  const isIdle = (name: string): boolean =>
    dead.has(name) || UNREAD.test(name) || (name.startsWith('text.') && (config.text === 'qf' || config.text === 'mean'));
  const blockOf = (name: string): string | undefined => BLOCKS.find(([, pattern]) => pattern.test(name))?.[0];
  return BLOCKS.flatMap(([block]) => {
    const own = entries.filter(([name]) => blockOf(name) === block);
    if (own.length === 0) return [];
    const total = (list: typeof own): number => list.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
    const formula = formulaOf(own.map(([, shape]) => shape));
    return [{ block, formula, parameters: total(own), idle: total(own.filter(([name]) => isIdle(name))) }];
  });
}

/** All parameters of the model. */
export function smarterCount(config: SmarterConfig): number {
  return parameterTable(config).reduce((sum, { parameters }) => sum + parameters, 0);
}
