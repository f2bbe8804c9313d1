/** Share links: design/reliability 3.2 and faults F37-F41, F44, F46, F48. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/lib/base64url.ts';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { InputError } from '../../src/lib/errors.ts';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { adler32, decodeLink, encodeLink, LINK_PREFIX, MAX_DEPTH, MAX_INFLATED_BYTES, MAX_LINK_CHARACTERS, MAX_NODES } from '../../src/study/link.ts';
import { cutText, MAX_NAME_CHARACTERS, MAX_SHARED_RUNS, MAX_TITLE_CHARACTERS, VIEW_CHOICES, VIEW_RANGES } from '../../src/study/notebook-state.ts';
import type { NotebookState } from '../../src/study/notebook-state.ts';
import { defaultTaskSpec } from '../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import { parseRunSpec } from '../../src/study/run-spec-schema.ts';
import { SUPERVISIONS } from '../../src/study/run-spec.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import { switchedSpec } from '../../src/study/switch-run.ts';

const FIXTURES = new URL('../golden/links/', import.meta.url);

/** A link with any payload, whole but unchecked. */
function linkOf(payload: unknown): string {
  return linkOfText(typeof payload === 'string' ? payload : canonicalJson(payload));
}

function linkOfText(text: string): string {
  return LINK_PREFIX + toBase64Url(zlibSync(new TextEncoder().encode(text), { level: 9 }));
}

/** A run that goes on from one of the same phases, where there is one. */
function childOf(parent: RunSpec): RunSpec {
  const name = parent.supervision.replace(/text$/, 'image');
  const supervision = SUPERVISIONS.find((id) => id === name && id !== parent.supervision);
  return supervision === undefined ? parent : switchedSpec(parent, 1, { supervision });
}

/** The same of three tasks at once. */
function jointOf(spec: RunSpec): RunSpec {
  return parseRunSpec({ ...spec, task: smallTask('grid-navigation'), joint: [smallTask('table-readout'), smallTask('visual-analogy')] });
}

const whole = ({ min, max }: { min: number; max: number }) => fc.integer({ min, max });
const spec: fc.Arbitrary<RunSpec> = fc
  .record({
    rows: fc.integer({ min: 2, max: 12 }),
    columns: fc.integer({ min: 3, max: 12 }),
    preset: fc.constantFrom('micro', 'nano', 'small'),
    base: fc.option(fc.constant('ab'.repeat(32))),
    supervision: fc.constantFrom(...SUPERVISIONS),
    examples: fc.integer({ min: 256, max: 160_000 }),
    warmUpRows: fc.integer({ min: 2, max: 9 }),
    alignRows: fc.integer({ min: 2, max: 160_000 }),
    switchAt: fc.integer({ min: 1, max: 99 }),
    learningRate: fc.double({ min: 1e-6, max: 0.05, noNaN: true }),
    clipNorm: fc.option(fc.constantFrom(0.5, 1, 10)),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .filter(({ rows, columns }) => rows * columns !== 8)
  .map(({ rows, columns, switchAt, ...rest }) =>
    parseRunSpec({
      ...LINK_DEFAULTS_3.draft,
      ...rest,
      switchAt: switchAt / 100,
      task: { ...LINK_DEFAULTS_3.draft.task, id: 'consecutive-table-readout', rows, columns, rowNames: Math.max(12, rows) },
    }),
  )
  .chain((made) => fc.constantFrom(made, childOf(made), jointOf(made)));
const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const state: fc.Arbitrary<NotebookState> = fc.record({
  title: text(MAX_TITLE_CHARACTERS),
  example: fc.record({
    task: fc.constantFrom(...TASK_IDS.map((id) => defaultTaskSpec(id))),
    level: fc.constantFrom('simple', 'hard'),
    split: fc.constantFrom(...VIEW_CHOICES.split),
    seed: whole(VIEW_RANGES.seed),
    index: whole(VIEW_RANGES.index),
    profile: fc.constantFrom(...VIEW_CHOICES.profile),
    record: fc.constantFrom(...VIEW_CHOICES.record),
  }),
  draft: spec,
  curves: fc.record({ isLogarithmic: fc.boolean(), series: fc.constantFrom(...VIEW_CHOICES.series) }),
  look: fc.record({
    record: fc.constantFrom('image', 'image-via-text'),
    response: fc.constantFrom(...VIEW_CHOICES.response),
    span: fc.option(fc.tuple(whole(VIEW_RANGES.token), whole(VIEW_RANGES.token)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }))),
    granularity: fc.constantFrom(...VIEW_CHOICES.granularity),
    aggregate: fc.constantFrom(...VIEW_CHOICES.aggregate),
    method: fc.constantFrom(...VIEW_CHOICES.method),
    sign: fc.constantFrom(...VIEW_CHOICES.sign),
    overlay: fc.constantFrom(...VIEW_CHOICES.overlay),
    threshold: fc.constantFrom(...VIEW_CHOICES.threshold),
    topPercent: fc.double({ min: 0.1, max: 100, noNaN: true }),
    opacity: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    besideStep: fc.option(whole(VIEW_RANGES.step)),
  }),
  runs: fc.array(fc.record({ name: text(MAX_NAME_CHARACTERS), spec }), { maxLength: 5 }),
  step: fc.option(whole(VIEW_RANGES.step)),
});

