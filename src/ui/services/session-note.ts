/** Short notes that outlive a reload of this tab and no more (sessionStorage). Where storage is blocked there are none. */

/** Null where there is none. */
export function readNote(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Null forgets it. */
export function writeNote(key: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // storage is blocked: the page then opens as if for the first time
  }
}
