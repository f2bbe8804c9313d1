/** The bench in Node: each column is a process. WebGPU there is the `webgpu` package (Dawn). */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePort } from './port.ts';
import type { Port, ReplyMessage } from './protocol.ts';
import type { Measurement } from './measurement.ts';
import { runBench, type BenchOptions, type Progress } from './run.ts';

/** @param isHardware - true to let Dawn use the machine's own GPU. Rejects when no column runs. */
export async function benchInNode(options: BenchOptions, isHardware: boolean, onProgress: (progress: Progress) => void): Promise<Measurement> {
  const env = isHardware ? process.env : await softwareEnvironment();
  return runBench(options, () => processPort(env), `Node ${process.version}`, onProgress);
}

function processPort(env: NodeJS.ProcessEnv): Port {
  const child = fork(join(import.meta.dirname, 'column-process.ts'), {
    env,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (text) => void (errors = `${errors}${String(text)}`.slice(-2000)));
  const { port, onReply, onDeath } = makePort({ post: (message) => void child.send(message), end: () => void child.kill() });
  child.on('message', (reply) => onReply(reply as ReplyMessage));
  child.on('exit', (status) => onDeath(errors.split('\n').find((line) => /^\w*Error: /.test(line)) ?? `the process ended with status ${status}`));
  return port;
}

/** Without a GPU wanted, Node's WebGPU takes the software Vulkan driver that Chromium carries, when there is one. A bare machine with a GPU has no Playwright to find it with. */
async function softwareEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { findBrowser } = await import('../cli/find-browser.ts');
  const browser = findBrowser();
  const folders = browser === null ? [] : [dirname(browser.path), '/usr/lib/chromium', '/usr/lib/chromium-browser'];
  const driver = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
  if (driver === undefined) return process.env;
  // The Vulkan loader is Chromium's too, for machines that have none; a loader of the system comes first.
  const libraries = [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter((path) => path !== undefined && path !== '').join(':');
  return { ...process.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries };
}
