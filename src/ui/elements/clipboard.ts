/** Texts onto the clipboard. Apart from the element that offers it (copy-text.ts), since the page opens without that one. */

/** True when the text is on the clipboard; browsers may refuse. */
export async function copyToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission: the caller selects the text instead
  }
}
