/** What leaves the page: files, pictures, links. */
import { encodeLink } from '../../study/link.ts';
import type { NotebookState } from '../../study/notebook-state.ts';

/** Offers bytes as a download. */
export function saveFile(fileName: string, content: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  // The browser reads the address when the download starts; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Pixels of a chart's PNG for each of its SVG's: sharp on fine screens. */
export const PNG_SCALE = 2;

/** Draws an SVG document on a canvas, `scale` pixels for each of its own. Throws when the browser refuses. */
export async function pngOfSvg(svg: string, widthPx: number, heightPx: number, scale: number): Promise<Uint8Array<ArrayBuffer>> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(widthPx * scale);
    canvas.height = Math.round(heightPx * scale);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error(`this browser gives no canvas of ${canvas.width} x ${canvas.height} pixels`);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error(`this browser makes no PNG of ${canvas.width} x ${canvas.height} pixels`);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param hash - with its `#`. */
export function pageLink(hash: string): string {
  return location.origin + location.pathname + hash;
}

/** Opens the page as `state` says. Throws InputError where that is too much for a link. */
export function stateLink(state: NotebookState): string {
  return pageLink(encodeLink(state));
}
