/**
 * Finds a Chromium for the browser tests, or installs one.
 *
 * Order: CHROMIUM_PATH, the usual names on PATH, the usual macOS places, Playwright's own download. When there is none: apt as root on Debian
 * and its like, else `npx playwright install chromium`. Installing is said in one line before it starts.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

export interface FoundBrowser {
  readonly path: string;
  /** Where it was found, in words. */
  readonly source: string;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** The first Chromium there is; null when none is installed. A CHROMIUM_PATH that cannot run is an error, not a reason to look further. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): FoundBrowser | null {
  const wanted = environment['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '') {
    if (!isExecutable(wanted)) throw new Error(`find-browser: expected an executable in CHROMIUM_PATH, got ${wanted}: correct or unset it`);
    return { path: wanted, source: 'CHROMIUM_PATH' };
  }
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (folder !== '' && isExecutable(path)) return { path, source: 'PATH' };
    }
  }
  for (const path of MAC_APPS) if (isExecutable(path)) return { path, source: 'Applications' };
  const own = chromium.executablePath();
  return isExecutable(own) ? { path: own, source: "Playwright's own" } : null;
}

/** Finds Chromium or installs it; throws with the command to run by hand when that fails. */
export function needBrowser(say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`)): FoundBrowser {
  const found = findBrowser();
  if (found !== null) return found;
  if (isDebian() && process.getuid?.() === 0) {
    say('find-browser: no Chromium on this machine; installing the Debian package with apt-get (about 300 MB).');
    const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], options);
  } else {
    say("find-browser: no Chromium on this machine; downloading Playwright's own with `npx playwright install chromium` (about 170 MB).");
    execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
  }
  const installed = findBrowser();
  if (installed === null) {
    throw new Error('find-browser: expected a Chromium after installing it, got none: install Chromium by hand and set CHROMIUM_PATH to it');
  }
  return installed;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Absent or not executable: the caller looks further.
  }
}

function isDebian(): boolean {
  return (
    existsSync('/etc/debian_version') || (existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8')))
  );
}
