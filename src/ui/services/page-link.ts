/** Addresses of this page. */
import { encodeLink } from '../../study/link.ts';
import type { NotebookState } from '../../study/notebook-state.ts';

/** @param hash - with its `#`. */
export function pageLink(hash: string): string {
  return location.origin + location.pathname + hash;
}

/** Opens the page as `state` says. Throws InputError where that is too much for a link. */
export function stateLink(state: NotebookState): string {
  return pageLink(encodeLink(state));
}
