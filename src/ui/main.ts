/** Entry of the page. */
import { openDataPort, openExamplePort, openTrainerPort } from './services/app-worker.ts';
import { startNotebook } from './start.ts';

startNotebook({
  openTrainer: openTrainerPort,
  openExamples: openExamplePort,
  openData: openDataPort,
  now: () => new Date(),
  basesAddress: new URL('base/index.json', document.baseURI).href,
});
