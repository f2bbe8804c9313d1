/**
 * The cell that the visitor is at: what the rail marks, where J and K go on from, and whose training the bar at the bottom acts on. That is the cell they last clicked or went to, as long as
 * enough of it is in sight; else the last one whose top has come near the top of the window. Not the one in the middle: a cell of a few lines never fills it.
 */
import { signal } from '@preact/signals-core';
import { keepPlace } from './kept-place.ts';

export interface Place {
  readonly id: string;
  /** Of its heading, and its end, in the window, px. */
  readonly top: number;
  readonly bottom: number;
}

/** Ours: below a heading at the top of the window, above the end of the shortest cell under it. */
const LINE = 0.15;
/** Ours: a cell that is partly out of sight is still the one that was clicked while it takes this share of the window. */
const ENOUGH = 0.25;
/** A heading that is no further up is at the top; one further down than the other is not there yet. */
const [ABOVE_PX, AT_TOP_PX] = [-10, 60];

/** Id of the cell of the visitor; '' before it is known. */
export const currentCell = signal('');
let attended: string | null = null;

/** Whether all of a cell is in sight, or enough of it. */
export function isInSight({ top, bottom }: Place, height: number): boolean {
  const seen = Math.min(bottom, height) - Math.max(top, 0);
  return seen > 0 && seen >= Math.min(bottom - top, ENOUGH * height) - 1;
}

/** @param isAtEnd - the page is scrolled to its end, where the last cells cannot reach the top. */
export function cellAt(places: readonly Place[], attendedId: string | null, height: number, isAtEnd: boolean): string {
  const used = places.find(({ id }) => id === attendedId);
  if (used !== undefined && isInSight(used, height)) return used.id;
  const reached = isAtEnd ? places.at(-1) : places.findLast(({ top }) => top <= LINE * height);
  return (reached ?? places[0])?.id ?? '';
}

/** Index of the cell that J (1) or K (-1) goes to; the present one when its heading is not reached yet, or is out of sight above. */
export function neighbour(places: readonly Place[], current: string, wasAttended: boolean, step: 1 | -1): number {
  const index = places.findIndex(({ id }) => id === current);
  const top = places[index]?.top ?? 0;
  if (step === 1) return top > AT_TOP_PX && !wasAttended ? index : index + 1;
  return top < ABOVE_PX ? index : index - 1;
}

/**
 * Follows the visitor until the signal; marks the links of the rail.
 *
 * @param anchor - the cell that the address names, `#look`; '' = none.
 */
export function followCells(signal: AbortSignal, anchor = ''): void {
  attended = null;
  const line = (): number => LINE * innerHeight;
  keepPlace(signal, anchor, line, () => {
    const cells = places();
    return scrollY === 0 ? undefined : cells.find(({ id }) => id === cellAt(cells, null, innerHeight, false));
  });
  let isAsked = false;
  const look = (): void => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      if (!signal.aborted) lookAtWindow();
    });
  };
  const attend = ({ target }: Event): void => {
    const id = target instanceof Element ? target.closest('.cell')?.id : undefined;
    if (id === undefined) return; // the bar and the rail are no cells
    attended = id;
    look();
  };
  const options = { signal, passive: true };
  for (const type of ['pointerdown', 'focusin']) document.addEventListener(type, attend, options);
  addEventListener('scroll', look, options);
  addEventListener('resize', look, options);
  const sizes = new ResizeObserver(look); // cells that load and grow move the others
  sizes.observe(document.body);
  signal.addEventListener('abort', () => sizes.disconnect());
  lookAtWindow();
}

/** Goes to the heading of the next or previous cell. */
export function stepCell(step: 1 | -1, goTo: (title: HTMLElement | null) => void): void {
  lookAtWindow();
  const id = places()[neighbour(places(), currentCell.value, attended === currentCell.value, step)]?.id;
  if (id !== undefined) goTo(document.querySelector<HTMLElement>(`#${CSS.escape(id)} > h2`));
}

function places(): Place[] {
  return [...document.querySelectorAll('.cell')].map((cell) => {
    const { top, bottom } = cell.getBoundingClientRect();
    return { id: cell.id, top: cell.querySelector('h2')?.getBoundingClientRect().top ?? top, bottom };
  });
}

function lookAtWindow(): void {
  const cells = places();
  const used = cells.find(({ id }) => id === attended);
  if (used === undefined || !isInSight(used, innerHeight)) attended = null;
  const { scrollHeight } = document.documentElement;
  currentCell.value = cellAt(cells, attended, innerHeight, scrollY > 0 && scrollY + innerHeight >= scrollHeight - 2);
  for (const link of document.querySelectorAll<HTMLElement>('.rail a')) {
    if (link.getAttribute('href') !== `#${currentCell.value}`) link.removeAttribute('aria-current');
    else if (!link.hasAttribute('aria-current')) {
      link.setAttribute('aria-current', 'location');
      const strip = link.closest('ol'); // on a narrow screen not all of it is in sight
      strip?.scrollTo({ left: link.offsetLeft - (strip.clientWidth - link.offsetWidth) / 2 });
    }
  }
}
