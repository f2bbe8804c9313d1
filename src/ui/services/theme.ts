/** Light, dark, or as the system says. Only sets `data-theme` on the root; the colours are in styles/tokens.css. */
import { signal } from '@preact/signals-core';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'parallax.theme';

/** The chosen theme, and a counter that moves whenever the colours on the page do (charts redraw on it). */
export const theme = signal<Theme>('system');
export const colourVersion = signal(0);

/** Reads the stored choice and follows the system's. Call once. */
export function startTheme(): void {
  const stored = readSetting(KEY);
  setTheme(THEMES.find((name) => name === stored) ?? 'system');
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (colourVersion.value += 1));
}

/** Shows and keeps a theme. */
export function setTheme(name: Theme): void {
  theme.value = name;
  document.documentElement.dataset['theme'] = name;
  writeSetting(KEY, name);
  colourVersion.value += 1;
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  return theme.value === 'dark' || (theme.value === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

/** The next one round: system, light, dark. */
export function nextTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  setTheme(next);
  return next;
}

/** Where a small text is kept: for ever, or for this tab and its reloads. */
type Area = 'localStorage' | 'sessionStorage';

/** A small text kept in this browser, or null: storage may be blocked (private windows, policies), and the page works without it. */
export function readSetting(key: string, area: Area = 'localStorage'): string | null {
  try {
    return globalThis[area].getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a small text; false when storage is blocked or full. `null` removes it. */
export function writeSetting(key: string, value: string | null, area: Area = 'localStorage'): boolean {
  try {
    if (value === null) globalThis[area].removeItem(key);
    else globalThis[area].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
