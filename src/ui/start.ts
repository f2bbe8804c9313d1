/** Puts the page together: services, cells, keys. Everything that touches the outside (workers, clock, address) comes in, so that tests can give their own. */
import './cells/example-cell.ts';
import './cells/page-notices.ts';
import './cells/page-tools.ts';
import './cells/train-cell.ts';
import type { PageServices } from './cells/page-services.ts';
import type { PageTransport } from './cells/page-transport.ts';
import { BaseCatalogue } from './services/bases.ts';
import { DataClient } from './services/data-client.ts';
import type { DataPort } from './services/data-client.ts';
import { Device } from './services/device.ts';
import { ExampleClient } from './services/example-client.ts';
import type { ExamplePort } from './services/example-client.ts';
import { Notebook } from './services/notebook.ts';
import { RunList } from './services/run-list.ts';
import { startShortcuts } from './services/shortcuts.ts';
import type { ShortcutAction } from './services/shortcuts.ts';
import { nextTheme, startTheme } from './services/theme.ts';
import { browserAddress, UrlState } from './services/url-state.ts';
import type { AddressBar } from './services/url-state.ts';
import { WorkerClient } from './services/worker-client.ts';
import type { TrainerPort } from './services/worker-client.ts';

export interface StartOptions {
  openTrainer(): TrainerPort;
  openExamples(): ExamplePort;
  openData(): DataPort;
  now(): Date;
  address?: AddressBar;
  /** Address of the list of parts to fetch once the page has settled; absent = none. */
  partsAddress?: string;
  /** Address of the list of bases. */
  basesAddress: string;
}

const CELLS = [
  'example-cell',
  'train-cell',
  'result-cell',
  'why-cell',
  'figures-cell',
  'look-cell',
  'data-cell',
  'smarter-cell',
  'page-notices',
  'page-tools',
  'page-transport',
  'developer-drawer',
] as const;

/** What has nothing to show when the page opens: it takes its services when it is defined. */
const LATER_CELLS: readonly (() => Promise<unknown>)[] = [
  () => import('./cells/page-transport.ts'),
  () => import('./elements/example-gallery.ts'),
  () => import('./elements/train-parts.ts'),
  () => import('./cells/dialogs.ts'),
  () => import('./cells/train-curves.ts'),
  () => import('./cells/cells-below.ts'),
];

export interface StartedNotebook extends PageServices {
  /** Ends what listens to the page; the elements stay as they are. For tests. */
  stop(): void;
}

/** Starts the notebook on the elements of index.html; returns its services. */
export function startNotebook({
  openTrainer,
  openExamples,
  openData,
  now,
  address = browserAddress,
  basesAddress,
  partsAddress,
}: StartOptions): StartedNotebook {
  startTheme();
  const client = new WorkerClient(openTrainer);
  const notebook = new Notebook();
  const services: PageServices = {
    notebook,
    client,
    url: new UrlState(notebook, address),
    runs: new RunList(client, now),
    device: new Device(client),
    examples: new ExampleClient(openExamples),
    bases: new BaseCatalogue(),
    data: new DataClient(openData),
  };
  const stopUrl = services.url.start();
  for (const tag of CELLS) {
    const cell = document.querySelector(tag);
    if (cell !== null) cell.services = services;
  }
  const listening = new AbortController();
  // The example is drawn first; the cells below it and the trainer's libraries load after that.
  requestIdleCallbackOrSoon(() => {
    const stale = (): void => tellStalePage(services);
    const later = LATER_CELLS.map((load) => load().catch(stale));
    if (partsAddress !== undefined) void Promise.all(later).then(() => requestIdleCallbackOrSoon(() => fetchRest(partsAddress).catch(stale)));
    cells().then(({ followCells }) => followCells(listening.signal, services.url.anchor.value), stale);
    void services.device.open(null);
    void services.runs.load();
    void services.bases.load(basesAddress);
  });
  const openDrawer = (): void => void import('./cells/developer-drawer.ts').catch(() => tellStalePage(services));
  document.querySelector('#developer')?.addEventListener('toggle', openDrawer, { once: true, signal: listening.signal });
  const stopShortcuts = startShortcuts((action) => actOnKey(action, services));
  followAnchors(listening.signal);
  saveWhenHidden(services, listening.signal);
  return {
    ...services,
    stop: () => {
      stopUrl();
      stopShortcuts();
      listening.abort();
    },
  };
}

/** The parts that are loaded on demand, before anybody asks for them. */
async function fetchRest(address: string): Promise<void> {
  const { fetchAhead } = await import('./services/fetch-ahead.ts');
  await fetchAhead(address);
}

/** Scripts that are gone: the site has a newer build, or the network has a gap. */
function tellStalePage({ runs, url }: PageServices): void {
  const reload = (): void => {
    url.flush();
    location.reload();
  };
  const message = 'A part of the page could not be loaded: the site may be newer than this tab. Settings and runs are kept.';
  runs.problem.value = { message, runId: null, cure: { label: 'Reload the page', run: reload } };
}

function actOnKey(action: ShortcutAction, services: PageServices): void {
  const { notebook } = services;
  const { example } = notebook.state.value;
  const transport = document.querySelector<PageTransport>('page-transport:defined');
  const tools = document.querySelector('page-tools');
  switch (action) {
    case 'next-cell':
      return stepCell(1, services);
    case 'previous-cell':
      return stepCell(-1, services);
    case 'play-pause':
      return transport?.playPause();
    case 'step':
      return transport?.act('step');
    case 'previous-example':
      return notebook.setExample({ index: Math.max(0, example.index - 1) });
    case 'next-example':
      return notebook.setExample({ index: example.index + 1 });
    case 'theme':
      return void nextTheme();
    case 'share':
      return tools?.openShare();
    case 'help':
      return tools?.openHelp();
    default:
      action satisfies never;
  }
}

const cells = () => import('./services/current-cell.ts');

function stepCell(step: 1 | -1, services: PageServices): void {
  cells().then(
    (walk) => walk.stepCell(step, goTo),
    () => tellStalePage(services),
  );
}

function goTo(title: HTMLElement | null | undefined): void {
  title?.scrollIntoView();
  title?.focus({ preventScroll: true });
}

/** Links to cells scroll and move the focus; the address stays with the notebook's state. */
function followAnchors(signal: AbortSignal): void {
  const follow = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const id = link?.getAttribute('href')?.slice(1);
    if (id === undefined || id === '') return;
    event.preventDefault();
    goTo(document.querySelector<HTMLElement>(`#${CSS.escape(id)} > h2`));
  };
  document.addEventListener('click', follow, { signal });
}

/** The page may be closed while it is hidden: settings are written and the run that trains is asked for a checkpoint. */
function saveWhenHidden({ url, runs }: PageServices, signal: AbortSignal): void {
  const save = (): void => {
    url.flush();
    runs.saveNow();
  };
  const onChange = (): void => {
    if (document.visibilityState === 'hidden') save();
  };
  addEventListener('pagehide', save, { signal });
  document.addEventListener('visibilitychange', onChange, { signal });
}

function requestIdleCallbackOrSoon(work: () => unknown): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 1500 });
  else setTimeout(work, 200); // Safari
}
