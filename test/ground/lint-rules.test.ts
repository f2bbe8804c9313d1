/**
 * The import directions and bans of ARCHITECTURE.md are lint rules. Each row plants one violation in a copy of the tree's shape and expects
 * the rule to name it; the controls beside them are allowed and must stay silent. Runs the real linter once over all planted files.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Planted {
  readonly why: string;
  readonly path: string;
  readonly code: string;
  /** The rule that must report it; null for a control that must pass. */
  readonly rule: string | null;
}

const IMPORTS = 'no-restricted-imports';
const PROPERTIES = 'no-restricted-properties';
const GLOBALS = 'no-restricted-globals';

const PLANTED: readonly Planted[] = [
  { why: 'lib imports a task', path: 'src/lib/a.ts', code: "import { x } from '../tasks/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  {
    why: 'a task imports tfjs',
    path: 'src/tasks/a.ts',
    code: "import * as tf from '@tensorflow/tfjs-core';\nexport const y = tf.scalar(1);\n",
    rule: IMPORTS,
  },
  { why: 'a task imports the model', path: 'src/tasks/b.ts', code: "import { x } from '../model/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  {
    why: 'a nested task file imports a study',
    path: 'src/tasks/render/c.ts',
    code: "import { x } from '../../study/x.ts';\nexport const y = x;\n",
    rule: IMPORTS,
  },
  { why: 'a task touches the document', path: 'src/tasks/d.ts', code: 'export const y = document.title;\n', rule: GLOBALS },
  { why: 'the model imports a task', path: 'src/model/a.ts', code: "import { x } from '../tasks/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  {
    why: 'the model imports a type of a task',
    path: 'src/model/b.ts',
    code: "import type { X } from '../tasks/x.ts';\nexport type Y = X;\n",
    rule: IMPORTS,
  },
  {
    why: 'a model op goes around tf.ts',
    path: 'src/model/ops/a.ts',
    code: "import * as tf from '@tensorflow/tfjs-core';\nexport const y = tf.scalar(1);\n",
    rule: IMPORTS,
  },
  { why: 'a study imports the page', path: 'src/study/a.ts', code: "import { x } from '../ui/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  { why: 'a study posts messages', path: 'src/study/b.ts', code: 'export const y = () => postMessage(1);\n', rule: GLOBALS },
  { why: 'the page imports the model', path: 'src/ui/a.ts', code: "import { x } from '../model/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  {
    why: 'the page imports tfjs',
    path: 'src/ui/b.ts',
    code: "import * as tf from '@tensorflow/tfjs-core';\nexport const y = tf.scalar(1);\n",
    rule: IMPORTS,
  },
  {
    why: 'the page imports a value of a worker',
    path: 'src/ui/services/c.ts',
    code: "import { x } from '../../../workers/x.ts';\nexport const y = x;\n",
    rule: IMPORTS,
  },
  { why: 'a worker imports the page', path: 'workers/a.ts', code: "import { x } from '../src/ui/x.ts';\nexport const y = x;\n", rule: IMPORTS },
  { why: 'a worker has a default export', path: 'workers/b.ts', code: 'export default function run(): void {}\n', rule: 'no-default-export' },
  {
    why: 'the source imports a test helper',
    path: 'src/study/c.ts',
    code: "import { x } from '../../test/support/x.ts';\nexport const y = x;\n",
    rule: IMPORTS,
  },
  { why: 'Math.random in a task', path: 'src/tasks/e.ts', code: 'export const y = Math.random();\n', rule: PROPERTIES },
  { why: 'Math.random in the model', path: 'src/model/c.ts', code: 'export const y = Math.random();\n', rule: PROPERTIES },
  { why: 'Date in lib', path: 'src/lib/b.ts', code: 'export const y = Date.now();\n', rule: GLOBALS },
  { why: 'Date in a task', path: 'src/tasks/f.ts', code: 'export const y = new Date(0);\n', rule: GLOBALS },
  { why: 'Date in the model', path: 'src/model/d.ts', code: 'export const y = Date.now();\n', rule: GLOBALS },
  { why: 'Date in a study', path: 'src/study/d.ts', code: 'export const y = Date.now();\n', rule: GLOBALS },
  { why: 'dataSync', path: 'src/model/e.ts', code: 'export const y = (t: { dataSync(): unknown }) => t.dataSync();\n', rule: PROPERTIES },
  {
    why: 'arraySync in a test',
    path: 'test/model/a.ts',
    code: 'export const y = (t: { arraySync(): unknown }) => t.arraySync();\n',
    rule: PROPERTIES,
  },
  { why: 'readSync in a worker', path: 'workers/c.ts', code: 'export const y = (t: { readSync(): unknown }) => t.readSync();\n', rule: PROPERTIES },
  { why: 'any', path: 'src/study/e.ts', code: 'export const y = (x: any): unknown => x;\n', rule: 'no-explicit-any' },
  { why: 'a non-null assertion', path: 'workers/d.ts', code: 'export const y = (x: number | null): number => x!;\n', rule: 'no-non-null-assertion' },
  { why: 'a barrel', path: 'src/study/index.ts', code: "export * from './a.ts';\n", rule: 'no-barrel-file' },
  { why: 'innerHTML', path: 'src/ui/elements/d.ts', code: "export const y = (e: Element) => {\n  e.innerHTML = '';\n};\n", rule: PROPERTIES },
  {
    why: 'unsafeHTML',
    path: 'src/ui/elements/e.ts',
    code: "import { unsafeHTML } from 'lit/directives/unsafe-html.js';\nexport const y = unsafeHTML('');\n",
    rule: IMPORTS,
  },
  { why: 'a cycle', path: 'src/lib/cycle-a.ts', code: "import { b } from './cycle-b.ts';\nexport const a = (): number => b();\n", rule: 'no-cycle' },
  {
    why: 'the other half of the cycle',
    path: 'src/lib/cycle-b.ts',
    code: "import { a } from './cycle-a.ts';\nexport const b = (): number => a();\n",
    rule: 'no-cycle',
  },
  {
    why: 'a focused test',
    path: 'test/lib/a.test.ts',
    code: "import { test } from 'vitest';\ntest.only('x', () => {});\n",
    rule: 'no-focused-tests',
  },
  { why: 'control: a task imports lib', path: 'src/tasks/ok.ts', code: "import { x } from '../lib/x.ts';\nexport const y = x;\n", rule: null },
  {
    why: 'control: a study imports tasks and model',
    path: 'src/study/ok.ts',
    code: "import { x } from '../tasks/x.ts';\nimport { z } from '../model/z.ts';\nexport const y = [x, z];\n",
    rule: null,
  },
  { why: 'control: tf.ts is the door to tfjs', path: 'src/model/tf.ts', code: "export * from '@tensorflow/tfjs-core';\n", rule: null },
  {
    why: 'control: the page takes message types',
    path: 'src/ui/services/ok.ts',
    code: "import type { X } from '../../../workers/protocol.ts';\nexport type Y = X;\n",
    rule: null,
  },
  { why: 'control: a bench may read the clock', path: 'bench/ok.ts', code: 'export const y = Date.now();\n', rule: null },
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

let folder = '';
const found = new Map<string, string[]>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-rules-'));
  cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const { path, code } of PLANTED) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  for (const { code, filename } of lint()) found.set(filename, [...(found.get(filename) ?? []), code]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the linter as `npm run check` does and returns what it reports. A non-zero exit is what violations give. */
function lint(): readonly Diagnostic[] {
  let out: string;
  try {
    out = execFileSync(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format', 'json'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    out = String((error as { stdout?: unknown }).stdout);
  }
  return (JSON.parse(out) as { diagnostics: readonly Diagnostic[] }).diagnostics;
}

describe('the linter', () => {
  test.each(PLANTED)('$why: $path', ({ path, rule }) => {
    const codes = found.get(path) ?? [];
    if (rule === null) expect(codes).toEqual([]);
    else expect(codes.join(' ')).toContain(`(${rule})`);
  });
});
