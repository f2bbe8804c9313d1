/**
 * Fetches the parts of the page that nobody has asked for yet, so that they are there when the network is not. One after the other, at low priority, and without running them: those of
 * the page into its own list of modules, those of workers, which have lists of their own, into the browser's cache. Which they are is written by the build (cli/vite-plugins.ts); while
 * developing there is no such file, and nothing is fetched.
 */
import * as v from 'valibot';

const Parts = v.array(v.pipe(v.string(), v.regex(/^assets\/[\w.-]+\.js$/)));

/** @param address - of the list; its names are relative to it. */
export async function fetchAhead(address: string): Promise<void> {
  // A visitor who pays by the byte loads what is looked at, no more. Chromium alone says so.
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true) return;
  for (const name of await partsAt(address)) {
    const { href } = new URL(name, address);
    if (!(await (name.includes('/worker-') ? cache(href) : preload(href)))) return;
  }
}

async function partsAt(address: string): Promise<readonly string[]> {
  const response = await fetch(address, { priority: 'low' }).catch(() => null); // offline: parts are then loaded, or missed, on demand
  const isJson = response?.ok === true && (response.headers.get('content-type') ?? '').includes('json');
  const parts = v.safeParse(Parts, isJson ? await response.json() : []);
  return parts.success ? parts.output : [];
}

/** Whether it came. */
function preload(href: string): Promise<boolean> {
  return new Promise((resolve) => {
    const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href, fetchPriority: 'low' });
    link.addEventListener('load', () => resolve(true));
    link.addEventListener('error', () => resolve(false));
    document.head.append(link);
  });
}

/** Whether it came. */
async function cache(href: string): Promise<boolean> {
  try {
    const response = await fetch(href, { priority: 'low' });
    await response.blob(); // what is not read to its end is not kept
    return response.ok;
  } catch {
    return false; // offline, or the browser goes on to another page
  }
}
