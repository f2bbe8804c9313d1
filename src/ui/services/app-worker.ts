/**
 * Starts the workers through the Trusted Types policy `app-worker`, which lets scripts of this origin through and nothing else
 * (design/reliability 3.1). The only place of the page that names worker files.
 */
// The addresses of the workers' files, not their code: the page still knows them by their messages only.
// oxlint-disable-next-line no-restricted-imports
import dataUrl from '../../../workers/data.worker.ts?worker&url';
// oxlint-disable-next-line no-restricted-imports
import exampleUrl from '../../../workers/example.worker.ts?worker&url';
// oxlint-disable-next-line no-restricted-imports
import trainerUrl from '../../../workers/trainer.worker.ts?worker&url';
import type { DataPort } from './data-client.ts';
import type { ExamplePort } from './example-client.ts';
import { checkScriptUrl } from './script-url.ts';

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

/** The part of Trusted Types we use; TypeScript's DOM library does not declare it. */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
}

const policy = makePolicy();

/** A new worker of the trainer's script: the trainer, or under another name what makes figures or trains smarterVLM. Throws when its address is not of this origin. */
export function openTrainer(name: 'trainer' | 'figures' | 'smarter'): Worker {
  return openWorker(trainerUrl, name);
}

/** A new example worker. */
export function openExamplePort(): ExamplePort {
  return openWorker(exampleUrl, 'examples');
}

/** A new worker that reads data files. */
export function openDataPort(): DataPort {
  return openWorker(dataUrl, 'data');
}

function openWorker(address: string, name: string): Worker {
  return new Worker(policy.createScriptURL(new URL(address, document.baseURI).href), { type: 'module', name });
}

function makePolicy(): ScriptUrlPolicy {
  const rules = { createScriptURL: (url: string) => checkScriptUrl(url, location.origin) };
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes; // absent in browsers without Trusted Types
  return factory?.createPolicy('app-worker', rules) ?? rules;
}
