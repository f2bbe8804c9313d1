import { afterEach, expect, test, vi } from 'vitest';
import { decodeLink } from '../../../src/study/link.ts';
import { DEFAULT_NOTEBOOK } from '../../../src/ui/services/notebook.ts';
import { pageLink, stateLink } from '../../../src/ui/services/files.ts';

afterEach(() => vi.unstubAllGlobals());

test('a link is the page without its search and hash, and opens the state', () => {
  vi.stubGlobal('location', new URL('https://example.org/notes/?q=1#old'));
  expect(pageLink('#new')).toBe('https://example.org/notes/#new');
  const state = { ...DEFAULT_NOTEBOOK, step: 40 };
  const link = stateLink(state);
  expect(link.startsWith('https://example.org/notes/#')).toBe(true);
  expect(decodeLink(new URL(link).hash)).toEqual(state);
});
