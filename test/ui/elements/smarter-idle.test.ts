/** A field of the form is disabled exactly when another value of it leaves a training the same to the bit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import type { SmarterData } from '../../../src/study/smarter/smarter-session.ts';
import { parseSmarterSpec, VARIANTS } from '../../../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../../src/study/smarter/smarter-spec.ts';
import { openSmarterTraining } from '../../../src/study/smarter/smarter-training.ts';
import { fieldValue, SMARTER_FIELDS, withFieldValue } from '../../../src/ui/elements/smarter-fields.ts';
import { idleReason } from '../../../src/ui/elements/smarter-idle.ts';
import { SMALL_SMARTER, smallData } from '../../support/small-smarter.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openBackend('wasm');
});
afterAll(() => engine.close());

/** Another value of every field that the model or the rate reads. */
const OTHER: Readonly<Record<string, unknown>> = {
  'model.imageHead': 'shared',
  'model.imageTokens': 'one',
  'model.heads': 1,
  'model.reprSize': 12,
  'model.hiddenSize': 12,
  'model.qfWidth': 12,
  'model.hasR1': 'off',
  'model.hasR3': 'off',
  'model.residual.qf': 'off',
  'model.residual.fusion': 'on',
  'model.residual.decoder': 'on',
  'model.activation': 'relu',
  'model.cell': 'lstm',
  'model.readout': 'bounded',
  'model.dropout': 0.5,
  'model.normEpsilon': 1e-2,
  'training.warmupSteps': 7,
};
const FIELDS = SMARTER_FIELDS.flatMap(({ fields }) => fields).filter(({ field }) => field.key in OTHER);

/** Losses of two steps: the second knows the rate of the first. */
async function lossesOf(spec: SmarterSpec, data: SmarterData): Promise<string> {
  const training = openSmarterTraining(spec, data.heads, data.train, null);
  const losses = [(await training.train()).loss, (await training.train()).loss];
  training.dispose();
  return losses.join(' ');
}

async function idleFields(spec: SmarterSpec, data: SmarterData): Promise<{ readonly found: readonly string[]; readonly said: readonly string[] }> {
  const usual = await lossesOf(spec, data);
  const found: string[] = [];
  for (const each of FIELDS) {
    const other = parseSmarterSpec(withFieldValue(spec, each, OTHER[each.field.key]));
    expect(fieldValue(other, each), each.field.key).not.toBe(fieldValue(spec, each));
    if ((await lossesOf(other, data)) === usual) found.push(each.field.key);
  }
  return { found, said: FIELDS.map(({ field }) => field.key).filter((key) => idleReason(key, spec) !== '') };
}

test('every field of the model has another value to try', () => {
  const keys = SMARTER_FIELDS.flatMap(({ fields }) => fields.map(({ field }) => field.key));
  expect(keys.filter((key) => key.startsWith('model.') && key !== 'model.variant' && !(key in OTHER))).toEqual([]);
});

test.each(VARIANTS)(
  '%s',
  async (variant) => {
    const spec: SmarterSpec = { ...SMALL_SMARTER, model: { ...SMALL_SMARTER.model, variant } };
    const { found, said } = await idleFields(spec, await smallData(spec));
    expect(said).toEqual(found);
  },
  60_000,
);

test('no sequences, no schedule, and dropout without QF but with a residual in the decoders', async () => {
  const { data, model, training } = SMALL_SMARTER;
  const spec: SmarterSpec = {
    ...SMALL_SMARTER,
    data: { ...data, puzzles: [14, 50] },
    model: { ...model, variant: 'no-qf' },
    training: { ...training, hasSchedule: false },
  };
  const { found, said } = await idleFields(spec, await smallData(spec));
  expect(said).toEqual(found);
  expect(said).toEqual(expect.arrayContaining(['model.cell', 'model.readout', 'model.dropout', 'training.warmupSteps']));
  expect(idleReason('model.dropout', { ...spec, model: { ...model, variant: 'no-qf', residual: { ...model.residual, decoder: true } } })).toBe('');
}, 60_000);
