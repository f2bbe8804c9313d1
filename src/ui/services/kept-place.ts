/**
 * Keeps the visitor's place over a reload. The browser keeps a distance in pixels, but the page is short when it opens and grows as its parts come, so that the same distance is another
 * cell. What is kept here is the cell, and where in the window its heading stood; that stays so while parts come, until the visitor moves. A link to a cell is followed in the same way.
 */
import { readSetting, writeSetting } from './theme.ts';

const KEY = 'parallax.place';
/** Ours: how long after the last change of the page's size the place is held. */
const QUIET_MS = 10_000;

/** A cell, and the top of its heading in the window, px. */
export interface KeptPlace {
  readonly id: string;
  readonly top: number;
}

/**
 * Where the heading goes.
 *
 * @param cellHeight - from the heading to the end of the cell, now. It may have been taller: then its end stays in sight.
 * @param line - above it a cell is no longer the visitor's, px.
 */
export function headingTop(top: number, cellHeight: number, line: number): number {
  return Math.max(top, line - cellHeight);
}

/** What was kept, as it was written; null for anything else. */
export function readPlace(text: string | null): KeptPlace | null {
  const [, top = '', id = ''] = /^(-?\d{1,7}) ([a-z-]{1,40})$/.exec(text ?? '') ?? [];
  return id === '' ? null : { id, top: Number(top) };
}

/**
 * Goes to the place of before the reload, or to the cell that the address names, and writes down the place when the page goes.
 *
 * @param anchor - the address, `#look`; '' = none.
 * @param placeNow - undefined where nothing is to be kept: the top of the page.
 */
export function keepPlace(signal: AbortSignal, anchor: string, line: () => number, placeNow: () => KeptPlace | undefined): void {
  const [visit] = performance.getEntriesByType('navigation');
  const isSame = visit instanceof PerformanceNavigationTiming && visit.type !== 'navigate';
  const margin = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const place = isSame ? readPlace(readSetting(KEY, 'sessionStorage')) : { id: anchor.slice(1), top: margin };
  const cell = place === null || place.id === '' ? null : document.querySelector<HTMLElement>(`.cell#${CSS.escape(place.id)}`);
  if (place !== null && cell !== null) hold(cell, place.top, line, signal);
  history.scrollRestoration = 'manual';
  const write = (): void => {
    const now = placeNow();
    writeSetting(KEY, now === undefined ? null : `${Math.round(now.top)} ${now.id}`, 'sessionStorage');
  };
  addEventListener('pagehide', write, { signal });
  document.addEventListener('visibilitychange', write, { signal });
}

/** Holds the heading of a cell where it is wanted, until the visitor moves or nothing has changed for long. */
function hold(cell: HTMLElement, wanted: number, line: () => number, signal: AbortSignal): void {
  const heading = cell.querySelector('h2') ?? cell;
  const held = new AbortController();
  const end = (): void => held.abort();
  const topNow = (): number => heading.getBoundingClientRect().top;
  let [landed, size] = [0, 0];
  let timer: ReturnType<typeof setTimeout>;
  const put = (): void => {
    const top = topNow();
    scrollBy(0, top - headingTop(wanted, cell.getBoundingClientRect().bottom - top, line()));
    [landed, size] = [topNow(), document.documentElement.scrollHeight];
    clearTimeout(timer);
    timer = setTimeout(end, QUIET_MS);
  };
  // A scrollbar tells nothing but this; a page that has grown meanwhile is put right by the observer.
  const onScroll = (): void => {
    if (document.documentElement.scrollHeight === size && Math.abs(topNow() - landed) > 2) end();
  };
  const sizes = new ResizeObserver(put);
  held.signal.addEventListener('abort', () => {
    sizes.disconnect();
    clearTimeout(timer);
  });
  signal.addEventListener('abort', end);
  const options = { signal: held.signal, passive: true };
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown']) addEventListener(type, end, options);
  addEventListener('scroll', onScroll, options);
  put();
  sizes.observe(document.body);
}
