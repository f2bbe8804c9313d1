/**
 * Checks of the tree that neither compiler nor linter makes. Each returns its faults in words; empty means good. `npm run check` runs them all;
 * test/ground/check-ground.test.ts shows each of them a fault.
 */
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { headersFile } from '../cli/headers.ts';

/** Installed size that a clone may cost, in bytes. Ours, from the project's goals. */
const INSTALL_BUDGET_BYTES = 900e6;

interface LockEntry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Every installed package is named by digest and comes from the npm registry and nowhere else. The packages of other platforms are in the lockfile
 * too: npm leaves out those it could not find, and `npm ci` then refuses the file elsewhere.
 */
export function lockfileFaults(lockfile: string): string[] {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, LockEntry> };
  return Object.entries(packages).flatMap(([path, { resolved, integrity, link, optionalDependencies }]) => {
    if (path === '') return [];
    const faults: string[] = [];
    if (link === true) faults.push(`package-lock.json: ${path} is a link to a folder`);
    if (integrity === undefined || !integrity.startsWith('sha512-')) faults.push(`package-lock.json: ${path} has no sha512 digest`);
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) {
      faults.push(`package-lock.json: ${path} comes from ${resolved}: delete the resolved fields, the npm client knows its registry`);
    }
    for (const name of Object.keys(optionalDependencies ?? {})) {
      const isThere = packages[`${path}/node_modules/${name}`] !== undefined || packages[`node_modules/${name}`] !== undefined;
      if (!isThere)
        faults.push(
          `package-lock.json: ${name}, which ${path} may need on another platform, is missing: choose a version of which all parts are published`,
        );
    }
    return faults;
  });
}

/** Dependencies are named by exact version, and no install script may run. */
export function manifestFaults(manifest: string, npmrc: string): string[] {
  const { dependencies, devDependencies } = JSON.parse(manifest) as Record<string, Record<string, string> | undefined>;
  const faults = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} ${version}: expected an exact version`);
  if (!/^ignore-scripts=true$/m.test(npmrc)) faults.push('.npmrc: expected ignore-scripts=true, so that npm ci runs no code of a package');
  return faults;
}

/** `public/_headers`, which static hosts read, says what cli/headers.ts says. */
export function headersFaults(file: string): string[] {
  return file === headersFile() ? [] : ['public/_headers: differs from cli/headers.ts: run `npx tsx scripts/write-headers.ts`'];
}

/** CI runs every script of package.json, or the script is deleted. */
export function scriptFaults(manifest: string, ci: string): string[] {
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
  return Object.keys(scripts)
    .filter((name) => !new RegExp(`npm (run )?${name}\\b`).test(ci))
    .map((name) => `package.json: script ${name} is not run by .ci/run`);
}

/** Links and code paths in the guides point at files that exist. */
export function documentFaults(root: string, documents: readonly string[]): string[] {
  return documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => match[1] ?? '');
    return links
      .filter((link) => !existsSync(resolve(root, dirname(document), link)))
      .map((link) => `${document}: links to ${link}, which does not exist`);
  });
}

/** node_modules stays small enough to install on a laptop. */
export function installFaults(folder: string, budgetBytes = INSTALL_BUDGET_BYTES): string[] {
  const bytes = folderBytes(folder);
  return bytes <= budgetBytes ? [] : [`node_modules: expected at most ${budgetBytes / 1e6} MB, got ${Math.round(bytes / 1e6)} MB`];
}

/** All of the above over one checkout. */
export function groundFaults(root: string): string[] {
  const read = (name: string) => readFileSync(join(root, name), 'utf8');
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownUnder(root, 'docs')];
  return [
    ...lockfileFaults(read('package-lock.json')),
    ...manifestFaults(read('package.json'), read('.npmrc')),
    ...headersFaults(read('public/_headers')),
    ...scriptFaults(read('package.json'), read('.ci/run')),
    ...documentFaults(root, documents),
    ...installFaults(join(root, 'node_modules')),
  ];
}

function markdownUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** Bytes of all files under a folder; links are not followed. */
function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else if (entry.isFile()) bytes += lstatSync(path).size;
  }
  return bytes;
}
