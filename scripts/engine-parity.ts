/**
 * Checks the engine over many steps and writes what it finds: training through recordings on WebGPU, twice, against the same steps run eagerly on wasm,
 * whose values and gradients the tests tie to PyTorch; and whether memory grows. `npx tsx scripts/engine-parity.ts` (see --help).
 */
import { writeFileSync } from 'node:fs';
import { optionsOrHelp } from '../cli/command-line.ts';
import { wholeNumber } from '../cli/option-values.ts';
import { reportFailure } from '../cli/report-failure.ts';

const HELP = `npx tsx scripts/engine-parity.ts [options]
  --steps N          compared with wasm; default 200
  --memory-steps N   over which memory must not grow; default 2000
  --out FILE         default docs/results/engine-parity.json
  --help
Needs WebGPU in Node (the webgpu package). On a machine without a GPU, set VK_DRIVER_FILES to the software driver that Chromium carries and LD_LIBRARY_PATH to
its folder. Exit status 1 when losses are apart, two runs differ by a bit, or memory grows.
Example: npx tsx scripts/engine-parity.ts --steps 100 --memory-steps 300 --out out/parity.json`;

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const command = { name: 'engine-parity', call: 'npx tsx scripts/engine-parity.ts', help: HELP };
  const values = optionsOrHelp(command, args, { steps: text, 'memory-steps': text, out: text });
  if (values === null) return 0;
  const steps = wholeNumber('--steps', values.steps ?? '200', 1);
  const memorySteps = wholeNumber('--memory-steps', values['memory-steps'] ?? '2000', 2);
  const { engineParity } = await import('./engine-parity/parity.ts'); // tfjs comes with it
  const report = await engineParity(steps, memorySteps);
  writeFileSync(values.out ?? 'docs/results/engine-parity.json', `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const { areTwoRunsBitIdentical, largestRelativeLossDifference, memory } = report;
  return areTwoRunsBitIdentical && largestRelativeLossDifference < 1e-3 && memory.bytesAtEnd === memory.bytesHalfWay ? 0 : 1;
}

// It ends here: an open device would keep the process.
main(process.argv.slice(2)).then((code) => process.exit(code), reportFailure);
