/** Entry of the page. */
import { openDataPort, openExamplePort, openTrainer } from './services/app-worker.ts';
import { startNotebook } from './start.ts';

startNotebook({
  openTrainer: () => openTrainer('trainer'),
  openExamples: openExamplePort,
  openData: openDataPort,
  now: () => new Date(),
  partsAddress: new URL('parts.json', document.baseURI).href,
  basesAddress: new URL('base/index.json', document.baseURI).href,
});
