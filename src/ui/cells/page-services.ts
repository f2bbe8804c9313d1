/** What the cells are given: one object of services, made once by start.ts, so that tests can give their own. */
import type { DataClient } from '../services/data-client.ts';
import type { Device } from '../services/device.ts';
import type { ExampleClient } from '../services/example-client.ts';
import type { Notebook } from '../services/notebook.ts';
import type { RunList } from '../services/run-list.ts';
import type { UrlState } from '../services/url-state.ts';
import type { WorkerClient } from '../services/worker-client.ts';
import type { BaseCatalogue } from '../services/bases.ts';

export interface PageServices {
  readonly notebook: Notebook;
  readonly url: UrlState;
  readonly runs: RunList;
  readonly device: Device;
  readonly client: WorkerClient;
  readonly examples: ExampleClient;
  readonly bases: BaseCatalogue;
  readonly data: DataClient;
}
