import { expect, test } from 'vitest';
import type { FromCallWorker } from '../../../workers/call-protocol.ts';
import { CallClient } from '../../../src/ui/services/call-client.ts';

interface Calls {
  double: { in: number; out: number };
  spell: { in: { readonly word: string }; out: readonly string[] };
}
type Message = FromCallWorker<Calls, string>;

function fakePort() {
  const target = new EventTarget();
  const posted: unknown[] = [];
  let isEnded = false;
  return {
    posted,
    isEnded: () => isEnded,
    say: (data: Message) => target.dispatchEvent(new MessageEvent('message', { data })),
    crash: (message: string) => target.dispatchEvent(Object.assign(new Event('error'), { message })),
    postMessage: (message: unknown) => void posted.push(message),
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => void (isEnded = true),
  };
}

function openClient() {
  const ports: ReturnType<typeof fakePort>[] = [];
  const heard: string[] = [];
  const client = new CallClient<Calls, string>({
    open() {
      const port = fakePort();
      ports.push(port);
      return port;
    },
    onEvent: (event) => heard.push(event),
    onDeath: (message) => heard.push(`died: ${message}`),
    stopped: (why) => `The test worker stopped: ${why}. Start again.`,
  });
  return { client, ports, heard };
}

test('the worker starts with the first call, and each answer finds its call', async () => {
  const { client, ports, heard } = openClient();
  expect(ports).toEqual([]);
  const [four, letters] = [client.call('double', 2), client.call('spell', { word: 'ab' })];
  expect(ports.map(({ posted }) => posted)).toEqual([
    [
      { id: 1, name: 'double', args: 2 },
      { id: 2, name: 'spell', args: { word: 'ab' } },
    ],
  ]);
  ports[0]?.say({ event: 'half way' });
  ports[0]?.say({ id: 2, value: ['a', 'b'] });
  ports[0]?.say({ id: 1, value: 4 });
  expect([await four, await letters, heard]).toEqual([4, ['a', 'b'], ['half way']]);
});

test('a failure keeps the name and words of the worker', async () => {
  const { client, ports } = openClient();
  const call = client.call('double', 2);
  ports[0]?.say({ id: 1, error: { name: 'InputError', message: 'too large' } });
  await expect(call).rejects.toMatchObject({ name: 'InputError', message: 'too large' });
});

const DEATHS: readonly [how: string, die: (port: ReturnType<typeof fakePort>) => void, message: string][] = [
  ['its script throws', (port) => port.crash('out of memory'), 'The test worker stopped: out of memory. Start again.'],
  ['its script is not there', (port) => port.crash(''), 'The test worker stopped: its script could not be loaded. Start again.'],
  ['it says that it cannot go on', (port) => port.say({ type: 'fatal', error: { name: 'Error', message: 'no wasm' } }), 'no wasm'],
];

test.each(DEATHS)('a worker that dies because %s rejects what is open; the next call starts another', async (_, die, message) => {
  const { client, ports, heard } = openClient();
  const call = client.call('double', 2);
  const [first] = ports;
  if (first === undefined) throw new Error('no worker');
  die(first);
  await expect(call).rejects.toMatchObject({ name: 'WorkerError', message });
  expect([heard, first.isEnded()]).toEqual([[`died: ${message}`], true]);
  const again = client.call('double', 3);
  first.say({ event: 'late' });
  first.crash('late too');
  ports[1]?.say({ id: 2, value: 6 });
  expect([await again, heard.length]).toEqual([6, 1]);
});

test('ending it is no death', async () => {
  const { client, ports, heard } = openClient();
  const call = client.call('double', 2);
  client.end();
  await expect(call).rejects.toMatchObject({ message: 'The worker was ended.' });
  expect([heard, ports[0]?.isEnded()]).toEqual([[], true]);
});