describe('what goes in comes out', () => {
  test('the defaults are the shortest link', () => {
    expect(encodeLink(LINK_DEFAULTS_3)).toBe('#n3.eNqrrgUAAXUA-Q');
    expect(decodeLink('#n3.eNqrrgUAAXUA-Q')).toEqual(LINK_DEFAULTS_3);
  });

  test('any state survives a round trip', () => {
    fc.assert(
      fc.property(state, (given) => {
        const link = encodeLink(given);
        expect(decodeLink(link)).toEqual(given);
        expect(encodeLink(decodeLink(link))).toBe(link);
      }),
      { numRuns: 300 },
    );
  });

  test('a run may be named as long as a file allows, counted in code points, and a longer name is cut', () => {
    const runOf = (name: string): NotebookState => ({ ...LINK_DEFAULTS_3, runs: [{ name, spec: LINK_DEFAULTS_3.draft }] });
    const nameOf = (name: string): string | undefined => decodeLink(encodeLink(runOf(name))).runs[0]?.name;
    const longest = '🦊'.repeat(MAX_NAME_CHARACTERS); // 240 UTF-16 units
    expect(nameOf(longest)).toBe(longest);
    expect(nameOf(`${longest}🦊`)).toBe(longest);
    expect(cutText('ab🦊c', 3)).toBe('ab🦊');
  });

  test('a realistic notebook of four runs fits a chat message', () => {
    const runs = SUPERVISIONS.slice(0, 4).map((supervision, i) => ({
      name: `amber fox ${i}`,
      spec: { ...LINK_DEFAULTS_3.draft, supervision, seed: i },
    }));
    expect(encodeLink({ ...LINK_DEFAULTS_3, runs }).length).toBeLessThan(400);
  });

  test('a state too big for a link is refused, and a file is offered', () => {
    const name = Array.from({ length: MAX_NAME_CHARACTERS }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join('');
    const runs = Array.from({ length: 20 }, (_, i) => ({ name, spec: { ...LINK_DEFAULTS_3.draft, seed: i } }));
    expect(encodeLink({ ...LINK_DEFAULTS_3, runs }).length).toBeLessThan(MAX_LINK_CHARACTERS);
    const title = fc.sample(fc.string({ unit: 'binary', minLength: 60_000, maxLength: 60_000 }), { numRuns: 1, seed: 1 })[0] ?? '';
    expect(() => encodeLink({ ...LINK_DEFAULTS_3, title })).toThrow(/too big for a link.*export a file/);
  });
});

describe('links kept for ever', () => {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.txt'));
  test('there are some', () => expect(names.length).toBeGreaterThan(0));
  test.each(names)('%s still opens to the same state', (name) => {
    const link = readFileSync(new URL(name, FIXTURES), 'utf8').trim();
    const expected: unknown = JSON.parse(readFileSync(new URL(name.replace('.txt', '.json'), FIXTURES), 'utf8'));
    expect(decodeLink(link)).toEqual(expected);
  });
});

describe('links of version 2', () => {
  const open = (look: unknown): NotebookState => decodeLink(linkOf({ look }).replace(LINK_PREFIX, '#n2.'));

  test('say of Look what they said: the first pinned token, and whether scores are signed', () => {
    expect(open({ token: 4095, isSigned: false }).look).toEqual({ ...LINK_DEFAULTS_3.look, span: { from: 4095, to: 4096 }, sign: 'absolute' });
    expect(open({ method: 'occlusion' })).toEqual(LINK_DEFAULTS_3); // a name that version 2 does not know
  });

  test.each([
    [{ token: 'first' }, /look\.span should be an object/],
    [{ token: 1e6 }, /look\.span\.from/],
    [{ isSigned: 'yes' }, /look\.sign should be one of/],
    [7, /look should be an object/],
  ])('%j is refused by name', (look, message) => {
    expect(() => open(look)).toThrow(message);
  });
});

describe('damage is found', () => {
  const runs = [{ name: 'amber fox', spec: { ...LINK_DEFAULTS_3.draft, supervision: 'image' as const, learningRate: 0.002 } }];
  const good = encodeLink({ ...LINK_DEFAULTS_3, title: 'Look-ups in text and pictures', runs });
  const opened = decodeLink(good);

  test('no flipped bit of the data changes the state silently', () => {
    const bytes = fromBase64Url(good.slice(LINK_PREFIX.length));
    let unchanged = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = attempt(LINK_PREFIX + toBase64Url(flipped));
      if (outcome === null) continue;
      expect(outcome).toEqual(opened); // bits that belong to nothing: padding, unused codes
      unchanged += 1;
    }
    expect(unchanged).toBeLessThan(bytes.length);
  });

  test('no flipped bit of the text changes the state silently', () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const code = good.charCodeAt(bit >> 3) ^ (1 << (bit & 7));
      const outcome = attempt(good.slice(0, bit >> 3) + String.fromCharCode(code) + good.slice((bit >> 3) + 1));
      if (outcome !== null) expect(outcome).toEqual(opened);
    }
  });

  test('every truncation is refused with one sentence', () => {
    for (let length = 0; length < good.length; length++) expect(() => decodeLink(good.slice(0, length))).toThrow(InputError);
  });

  test.each([
    ['nothing', ''],
    ['a percent escape', '#n1.%E0%A4%A'],
    ['a blank', '#n1.ab cd'],
    ['padding', '#n2.eNqrrgUAAXUA-Q=='],
    ['an anchor', '#train'],
    ['random letters', `#n1.${'Zm9v'.repeat(30)}`],
  ])('%s is no link', (_name, link) => {
    expect(() => decodeLink(link)).toThrow(/^This (link is damaged|is not a Parallax link)/);
  });

  test('random texts never throw anything but an InputError', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (tail) => {
        expect(() => decodeLink(LINK_PREFIX + tail)).toThrow(InputError);
      }),
      { numRuns: 200 },
    );
  });

  test('the checksum is Adler-32 as published', () => {
    expect(adler32(new TextEncoder().encode('Wikipedia'))).toBe(0x11e60398);
    expect(adler32(new Uint8Array())).toBe(1);
  });
});

