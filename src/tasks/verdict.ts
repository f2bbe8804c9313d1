/**
 * What may be said of one answer (`compact` profile): whether it is scored right, by what, and which of its parts differ from gold all the same. The scorers look at one
 * part alone, the tables' at a list of values (spec/s2h 2.10), so that an answer can be scored right and name the wrong cell. The division into parts is ours.
 */
import { isConversionExact, opensSolution } from './conversion.ts';
import type { Example } from './example.ts';
import type { Score, TaskId } from './task.ts';

/** A sentence or two. */
export function verdictOf(example: Example, response: string): string {
  if (example.key === null) throw new Error('internal: verdictOf: an example of no task');
  const score = example.score(response, 'compact');
  const [right, wrong] = reasons(example.key.task, score);
  if (!score.correct) return `Scored wrong: ${wrong}.`;
  const differing = differences(example, example.key.task, response);
  if (differing.length === 0) return score.prediction === score.gold ? 'This answer is right, to the word.' : `Scored right: ${right}.`;
  const [last = '', ...others] = differing.toReversed();
  const listed = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
  return `Scored right: ${right}. But not like gold: ${listed}.`;
}

function reasons(task: TaskId, { exactMatch, prediction, gold }: Score): readonly [right: string, wrong: string] {
  if (isOfTables(task))
    return [`${exactMatch ? 'its list of values' : 'the list of values in its steps'} is gold’s`, 'no list of values in it is gold’s'];
  if (task !== 'grid-navigation') return ['its answer block is gold’s', 'its answer block is not gold’s'];
  return [prediction === gold ? 'its moves are gold’s' : 'its moves are another way that collects all', 'its moves do not collect all and arrive'];
}

/** Parts that are not as in the right response. A part that no record of the task must have (the conversion, the steps) may be missing. */
function differences(example: Example, task: TaskId, response: string): string[] {
  const { cot, answer } = example.parts('image', 'compact');
  const words = response.split(' ');
  const start = words.findIndex((word) => opensSolution(example, word));
  const own = partsOf(task, start === -1 ? [] : words.slice(start), answer);
  const gold = partsOf(task, `${cot} ${answer}`.split(' '), answer);
  const converted = isConversionExact(example, response) === false ? ['the conversion'] : [];
  return [...converted, ...[...gold].flatMap(([name, text]) => (own.get(name) === text ? [] : [name]))];
}

/** The parts of steps and answer by their names. */
function partsOf(task: TaskId, words: readonly string[], goldAnswer: string): ReadonlyMap<string, string> {
  const [opening = ''] = goldAnswer.split(' ');
  const at = words.lastIndexOf(opening);
  const steps = at === -1 ? words : words.slice(0, at);
  const answer = at === -1 ? [] : words.slice(at);
  const parts = new Map<string, string>();
  if (!isOfTables(task)) return parts.set('the chain of thought', lines(steps).join('\n')); // all of their answer is scored
  const cells = lines(steps).map((line) => line.split(' '));
  const [equals, end] = [answer.indexOf('='), answer.lastIndexOf('answer')];
  return parts
    .set('the cells of its steps', cells.map((line) => line.slice(0, -1).join(' ')).join('\n'))
    .set('the values of its steps', cells.map((line) => line.at(-1)).join(' '))
    .set('the list after “total”', answer.slice(0, equals === -1 ? 0 : equals).join(' '))
    .set('the sum', answer.slice(equals, end === -1 ? undefined : end).join(' '))
    .set('the answer line', end === -1 ? '' : answer.slice(end).join(' '));
}

function lines(words: readonly string[]): string[] {
  return words
    .join(' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isOfTables(task: TaskId): boolean {
  return task === 'consecutive-table-readout' || task === 'table-readout';
}
