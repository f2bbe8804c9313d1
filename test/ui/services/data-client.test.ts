import { expect, test } from 'vitest';
import { DataClient } from '../../../src/ui/services/data-client.ts';
import type { DataPort } from '../../../src/ui/services/data-client.ts';
import type { FromDataWorker, ToDataWorker } from '../../../workers/data-protocol.ts';

function fake() {
  const target = new EventTarget();
  const sent: ToDataWorker[] = [];
  let ended = 0;
  const port: DataPort = {
    postMessage: (message) => void sent.push(message),
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => (ended += 1),
  };
  const say = (data: FromDataWorker): unknown => target.dispatchEvent(new MessageEvent('message', { data }));
  const die = (): unknown => target.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  return { port, sent, say, die, ended: () => ended };
}

const FILE = new File(['x'], 'a.tsv');
const ARGS = { data: FILE, predictions: null, options: { task: null, level: null, answerColumn: null, skipsBad: false } };

test('each call gets its own answer, and progress goes to the call that makes it', async () => {
  const { port, sent, say } = fake();
  const client = new DataClient(() => port);
  const told: number[] = [];
  const score = client.call('score', ARGS, ({ bytesRead }) => void told.push(bytesRead));
  const look = client.call('look', { file: FILE });
  expect(sent.map((message) => message.name)).toEqual(['score', 'look']);
  say({ id: 1, progress: { file: 'a.tsv', bytesRead: 5, bytesTotal: 9 } });
  say({ id: 2, error: { name: 'InputError', message: 'a.tsv: bad' } });
  await expect(look).rejects.toMatchObject({ name: 'InputError', message: 'a.tsv: bad' });
  say({ id: 1, value: null });
  await expect(score).resolves.toBeNull();
  expect(told).toEqual([5]);
});

test('cancelling asks the worker, which ends the call', async () => {
  const { port, sent, say } = fake();
  const client = new DataClient(() => port);
  client.cancel(); // nothing runs: nothing is opened
  const score = client.call('score', ARGS);
  client.cancel();
  expect(sent.map((message) => message.name)).toEqual(['score', 'cancel']);
  say({ id: 1, error: { name: 'AbortError', message: 'cancelled' } });
  await expect(score).rejects.toMatchObject({ name: 'AbortError' });
});

test('a worker that dies rejects what is open, and the next call starts a fresh one', async () => {
  const [first, second] = [fake(), fake()];
  const ports = [first.port, second.port];
  const client = new DataClient(() => ports.shift() ?? first.port);
  const open = client.call('score', ARGS);
  first.die();
  await expect(open).rejects.toThrow('The file could not be read: out of memory.');
  expect(first.ended()).toBe(1);
  const next = client.call('picture', { rowNumber: 3 });
  second.say({ id: 2, value: null });
  await expect(next).resolves.toBeNull();
});
