/** Look without a run: the recorded runs with a timeline can be opened there. */
import { afterEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../src/lib/hash.ts';
import '../../src/ui/styles/page.css';
import { button, cleanUp, open, textOf, until } from './notebook-page.ts';

cleanUp();
afterEach(() => vi.restoreAllMocks());

const [A, B] = ['a1'.repeat(8), 'b2'.repeat(8)];

/** The page, whose site has two recorded runs, one with a timeline, whose file holds `bytes`. */
async function openWith(bytes: readonly number[]): Promise<ReturnType<typeof open>> {
  const sha256 = await sha256Hex(new Uint8Array([1, 2, 3]));
  const entry = (run: string, name: string) => ({ run, name, file: `${run}.safetensors`, bytes: 3, sha256, mostChanged: 0 });
  const list = [entry(A, 'Image'), { ...entry(B, 'Mix, seed 1'), earlierSteps: 11 }];
  const real = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), document.baseURI);
    if (pathname.endsWith('/runs/weights/index.json')) return Promise.resolve(Response.json(list));
    if (pathname.endsWith(`/${B}.safetensors`)) return Promise.resolve(new Response(new Uint8Array(bytes)));
    return real(input, init);
  });
  return open();
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
