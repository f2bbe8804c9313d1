import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { parseRunSpec, totalSteps } from '../../src/study/run-spec-schema.ts';

const files = readdirSync('specs').filter((name) => name.endsWith('.json'));

test.each(files)('specs/%s is a run: it parses as it stands, and its first and last batches can be made', (name) => {
  const value: unknown = JSON.parse(readFileSync(join('specs', name), 'utf8'));
  const spec = parseRunSpec(value);
  expect(spec).toEqual(value);
  expect(batchAt(spec, 0).examples).toBe(spec.batchSize);
  expect(batchAt(spec, totalSteps(spec) - 1).micro.length).toBeGreaterThan(0);
});