describe('bounds', () => {
  test('a bomb is refused at once and without its memory', () => {
    const bomb = LINK_PREFIX + toBase64Url(zlibSync(new Uint8Array(24 * 1024 * 1024), { level: 9 }));
    expect(bomb.length).toBeLessThan(MAX_LINK_CHARACTERS);
    const before = performance.now();
    expect(() => decodeLink(bomb)).toThrow(`more than ${MAX_INFLATED_BYTES} bytes`);
    expect(performance.now() - before).toBeLessThan(2000); // F38: 50 ms on a quiet machine
  });

  test('a link that is too long is refused unread', () => {
    expect(() => decodeLink(LINK_PREFIX + 'A'.repeat(MAX_LINK_CHARACTERS))).toThrow(/too long.*not read/);
  });

  test('depth and number of values are bounded', () => {
    const deep = '['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1);
    expect(() => decodeLink(linkOf(deep))).toThrow(/nested deeper/);
    expect(() => decodeLink(linkOf('['.repeat(100_000) + ']'.repeat(100_000)))).toThrow(InputError);
    expect(() => decodeLink(linkOf(Array.from({ length: MAX_NODES }, () => 0)))).toThrow(`more than ${MAX_NODES} values`);
  });

  test('forbidden names are refused and nothing is polluted', () => {
    for (const json of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"runs":[{"__proto__":{"polluted":1}}]}']) {
      expect(() => decodeLink(linkOfText(json))).toThrow(/forbidden name/);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('duplicate keys and other non-canonical JSON are refused', () => {
    for (const json of [
      '{"title":"a","title":"b"}',
      '{ "title":"a"}',
      '{"look":{"opacity":1.0}}',
      '{"look":{"opacity":-0}}',
      '{"title":"b","curves":{}}',
    ]) {
      expect(() => decodeLink(linkOfText(json))).toThrow(/damaged/);
    }
  });

  test('numbers beyond the range of doubles are refused', () => {
    expect(() => decodeLink(linkOfText('{"look":{"opacity":1e999}}'))).toThrow(InputError);
  });

  test('another version is named', () => {
    expect(() => decodeLink('#n4.abcd')).toThrow(/newer Parallax \(version 4\)/);
  });
});

describe('schema', () => {
  test('unknown keys are dropped', () => {
    expect(decodeLink(linkOf({ surprise: { code: 'alert(1)' }, title: 'kept' }))).toEqual({ ...LINK_DEFAULTS_3, title: 'kept' });
  });

  test.each([
    [{ title: 5 }, /title should be a text/],
    [{ title: 'x'.repeat(MAX_TITLE_CHARACTERS + 1) }, /title should be at most 200 characters/],
    [{ example: { task: { id: 'consecutive-table-readout', rows: 1e9 } } }, /example\.task\.rows: expected a whole number from 1 to 12/],
    [{ example: { task: { rows: 5 } } }, /example\.task\.id: expected one of consecutive-table-readout, /],
    [{ example: { seed: -1 } }, /example\.seed/],
    [{ example: { index: 0.5 } }, /example\.index should be a whole number/],
    [{ example: { task: { id: 'consecutive-table-readout', rowNames: 3 } } }, /rowNames: expected at least 5/],
    [{ example: { task: { id: 'grid-navigation' }, level: 'medium' } }, /example\.level should be one of simple, hard/],
    [{ example: { level: 'impossible' } }, /example\.level should be one of simple, medium, hard/],
    [{ example: 7 }, /example should be an object/],
    [{ look: { topPercent: 0 } }, /look\.topPercent/],
    [{ look: { record: 'text' } }, /look\.record/],
    [{ look: { span: 7 } }, /look\.span should be an object/],
    [{ look: { span: { from: 5, to: 5 } } }, /look\.span\.to should be a whole number from 6 to 4096/],
    [{ look: { span: { from: 1e6, to: 1e6 } } }, /look\.span\.from/],
    [{ look: { method: 'guess' } }, /look\.method should be one of gradient-input, /],
    [{ look: { sign: true } }, /look\.sign/],
    [{ look: { threshold: null } }, /look\.threshold/],
    [{ look: { granularity: 'page' } }, /look\.granularity/],
    [{ look: { aggregate: 'median' } }, /look\.aggregate/],
    [{ look: { besideStep: -1 } }, /look\.besideStep/],
    [{ step: 0.5 }, /step should be a whole number from 0/],
    [{ curves: { isLogarithmic: 'yes' } }, /curves\.isLogarithmic should be true or false/],
    [{ draft: { batchSize: 0 } }, /batchSize/],
    [{ draft: { preset: 'giant' } }, /preset/],
    [{ draft: { learningRate: 'fast' } }, /learningRate/],
    [{ draft: { task: { id: 'consecutive-table-readout', rows: 10_000_000 } } }, /task\.rows/],
    [{ draft: { task: { id: 'chess' } } }, /task\.id/],
    [{ runs: {} }, /runs should be a list/],
    [{ runs: [7] }, /runs\[0\] should be an object/],
    [{ runs: [{ name: 'x'.repeat(MAX_NAME_CHARACTERS + 1) }] }, /runs\[0\]\.name should be at most 120 characters/],
    [{ runs: [{ name: 'a', spec: { examples: -3 } }] }, /examples/],
    [{ runs: Array.from({ length: MAX_SHARED_RUNS + 1 }, () => ({ name: 'a' })) }, /at most 24 runs/],
  ])('%j is refused by name', (payload, message) => {
    expect(() => decodeLink(linkOf(payload))).toThrow(message);
  });

  test('markup in texts stays text, and lone surrogates survive', () => {
    const title = '<img src=x onerror=alert(1)> \u202E \uD800 {{7*7}}';
    expect(decodeLink(encodeLink({ ...LINK_DEFAULTS_3, title })).title).toBe(title);
  });
});

/** The decoded state, or null when it was refused; anything but an InputError fails the test. */
function attempt(link: string): NotebookState | null {
  try {
    return decodeLink(link);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return null;
  }
}
