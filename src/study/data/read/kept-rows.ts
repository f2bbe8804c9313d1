/** The first rows of a file with their pictures, for people to look at. */
import type { GoldRow } from './gold-row.ts';
import { imageBytes } from './image-head.ts';
import type { ImageHead } from './image-head.ts';
import { detached } from './raw-record.ts';
import type { RowOutcome } from './report.ts';

/** Ours: what a person looks through. */
export const MAX_KEPT_ROWS = 200;
/** Pictures after these are not kept. The authors' are some 100 kB each. */
const MAX_PICTURE_BYTES = 128 * 2 ** 20;

export interface Picture {
  readonly type: ImageHead['type'];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class KeptRows {
  readonly #rows: RowOutcome[] = [];
  readonly #pictures = new Map<number, Picture>();
  #pictureBytes = 0;

  add(outcome: RowOutcome, { image, place }: GoldRow): void {
    if (this.#rows.length === MAX_KEPT_ROWS) return;
    const { id, gold, prediction, question, response } = outcome;
    const copy = (text: string | null): string | null => (text === null ? null : detached(text));
    const texts = { id: copy(id), prediction: copy(prediction), response: copy(response), gold: detached(gold), question: detached(question) };
    const isKept = image !== null && this.#pictureBytes < MAX_PICTURE_BYTES;
    this.#rows.push({ ...outcome, ...texts, hasImage: isKept });
    if (!isKept) return;
    const bytes = imageBytes(image.base64, place);
    this.#pictureBytes += bytes.length;
    this.#pictures.set(outcome.number, { type: image.head.type, bytes });
  }

  get rows(): readonly RowOutcome[] {
    return this.#rows;
  }

  /** Null for a row without a kept picture. */
  picture(rowNumber: number): Picture | null {
    return this.#pictures.get(rowNumber) ?? null;
  }
}
