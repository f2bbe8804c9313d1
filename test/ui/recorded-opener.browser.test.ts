/** Look without a run: the recorded runs with a timeline can be opened there. */
import { afterEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../src/lib/hash.ts';
import { runDigest } from '../../src/study/switch-run.ts';
import '../../src/ui/styles/page.css';
import type { RunSummary } from '../../workers/protocol.ts';
import { button, cleanUp, open, stored, textOf, until } from './notebook-page.ts';

cleanUp();
afterEach(() => vi.restoreAllMocks());

const [A, B] = ['a1'.repeat(8), 'b2'.repeat(8)];

/** The page, whose site has two recorded runs, one with a timeline, whose file holds `bytes`; it is of the settings of the first of `runs`, the visitor's own. */
async function openWith(bytes: readonly number[], runs: readonly RunSummary[] = []): Promise<ReturnType<typeof open>> {
  const sha256 = await sha256Hex(new Uint8Array([1, 2, 3]));
  const entry = (run: string, name: string) => ({ run, name, file: `${run}.safetensors`, bytes: 3, sha256, mostChanged: 0 });
  const [own] = runs;
  const list = [entry(A, 'Image'), { ...entry(own === undefined ? B : runDigest(own.spec), 'Mix, seed 1'), earlierSteps: 11 }];
  const real = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), document.baseURI);
    if (pathname.endsWith('/runs/weights/index.json')) return Promise.resolve(Response.json(list));
    if (pathname.endsWith(`/${B}.safetensors`)) return Promise.resolve(new Response(new Uint8Array(bytes)));
    return real(input, init);
  });
  return open({ runs });
}

const opener = (): Promise<HTMLButtonElement> =>
  until(() => button('Open “Mix, seed 1” with 12 steps of its training'), 'the button'); // prettier-ignore

test('one with a timeline is opened where there is no run to look at; those without are not offered', async () => {
  const { trainer } = await openWith([1, 2, 3]);
  (await opener()).click();
  await until(() => trainer.calls.includes('importRun'), 'the import');
  expect(button('Open “Image” with 1 steps of its training')).toBeUndefined();
});

test('a damaged file is told, and can be asked for again', async () => {
  const { trainer } = await openWith([1, 2, 4]);
  (await opener()).click();
  await until(() => textOf('look-cell').includes('The run Mix, seed 1 came damaged. Try again.'), 'the fault');
  expect(trainer.calls).not.toContain('importRun');
  expect((await opener()).disabled).toBe(false);
});

test('the focus goes back to the button after a fault, and to the heading of Look once a run is open', async () => {
  const press = async (): Promise<HTMLButtonElement> => {
    const title = Object.assign(document.createElement('h2'), { tabIndex: -1 });
    document.querySelector('#look')?.prepend(title);
    const pressed = await opener();
    pressed.focus();
    pressed.click();
    return pressed;
  };
  await openWith([1, 2, 4]);
  const pressed = await press();
  await until(() => textOf('look-cell').includes('came damaged'), 'the fault');
  await until(() => !pressed.disabled && pressed.matches(':focus'), 'the focus on the button');
  const { runs } = await openWith([1, 2, 3], [{ ...stored, state: 'finished', step: 8 }]);
  await until(() => runs.isReady.value, 'the store');
  await press();
  await until(() => runs.active(), 'the run');
  await until(() => document.activeElement?.matches('#look > h2'), 'the focus on the heading');
});
