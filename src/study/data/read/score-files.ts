/**
 * Reads a data set, joins predictions to its rows, scores every row, and adds up. The data set is a stream; in memory are the predictions, the ids, and the sums.
 *
 * Without predictions it says what the file holds, and scores each gold answer itself: less than 100 % means a damaged file (or a fault of ours).
 */
import { fault, InputError } from '../../../lib/errors.ts';
import type { Level, TaskId } from '../../../tasks/task.ts';
import type { ChatForm } from './chat-text.ts';
import { readGoldRow } from './gold-row.ts';
import type { GoldForm, GoldRow } from './gold-row.ts';
import { answerColumnOf, isFailed, predictionIn, readPredictions } from './predictions.ts';
import type { Predictions } from './predictions.ts';
import { detached } from './raw-record.ts';
import type { OnBad, RawRecord } from './raw-record.ts';
import { RecordStream } from './records.ts';
import type { FileReport, Overruled, RowOutcome, ScoreReport } from './report.ts';
import { scorerOf } from './row-scorer.ts';
import type { FileSource } from './source.ts';
import { GroupTally, NamedTally } from './tally.ts';
import { unreadText } from './unread.ts';

export interface ScoreOptions {
  /** For rows that do not say it themselves. */
  readonly task: TaskId | null;
  readonly level: Level | null;
  /** Null: found by its name. Without a file of predictions, the column of the data set that holds them. */
  readonly answerColumn: string | null;
  /** Leaves bad rows out and names them, in place of stopping at the first. */
  readonly skipsBad: boolean;
}

