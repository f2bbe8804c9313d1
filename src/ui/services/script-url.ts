/** Which scripts a worker may be made of: what the Trusted Types policy `app-worker` lets through. */
import { fault } from '../../lib/errors.ts';

/** The address, if it is of this origin; else throws, and the browser starts nothing. */
export function checkScriptUrl(url: string, origin: string): string {
  const isOurs = URL.canParse(url) && new URL(url).origin === origin;
  if (!isOurs) throw new TypeError(fault('app-worker', `a script of ${origin}`, url, 'workers are loaded from this site only'));
  return url;
}
