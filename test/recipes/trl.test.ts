/**
 * The training recipe in recipes/trl, as far as it can be checked without torch: its Python tests, its check script (shown damaged copies), and that its
 * settings files say the numbers of the paper (spec/s2h section 5) and agree with each other.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const RECIPE = join(ROOT, 'recipes/trl');
const copies = mkdtempSync(join(tmpdir(), 'parallax-recipe-'));

afterAll(() => rmSync(copies, { recursive: true }));

const read = (name: string) => readFileSync(join(RECIPE, name), 'utf8');
const json = (name: string) => JSON.parse(read(name)) as Record<string, unknown>;
const yaml = (name: string) => parse(read(name)) as Record<string, unknown> & { readonly deepspeed_config: Record<string, unknown> };

describe('settings', () => {
  const hyper = json('hyperparameters.json');

  test('are those of the paper', () => {
    expect(hyper).toMatchObject({
      model: 'Qwen/Qwen2.5-VL-3B-Instruct',
      batch_size: 128,
      learning_rate: 2e-5,
      lr_scheduler_type: 'cosine',
      warmup_share: 0.03,
      weight_decay: 0,
      adam_beta1: 0.9,
      adam_beta2: 0.999,
      adam_epsilon: 1e-8,
      max_length: 3072,
      min_pixels: 128 * 28 * 28,
      max_pixels: 1280 * 28 * 28,
      save_steps: 234,
      save_total_limit: 1,
      max_new_tokens: 2048,
    });
  });

  test('make a step of 128 examples: 1 a GPU, 8 GPUs, 16 accumulated', () => {
    const { batch_size: batch, per_device_batch_size: perDevice } = hyper as Record<string, number>;
    const gpus = Number(yaml('accelerate-8gpu.yaml')['num_processes']);
    expect([perDevice, gpus, Number(batch) / (Number(perDevice) * gpus)]).toEqual([1, 8, 16]);
    expect(yaml('accelerate-1gpu.yaml')['num_processes']).toBe(1);
  });

  test.each(['accelerate-8gpu.yaml', 'accelerate-1gpu.yaml'])(
    '%s names a ZeRO-2 file with bf16, and leaves to it what Accelerate refuses to read twice',
    (name) => {
      const settings = yaml(name);
      const { deepspeed_config_file: file, ...others } = settings.deepspeed_config;
      expect(settings['distributed_type']).toBe('DEEPSPEED');
      expect(others).toEqual({ zero3_init_flag: false });
      expect(settings).not.toHaveProperty('mixed_precision');
      expect(json(String(file))).toMatchObject({ bf16: { enabled: true }, zero_optimization: { stage: 2 } });
    },
  );

  test('leave batch, accumulation and clipping of DeepSpeed to the trainer', () => {
    for (const name of ['deepspeed-zero2.json', 'deepspeed-zero2-offload.json']) {
      expect(json(name), name).toMatchObject({
        train_batch_size: 'auto',
        train_micro_batch_size_per_gpu: 'auto',
        gradient_accumulation_steps: 'auto',
        gradient_clipping: 'auto',
      });
    }
  });

  test('differ between 8 GPUs and 1 only in where the state of the optimiser lies', () => {
    const { zero_force_ds_cpu_optimizer: isForced, zero_optimization: zero, ...one } = json('deepspeed-zero2-offload.json');
    const { offload_optimizer: offload, ...shared } = zero as Record<string, unknown>;
    expect({ ...one, zero_optimization: shared }).toEqual(json('deepspeed-zero2.json'));
    expect([isForced, offload]).toEqual([false, { device: 'cpu', pin_memory: true }]);
  });

  test('require a lowest version of every package', () => {
    const lines = read('requirements.txt').split('\n');
    const packages = lines.filter((line) => line !== '' && !line.startsWith('#'));
    const bounds = packages.map((line) => /^([a-z]+)>=\d+\.\d+(\.\d+)?$/.exec(line)?.[1] ?? `no bound: ${line}`);
    expect(bounds).toEqual(['torch', 'torchvision', 'transformers', 'trl', 'accelerate', 'deepspeed', 'datasets', 'pillow']);
  });
});

/** Several interpreters start one after the other; a busy machine takes its time. */
const TIMEOUT_MS = 90_000;

/** Null with a new enough python3, or why there is none. */
function pythonFault(): string | null {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
  if (status !== 0) return 'no python3 here';
  const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
  return major === 3 && minor >= 9 ? null : `python3 is ${major}.${minor}, the recipe needs 3.9`;
}

const noPython = pythonFault();

describe.skipIf(noPython !== null)(`Python${noPython === null ? '' : ` (skipped: ${noPython})`}`, { timeout: TIMEOUT_MS }, () => {
  test('passes its own tests', () => {
    const { status, stderr } = spawnSync('python3', ['test_data.py'], {
      cwd: RECIPE,
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(stderr).toMatch(/^Ran (1[5-9]|[2-9]\d) tests/m);
    expect(status, stderr).toBe(0);
  });

  test('check.sh passes and leaves nothing behind', () => {
    const copy = copyOf('good');
    execFileSync('bash', ['check.sh'], { cwd: copy, stdio: 'pipe' });
    expect(readdirSync(copy).sort()).toEqual(readdirSync(RECIPE).sort());
    expect(readdirSync(copy)).not.toContain('__pycache__');
  });

  test.each([
    ['train.py', '\ndef half(:\n', /SyntaxError/],
    ['deepspeed-zero2.json', '}', /Extra data/],
    ['accelerate-8gpu.yaml', '\n  a: b: c\n', /accelerate-8gpu\.yaml/],
    ['data.py', '\nORDERS = ()\n', /FAILED/],
  ])('check.sh fails when %s is damaged', (file, damage, message) => {
    const copy = copyOf(file);
    appendFileSync(join(copy, file), damage);
    const { status, stderr } = spawnSync('bash', ['check.sh'], { cwd: copy, encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});

/** A copy of the recipe in a folder from which node finds this repository's packages. */
function copyOf(name: string): string {
  const folder = join(copies, name);
  cpSync(RECIPE, join(folder, 'trl'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'trl');
}