export interface Progress {
  readonly file: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface ScoreHooks {
  onProgress?(progress: Progress): void;
  /** Called in the order of the file; the row holds the picture. */
  onRow?(outcome: RowOutcome, row: GoldRow): void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** Throws InputError for what cannot be read, and the signal's reason when it is aborted: then nothing is reported. */
export async function scoreFiles(
  data: FileSource,
  predictions: FileSource | null,
  options: ScoreOptions,
  hooks: ScoreHooks = {},
): Promise<ScoreReport> {
  const bad = new NamedTally();
  const onBad: OnBad = (error) => {
    if (!options.skipsBad) throw error;
    bad.add(error.message);
  };
  const bytesTotal = data.bytes + (predictions?.bytes ?? 0);
  const streamOf = (source: FileSource, bytesBefore: number): RecordStream => {
    const onBytes = (bytesRead: number): void => hooks.onProgress?.({ file: source.name, bytesRead: bytesBefore + bytesRead, bytesTotal });
    return new RecordStream(source, { onBad, onBytes, ...(hooks.signal === undefined ? {} : { signal: hooks.signal }) });
  };
  const predictionStream = predictions === null ? null : streamOf(predictions, 0);
  const given = predictionStream === null ? null : await readPredictions(predictionStream, options.answerColumn, onBad);
  const stream = streamOf(data, predictions?.bytes ?? 0);
  const scoring = new Scoring(data.name, given, options, hooks);
  for await (const record of stream) {
    try {
      await scoring.add(record);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      onBad(thrown);
    }
  }
  return {
    kind: 'parallax-score',
    version: 1,
    data: { ...fileReport(stream), forms: scoring.forms() },
    predictions: predictionStream === null ? null : fileReport(predictionStream),
    ...scoring.finish(predictionStream, stream.seen),
    bad: bad.get(),
  };
}

function fileReport({ source, bytesRead, format, seen }: RecordStream): FileReport {
  if (format === null) throw new Error('internal: a file that was read has a format');
  return { name: source.name, bytes: source.bytes, bytesRead, format, records: seen };
}

type Results = Pick<ScoreReport, 'join' | 'groups' | 'goldRefused' | 'overruled'>;

class Scoring {
  readonly #fileName: string;
  readonly #given: Predictions | null;
  readonly #options: ScoreOptions;
  readonly #hooks: ScoreHooks;
  readonly #groups = new Map<string, GroupTally>();
  readonly #forms = new Set<GoldForm>();
  /** Where each id stands. */
  readonly #ids = new Map<string, string>();
  readonly #usedKeys = new Set<string>();
  readonly #missing = new NamedTally();
  readonly #goldRefused = new NamedTally();
  readonly #failed = new NamedTally();
  readonly #overruled = { task: 0, level: 0 };
  /** Those that count. */
  #rows = 0;
  #empty = 0;
  #joinsById: boolean | null = null;
  /** Column of the predictions inside the data set; null without. */
  #ownColumn: string | null = null;
  readonly #ownForms = new Set<ChatForm>();

  constructor(fileName: string, given: Predictions | null, options: ScoreOptions, hooks: ScoreHooks) {
    this.#fileName = fileName;
    this.#given = given;
    this.#options = options;
    this.#hooks = hooks;
  }

  /** Throws InputError for a row that cannot be used; nothing of it is counted then. */
  async add(record: RawRecord): Promise<void> {
    const read = readGoldRow(record, this.#options, this.#fileName);
    if (this.#joinsById === null) this.#begin(record, read);
    this.#checkId(read);
    const scorer = scorerOf(read);
    const row: GoldRow = { ...read, profile: scorer.profile, modality: scorer.modality };
    const prediction = this.#predictionOf(record, row);
    const goldScore = scorer.score(scorer.goldResponse, row.profile);
    const score = prediction === null ? null : scorer.score(prediction, row.profile);
    const failures = prediction === null ? {} : scorer.failures(prediction, row.profile);
    // Everything is known: from here on the row counts.
    this.#rows += 1;
    this.#forms.add(row.form);
    if (row.id !== null) this.#ids.set(detached(row.id), row.at);
    this.#overruled.task += Number(this.#options.task !== null && row.task !== this.#options.task);
    this.#overruled.level += Number(this.#options.level !== null && row.level !== this.#options.level);
    if (!goldScore.correct) this.#goldRefused.add(row.place);
    const group = this.#groupOf(row);
    group.addRow(row, goldScore.correct, scorer.isExact);
    if (prediction !== null && score !== null) {
      this.#empty += Number(prediction.trim() === '');
      group.addPrediction(score, failures, prediction);
    } else if (this.#hasPredictions()) {
      this.#missing.add(nameOf(row));
      if (this.#ownColumn !== null && isFailed(record, this.#ownColumn)) this.#failed.add(nameOf(row));
    }
    const { number, id, task, level, modality, prompt, image } = row;
    const found = score === null ? null : ((score.prediction || score.cotPrediction) ?? '');
    const compared = {
      gold: goldScore.gold,
      isRight: score?.correct ?? null,
      prediction: found,
      unread: found === '' ? unreadText(task, row.profile) : null,
    };
    await this.#hooks.onRow?.(
      { number, id, task, level, modality, hasImage: image !== null, ...compared, question: prompt, response: prediction },
      row,
    );
  }

  forms(): readonly GoldForm[] {
    return [...this.#forms];
  }

  finish(predictions: RecordStream | null, records: number): Results {
    if (this.#groups.size === 0)
      throw new InputError(fault(this.#fileName, 'a row that can be used', 'only bad ones', 'see what is wrong without --skip-bad'));
    const unused = new NamedTally();
    const isById = this.#joinsById === true;
    for (const key of this.#given?.byKey.keys() ?? []) if (!this.#usedKeys.has(key)) unused.add(isById ? key : `record ${key}`);
    if (predictions !== null) this.#checkFit(predictions, records);
    if (!isById && unused.get().count > records - this.#rows) throw new Error('internal: by their order, only rows left out leave predictions over');
    const groups = [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group.get(this.#hasPredictions()));
    return { join: this.#join(unused), groups, goldRefused: this.#goldRefused.get(), overruled: this.#overruledOptions() };
  }

  #overruledOptions(): Overruled[] {
    const { task, level } = this.#options;
    return [
      ...(task === null || this.#overruled.task === 0 ? [] : [{ option: 'task', chosen: task, rows: this.#overruled.task } as const]),
      ...(level === null || this.#overruled.level === 0 ? [] : [{ option: 'level', chosen: level, rows: this.#overruled.level } as const]),
    ];
  }

  /** Throws when the predictions belong to another file. */
  #checkFit(predictions: RecordStream, records: number): void {
    const { name } = predictions.source;
    const cure = 'these are the predictions of another file';
    if (this.#joinsById !== true && predictions.seen !== records) {
      const why = 'without ids, predictions belong to the rows in the order of the file';
      throw new InputError(
        fault(name, `${records} predictions, as many as rows`, predictions.seen, `${why}: add an id column, or give the whole file`),
      );
    }
    if (this.#usedKeys.size > 0 || this.#joinsById !== true) return;
    const [ours, theirs] = [this.#ids.keys(), this.#given?.byKey.keys() ?? []].map((ids) => [...ids].slice(0, 3).join(', '));
    throw new InputError(fault(name, `ids of ${this.#fileName}, such as ${ours}`, theirs, cure));
  }

  #join(unused: NamedTally): ScoreReport['join'] {
    const rest = { missing: this.#missing.get(), unused: unused.get(), empty: this.#empty };
    if (this.#given !== null) {
      const { answerColumn, idColumn, forms, failed } = this.#given;
      return { by: this.#joinsById === true ? 'id' : 'line', answerColumn, answerForms: forms, idColumn, failed, ...rest };
    }
    if (this.#ownColumn === null) return null;
    return { by: 'same row', answerColumn: this.#ownColumn, answerForms: [...this.#ownForms], idColumn: null, failed: this.#failed.get(), ...rest };
  }

  #hasPredictions(): boolean {
    return this.#given !== null || this.#ownColumn !== null;
  }

  /** What the first row settles: how predictions are joined. Throws InputError when only the predictions have ids: their order may be another. */
  #begin({ fields, place }: RawRecord, row: GoldRow): void {
    const { answerColumn } = this.#options;
    const idColumn = this.#given?.idColumn ?? null;
    if (idColumn !== null && row.id === null) {
      const cure = 'add ids to the data set, or take that column out: then the order of the files joins them';
      throw new InputError(fault(place, `an id, as the predictions have in their column ${idColumn}`, 'none', cure));
    }
    this.#joinsById = idColumn !== null;
    if (this.#given !== null) return;
    if (answerColumn !== null) this.#ownColumn = answerColumnOf(fields.keys(), answerColumn, this.#fileName);
    else if (fields.has('prediction')) this.#ownColumn = 'prediction';
  }

  #checkId({ id, place }: GoldRow): void {
    const earlier = id === null ? undefined : this.#ids.get(id);
    if (earlier !== undefined) throw new InputError(fault(`${place}, id`, 'each id once', `${id}, as in ${earlier} before it`));
  }

  #predictionOf(record: RawRecord, row: GoldRow): string | null {
    if (this.#ownColumn !== null) {
      const own = predictionIn(record, this.#ownColumn);
      if (own !== null && own.form !== null) this.#ownForms.add(own.form);
      return own?.text ?? null;
    }
    if (this.#given === null) return null;
    const key = this.#joinsById === true ? (row.id ?? '') : String(row.number);
    const prediction = this.#given.byKey.get(key) ?? null;
    if (prediction !== null) this.#usedKeys.add(detached(key));
    return prediction;
  }

  #groupOf(row: GoldRow): GroupTally {
    const { task, level, modality, profile } = row;
    // Sorted by this text: tasks by name, then simple before hard by length of path, then text before image, as the tables of the papers.
    const order = ['simple', 'medium', 'hard'].indexOf(level ?? '');
    const name = `${task} ${order} ${modality === 'text' ? 0 : 1} ${profile}`;
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const fresh = new GroupTally(row);
    this.#groups.set(name, fresh);
    return fresh;
  }
}

function nameOf({ id, place }: GoldRow): string {
  return id ?? place;
}
