/** Calls to the trainer and its events, against a port by hand. */
import { describe, expect, test } from 'vitest';
import type { CallMessage, FromWorker, WorkerEvent } from '../../../workers/protocol.ts';
import { checkScriptUrl } from '../../../src/ui/services/script-url.ts';
import { CallError, WorkerClient } from '../../../src/ui/services/worker-client.ts';
import type { TrainerPort } from '../../../src/ui/services/worker-client.ts';

interface HandPort extends TrainerPort {
  readonly sent: CallMessage[];
  isEnded: boolean;
  say(message: FromWorker): void;
  fail(message: string): void;
}

function handPort(): HandPort {
  const listeners: Record<string, (event: never) => void> = {};
  return {
    sent: [],
    isEnded: false,
    postMessage(message) {
      this.sent.push(message);
    },
    addEventListener(type: string, listener: (event: never) => void) {
      listeners[type] = listener;
    },
    terminate() {
      this.isEnded = true;
    },
    say: (data) => listeners['message']?.({ data } as never),
    fail: (message) => listeners['error']?.({ message } as never),
  };
}

function setup() {
  const ports: HandPort[] = [];
  const client = new WorkerClient(() => {
    const port = handPort();
    ports.push(port);
    return port;
  });
  const heard: WorkerEvent[] = [];
  client.onEvent((event) => heard.push(event));
  return { client, ports, heard };
}

const state = { kind: 'state', state: 'running', step: 1, message: null } as const;

describe('calls', () => {
  test('each call is answered by its own id, in any order', async () => {
    const { client, ports } = setup();
    const [first, second] = [client.call('pause', { runId: 'a' }), client.call('pause', { runId: 'b' })];
    ports[0]!.say({ type: 'reply', id: 2, value: { step: 22 } });
    ports[0]!.say({ type: 'reply', id: 1, value: { step: 11 } });
    expect([await first, await second]).toEqual([{ step: 11 }, { step: 22 }]);
    expect(ports.length).toBe(1);
  });

  test('a failure keeps the name and the message of the worker', async () => {
    const { client, ports } = setup();
    const call = client.call('stop', { runId: 'a' });
    ports[0]!.say({ type: 'failure', id: 1, error: { name: 'InputError', message: 'no such run' } });
    await expect(call).rejects.toMatchObject({ name: 'InputError', message: 'no such run' });
  });

  test('a worker that dies rejects what is open, and the next call starts another', async () => {
    const { client, ports, heard } = setup();
    const call = client.call('pause', { runId: 'a' });
    ports[0]!.fail('out of memory');
    await expect(call).rejects.toBeInstanceOf(CallError);
    expect(ports[0]!.isEnded).toBe(true);
    expect(heard).toEqual([{ type: 'fatal', error: { name: 'WorkerError', message: 'The training worker stopped: out of memory.' } }]);
    void client.call('pause', { runId: 'a' });
    expect(ports.length).toBe(2);
  });

  test('what an old worker still says is dropped', () => {
    const { client, ports, heard } = setup();
    void client.call('pause', { runId: 'a' }).catch(() => null);
    ports[0]!.say({ type: 'event', runId: 'a', event: state });
    client.restart('test');
    ports[0]!.say({ type: 'event', runId: 'a', event: state });
    expect(heard.length).toBe(1);
  });
});

test('only scripts of this origin become workers', () => {
  expect(checkScriptUrl('https://here.test/assets/worker-a.js', 'https://here.test')).toContain('worker-a');
  for (const url of ['https://evil.test/a.js', 'blob:https://here.test/1', 'data:text/javascript,1', 'javascript:alert(1)', '//evil.test/a.js', '']) {
    expect(() => checkScriptUrl(url, 'https://other.test')).toThrow(TypeError);
  }
});
