/** Pictures out of the page: SVG text as a PNG. */

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
