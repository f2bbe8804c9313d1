/** The work of `npm run score`: announces sizes, reads and scores, prints the tables, writes what was asked for. */
import { markdownOf } from '../src/study/data/read/markdown.ts';
import type { RowOutcome } from '../src/study/data/read/report.ts';
import { scoreFiles } from '../src/study/data/read/score-files.ts';
import type { Progress } from '../src/study/data/read/score-files.ts';
import type { FileSource } from '../src/study/data/read/source.ts';
import { openFile } from './file-source.ts';
import { parseScoreOptions, SCORE_HELP } from './score-options.ts';
import { outputPlaces, Outputs, writeText } from './score-output.ts';
import type { WriteText } from './score-output.ts';

/** Percent steps between two lines of progress. */
const PROGRESS_STEP = 10;
/** Smaller files are read before anyone could read about it. */
const MIN_PROGRESS_BYTES = 50_000_000;

/** `print` gets the result, `announce` what happens meanwhile. */
export async function runScore(
  args: readonly string[],
  print: (text: string) => void,
  announce: (text: string) => void,
  write: WriteText = writeText,
): Promise<void> {
  const command = parseScoreOptions(args);
  if (command === null) {
    print(SCORE_HELP);
    return;
  }
  const { data: dataPath, predictions: predictionsPath, json, markdown, rows } = command;
  const inputs = { '--data': dataPath, '--predictions': predictionsPath };
  const places = await outputPlaces(inputs, { '--json': json, '--markdown': markdown, '--rows': rows });
  const data = await openFile(dataPath);
  const predictions = predictionsPath === null ? null : await openFile(predictionsPath);
  const outputs = await Outputs.open(places, write);
  try {
    for (const file of [data, ...(predictions === null ? [] : [predictions])]) announce(`Reading ${file.name}, ${sizeText(file)}`);
    const report = await scoreFiles(data, predictions, command, {
      onRow: (outcome) => outputs.of('--rows')?.append(rowText(outcome)),
      onProgress: progressIn(announce),
    });
    const tables = markdownOf(report);
    await outputs.of('--json')?.append(`${JSON.stringify(report, null, 2)}\n`);
    await outputs.of('--markdown')?.append(tables);
    await outputs.keep();
    print(tables.trimEnd());
  } catch (thrown) {
    await outputs.discard();
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

/** Without the question, which stands in the data set. */
function rowText({ question: _, ...outcome }: RowOutcome): string {
  return `${JSON.stringify(outcome)}\n`;
}

function sizeText({ bytes }: FileSource): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
