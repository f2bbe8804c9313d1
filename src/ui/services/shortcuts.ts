/**
 * Keyboard shortcuts: single letters, active only while no field or dialog has the focus, and off when switched off (WCAG 2.1.4). One table drives the
 * keys; their words stand in the help (help-dialog.ts).
 */
import { signal } from '@preact/signals-core';
import { readSetting, writeSetting } from './theme.ts';

export const SHORTCUTS = [
  { keys: 'J', action: 'next-cell' },
  { keys: 'K', action: 'previous-cell' },
  { keys: 'Space', action: 'play-pause' },
  { keys: '.', action: 'step' },
  { keys: '[', action: 'previous-example' },
  { keys: ']', action: 'next-example' },
  { keys: 'T', action: 'theme' },
  { keys: 'C', action: 'share' },
  { keys: '?', action: 'help' },
] as const;
export type ShortcutAction = (typeof SHORTCUTS)[number]['action'];

const KEY = 'parallax.shortcuts';

export const areShortcutsOn = signal(true);

/** Listens on the whole page. Returns how to stop. */
export function startShortcuts(act: (action: ShortcutAction) => void): () => void {
  areShortcutsOn.value = readSetting(KEY) !== 'off';
  const onKey = (event: KeyboardEvent): void => {
    if (!areShortcutsOn.value || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event)) return;
    const pressed = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const found = SHORTCUTS.find(({ keys }) => keys === pressed);
    if (found === undefined) return;
    event.preventDefault();
    // A key held down acts once: it must not start a second run, nor scroll the page.
    if (!event.repeat) act(found.action);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

export function setShortcuts(isOn: boolean): void {
  areShortcutsOn.value = isOn;
  writeSetting(KEY, isOn ? null : 'off');
}

/**
 * The focused control uses the key itself: fields take letters, buttons and links take the space bar, an open dialog takes all. A dialog that was just
 * closed keeps the focus until the next frame, and takes nothing.
 */
function isTaken(event: KeyboardEvent): boolean {
  const path = event.composedPath().filter((target) => target instanceof Element);
  if (path.some((element) => element.matches('dialog[open], input:not([type=checkbox], [type=radio]), textarea, select'))) return true;
  return event.key === ' ' && path.some((element) => element.matches('button, a, summary, input, [tabindex="0"]'));
}
