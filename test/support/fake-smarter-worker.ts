/** A smarterVLM worker for tests of the page: answers at once, with numbers that can be told apart, and records what it was asked. */
import type { AnsweredItem, SmarterCallMessage, SmarterCalls, SmarterEvent } from '../../workers/smarter-protocol.ts';
import type { WireError } from '../../src/lib/errors.ts';
import type { SmarterScores } from '../../src/study/smarter/scores.ts';
import type { SmarterProgress, SmarterRunState } from '../../src/study/smarter/smarter-session.ts';
import { parseSmarterSpec } from '../../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../src/study/smarter/smarter-spec.ts';
import type { CallPort } from '../../src/ui/services/call-client.ts';

/** Two puzzles that are solved alike. */
export function scoresAt(solved: number): SmarterScores {
  const score = { solved, low: solved - 0.1, high: solved + 0.1, optionRight: 0.6, majority: 0.125, majorityOption: 0.25, uniform: 0.1 };
  return {
    overall: { ...score, items: 40 },
    skills: [
      { ...score, items: 20, skill: 'counting', puzzles: 1 },
      { ...score, items: 20, skill: 'path', puzzles: 1 },
    ],
    puzzles: [
      { ...score, items: 20, skill: 'counting', puzzle: 14 },
      { ...score, items: 20, skill: 'path', puzzle: 19 },
    ],
    loss: 1,
  };
}

function answered(item: number, puzzle: number, skill: string, isSolved: boolean, loss: number, chance: number): AnsweredItem {
  const options = ['1', '2', '3', '4', '5'];
  return {
    item,
    puzzle,
    skill,
    question: `Question ${item}?`,
    options,
    right: 0,
    chosen: isSolved ? 0 : 2,
    answer: '1',
    said: isSolved ? '1' : '3',
    isSolved,
    loss,
    chance,
  };
}

export const ANSWERS: readonly AnsweredItem[] = [
  answered(0, 14, 'counting', true, 0.1, 0.9),
  answered(1, 14, 'counting', false, 1.5, 0.6),
  answered(2, 19, 'path', false, 4, 0.3), // all but rules the right answer out, and is not sure of its own
  answered(3, 19, 'path', false, 2, 0.8),
];

const SIDE_PX = 224;
const WORDS = ['how', 'many', 'ways'];
const PLACES = 17;

/** Word 0 looks at itself and at the first place of the picture; the last at the picture as a whole. */
export function attentionOfWords() {
  const tokens = WORDS.length;
  const self = new Float32Array(tokens * tokens);
  const cross = new Float32Array(tokens * PLACES);
  for (let word = 0; word < tokens; word++) {
    self[word * tokens + word] = 1;
    cross[word * PLACES + (word === tokens - 1 ? 0 : 1 + word)] = 1;
  }
  return { self, cross, heads: 1, tokens, places: PLACES, isCoded: false };
}

export interface FakeSmarterWorker extends CallPort<SmarterCalls, SmarterEvent> {
  readonly calls: SmarterCallMessage[];
  emit(event: SmarterEvent): void;
  /** From now on calls of this name fail. */
  refuse(name: keyof SmarterCalls, error: WireError): void;
  crash(message: string): void;
}

export function fakeSmarterWorker(): FakeSmarterWorker {
  const target = new EventTarget();
  const calls: SmarterCallMessage[] = [];
  const refused = new Map<keyof SmarterCalls, WireError>();
  let spec: SmarterSpec | null = null;
  let started = 0;
  const id = (): string => (started < 2 ? 'one' : `training ${started}`);
  const post = (data: unknown): void => queueMicrotask(() => void target.dispatchEvent(new MessageEvent('message', { data })));
  const emit = (event: SmarterEvent): void => post({ event });
  const progressed = (state: SmarterRunState, step: number): void => {
    if (spec === null) throw new Error('nothing trains');
    const epochs = step < 2 ? [] : [{ epoch: 1, step: 2, val: scoresAt(0.5) }];
    const test = state === 'finished' ? scoresAt(0.5) : null;
    const losses = Array.from({ length: step }, (_, i) => 3 - i);
    const progress: SmarterProgress = { step, totalSteps: 4, losses, epochs, bestEpoch: epochs.length === 0 ? null : 1, test, trainedMs: 100 * step };
    emit({ kind: 'progress', id: id(), spec, state, message: null, progress });
  };
  const valueOf = (message: SmarterCallMessage): unknown => {
    switch (message.name) {
      case 'list':
        return { runs: [], featureBytes: 2_000_000 };
      case 'estimate':
        return { items: 5400, steps: 78, featureSeconds: 120, trainingSeconds: 60, featureBytes: 50_000_000 };
      case 'start':
        spec = parseSmarterSpec(message.args.spec);
        started += 1;
        emit({ kind: 'features', split: 'train', done: 10, total: 40 });
        progressed('running', 1);
        return { id: id() };
      case 'pause':
        progressed('paused', 2);
        return null;
      case 'step':
        progressed('paused', 3);
        return null;
      case 'resume':
        progressed('finished', 4);
        return null;
      case 'answers':
        return ANSWERS;
      case 'look':
        return {
          picture: new Uint8Array(SIDE_PX * SIDE_PX * 3).fill(255),
          tokens: WORDS,
          attention: attentionOfWords(),
          pixels: Float32Array.from({ length: SIDE_PX * SIDE_PX }, (_, i) => i % 7),
        };
      default:
        return null;
    }
  };
  return {
    calls,
    emit,
    refuse: (name, error) => void refused.set(name, error),
    crash: (message) => void target.dispatchEvent(Object.assign(new Event('error'), { message })),
    postMessage(message) {
      calls.push(message);
      const error = refused.get(message.name);
      post(error === undefined ? { id: message.id, value: valueOf(message) } : { id: message.id, error });
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => undefined,
  };
}
