/** A figure as it was recorded, from a folder such as public/runs. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import type { FigureChoice } from '../src/study/figures/figure-choice.ts';
import type { FigureResult } from '../src/study/figures/figure-result.ts';
import { parseFigureResult } from '../src/study/figures/figure-schema.ts';

/** The figure of `folder`; null where no folder is named or it has no such figure. Throws InputError for a file that is none, or of another scale. */
export async function recordedFigure(folder: string | null, { id, scale }: Pick<FigureChoice, 'id' | 'scale'>): Promise<FigureResult | null> {
  if (folder === null) return null;
  if (!existsSync(folder)) throw new InputError(fault('--recorded', 'a folder with recorded figures', folder, 'such as public/runs'));
  const file = join(folder, `${id}.json`);
  if (!existsSync(file)) return null;
  const result = parseFigureResult(await readFile(file, 'utf8'), file);
  if (result.scale !== scale) throw new InputError(fault(file, `a figure at the scale ${scale}`, result.scale));
  return result;
}
