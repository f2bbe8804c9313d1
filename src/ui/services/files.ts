/** Files out of the page. */

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
