import { expect, test } from 'vitest';
import { listText } from '../../../cli/dataset/list.ts';
import { parseDatasetOptions } from '../../../cli/dataset/options.ts';
import { planSet } from '../../../src/study/data/write/set.ts';
import { STRATEGY_IDS } from '../../../src/study/strategies/ids.ts';

test('lists every strategy, and only commands that can be given', () => {
  const lines = listText().split('\n');
  for (const id of STRATEGY_IDS) expect(lines.some((line) => line.startsWith(`  ${id}  (`))).toBe(true);
  const commands = lines.filter((line) => line.startsWith('    npm run dataset -- '));
  expect(commands.length).toBeGreaterThan(250);
  for (const command of commands) {
    const options = parseDatasetOptions([...command.trim().split(' ').slice(4), '--dry-run']);
    if (options === null) throw new Error('expected options');
    // Instruction data that cannot be made here are a third of one variant of the warm-up.
    const made = command.includes('leave-out') ? 6_666 : options.request.count;
    expect(planSet(options.request).rows, command).toBeGreaterThanOrEqual(made);
  }
});
