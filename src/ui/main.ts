/** Entry of the page. */
import { openExamplePort, openTrainerPort } from './services/app-worker.ts';
import { startNotebook } from './start.ts';

startNotebook({
  openTrainer: openTrainerPort,
  openExamples: openExamplePort,
  now: () => new Date(),
  basesAddress: new URL('base/index.json', document.baseURI).href,
});
