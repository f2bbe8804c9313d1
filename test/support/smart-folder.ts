/** A small SMART-101 in memory or on the disk, in the layout of the release, with pictures of our own. Shares no code with the reader but the PNG encoder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FolderSource } from '../../src/study/smart/folder-source.ts';
import { encodePng } from '../../src/tasks/render/png.ts';
import { delimited, source } from './data-files.ts';

/** Content by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export const COLUMNS = ['id', 'Question', 'image', 'A', 'B', 'C', 'D', 'E', 'Answer', 'Note'];

/** A picture of one grey. */
export function greyPng(grey: number, sidePx = 4): Uint8Array {
  return encodePng(new Uint8Array(sidePx * sidePx * 3).fill(grey), sidePx, sidePx);
}

/** One puzzle: rows of the five options and the letter of the right one. */
export function puzzleFiles(id: number, rows: readonly (readonly [options: readonly string[], answer: string])[], root = ''): Files {
  const lines = rows.map(([options, answer], i) => [
    String(i + 1),
    `How many, in "${i + 1}"?`,
    `puzzle_${id}_${i + 1}.png`,
    ...options,
    answer,
    'KP',
  ]);
  const images = rows.map((_, i) => [`${root}${id}/img/puzzle_${id}_${i + 1}.png`, greyPng(10 + i)] as const);
  return { [`${root}${id}/puzzle_${id}.csv`]: delimited([COLUMNS, ...lines], ','), ...Object.fromEntries(images) };
}

/** Rows whose right answers are these numbers, all of letter B. */
export function numberRows(answers: readonly number[]): (readonly [string[], string])[] {
  return answers.map((answer) => [[answer + 1, answer, answer + 2, answer + 3, answer + 4].map(String), 'B'] as const);
}

export function memoryFolder(files: Files, name = 'chosen'): FolderSource {
  const paths = Object.keys(files);
  return {
    name,
    list(path) {
      const prefix = path === '' ? '' : `${path}/`;
      const inside = paths.filter((known) => known.startsWith(prefix)).map((known) => known.slice(prefix.length));
      const entries = new Map(inside.map((rest) => [rest.split('/')[0] ?? '', rest.includes('/')]));
      return Promise.resolve(inside.length === 0 && path !== '' ? null : [...entries].map(([entry, isFolder]) => ({ name: entry, isFolder })));
    },
    file(path) {
      const content = files[path];
      return Promise.resolve(content === undefined ? null : source(path, content));
    },
  };
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
