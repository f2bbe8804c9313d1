import { expect, test } from 'vitest';
import { exampleFingerprints } from '../support/golden-examples.ts';
import golden from '../golden/examples.json' with { type: 'json' };

test('examples of every task have the bytes that they always had', () => {
  expect(exampleFingerprints()).toEqual(golden);
});
