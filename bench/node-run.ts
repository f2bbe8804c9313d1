/** One measurement in a Node process of its own (so that backends do not share memory or warmed-up code): options in argv[2], result on stdout. */
import { type MeasureOptions, measure } from './measure.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as MeasureOptions; // written by bench/main.ts, not by people
const result = await measure(options, `Node ${process.version}`);
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0); // Dawn keeps the process alive.
