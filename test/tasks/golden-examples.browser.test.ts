import { expect, test } from 'vitest';
import { exampleFingerprints } from '../support/golden-examples.ts';
import golden from '../golden/examples.json' with { type: 'json' };

test('examples of every task have the same bytes in a browser as in Node', () => {
  expect(exampleFingerprints()).toEqual(golden);
});
