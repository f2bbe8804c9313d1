/** What the list of failures says of one wrong answer and of kinds that answers cannot tell. */
import { expect, test } from 'vitest';
import type { FailureSummary } from '../../src/study/analysis/failure-modes.ts';
import '../../src/ui/elements/failure-list.ts';

const SCORE = { correct: false, exactMatch: false, cotExactMatch: false, gold: '1,2', prediction: '', cotPrediction: '1,3' };
const SUMMARY: FailureSummary = {
  ...{ task: 'consecutive-table-readout', level: 'hard', modality: 'image', prompt: 'direct' },
  wrong: { correct: 1, total: 3, low: 0.1, high: 0.8 },
  metrics: [
    {
      key: 'recall',
      label: 'recall of cells',
      help: '',
      unit: 'share',
      isOverExamples: false,
      numerator: 3,
      denominator: 4,
      value: 0.75,
      interval: null,
    },
  ],
  kinds: [
    { key: 'missed', label: 'cells of the path missing', count: { correct: 1, total: 2, low: 0, high: 1 } },
    { key: 'early', label: 'mistake before the 12th number', count: null },
  ],
  examples: [
    {
      key: { task: 'consecutive-table-readout', level: 'hard', split: 'eval', seed: 0, index: 4 },
      ...{ kinds: ['missed'], response: '…', score: SCORE, values: {}, isTruncated: false, isConverted: null },
    },
  ],
};

test('kinds say of how many answers, a dash where none can tell, and steps are quoted where the answer holds nothing', async () => {
  const list = document.createElement('failure-list');
  list.summary = SUMMARY;
  document.body.append(list);
  await list.updateComplete;
  const tables = [...(list.shadowRoot?.querySelectorAll('report-table') ?? [])];
  await Promise.all(tables.map((table) => table.updateComplete));
  const cells = tables.map((table) => [...(table.shadowRoot?.querySelectorAll('td') ?? [])].map(({ textContent }) => textContent?.trim()));
  expect(cells).toEqual([['1 of 2', '50.0 % [0.0, 100.0]', '–', '–'], ['75.0 % (3 of 4)']]);
  expect(list.shadowRoot?.querySelector('li')?.textContent).toContain('Read in its steps: 1,3 (in the answer nothing)');
  expect(list.shadowRoot?.querySelectorAll('option')).toHaveLength(2); // all, and the kind that there is
  list.remove();
});
