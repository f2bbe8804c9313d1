/** The work of `npm run score`: announces sizes, reads and scores, prints the tables, writes what was asked for. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { fault, InputError } from '../src/lib/errors.ts';
import { markdownOf } from '../src/study/data/read/markdown.ts';
import type { RowOutcome } from '../src/study/data/read/report.ts';
import { scoreFiles } from '../src/study/data/read/score-files.ts';
import type { Progress, ScoreHooks } from '../src/study/data/read/score-files.ts';
import type { FileSource } from '../src/study/data/read/source.ts';
import { openFile } from './file-source.ts';
import { parseScoreOptions, SCORE_HELP } from './score-options.ts';

/** Percent steps between two lines of progress. */
const PROGRESS_STEP = 10;
/** Smaller files are read before anyone could read about it. */
const MIN_PROGRESS_BYTES = 50_000_000;

/** `print` gets the result, `announce` what happens meanwhile. */
export async function runScore(args: readonly string[], print: (text: string) => void, announce: (text: string) => void): Promise<void> {
  const command = parseScoreOptions(args);
  if (command === null) {
    print(SCORE_HELP);
    return;
  }
  const outputs = { '--json': command.json, '--markdown': command.markdown, '--rows': command.rows };
  for (const [option, path] of Object.entries(outputs)) if (path !== null) await checkFolder(option, path);
  const data = await openFile(command.data);
  const predictions = command.predictions === null ? null : await openFile(command.predictions);
  for (const file of [data, ...(predictions === null ? [] : [predictions])]) announce(`Reading ${file.name}, ${sizeText(file)}`);
  const report = await withRows(command.rows, (onRow) => scoreFiles(data, predictions, command, { ...onRow, onProgress: progressIn(announce) }));
  const markdown = markdownOf(report);
  if (command.json !== null) await writeFile(command.json, `${JSON.stringify(report, null, 2)}\n`);
  if (command.markdown !== null) await writeFile(command.markdown, markdown);
  print(markdown.trimEnd());
}

async function checkFolder(option: string, path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true) throw new InputError(fault(option, 'a path in a folder that exists', path));
}

/** Gives `score` a hook that writes rows to `path`, which is there only when all of them are. */
async function withRows<T>(path: string | null, score: (onRow: Pick<ScoreHooks, 'onRow'>) => Promise<T>): Promise<T> {
  if (path === null) return score({});
  const part = `${path}.part`;
  const stream = createWriteStream(part);
  try {
    const result = await score({ onRow: (outcome) => writeRow(stream, outcome) });
    stream.end();
    await finished(stream);
    await rename(part, path);
    return result;
  } catch (thrown) {
    stream.end();
    await finished(stream).catch(() => undefined); // it may be what broke
    await rm(part, { force: true });
    throw thrown;
  }
}

function progressIn(announce: (text: string) => void): (progress: Progress) => void {
  let announced = 0;
  return ({ bytesRead, bytesTotal }) => {
    const percent = Math.floor((100 * bytesRead) / bytesTotal);
    if (bytesTotal < MIN_PROGRESS_BYTES || percent < announced + PROGRESS_STEP) return;
    announced = percent;
    announce(`${percent} %`);
  };
}

async function writeRow(stream: WriteStream, { question: _, ...outcome }: RowOutcome): Promise<void> {
  if (!stream.write(`${JSON.stringify(outcome)}\n`)) await once(stream, 'drain');
}

function sizeText({ bytes }: FileSource): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
