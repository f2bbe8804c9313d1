/** Redrawing on signals, and letting go on disconnect. */
import { signal } from '@preact/signals-core';
import { expect, test } from 'vitest';
import { SignalController } from '../../../src/ui/services/signal-controller.ts';

function host() {
  return {
    drawn: 0,
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate() {
      this.drawn += 1;
    },
    updateComplete: Promise.resolve(true),
  };
}

test('a host redraws once per change while it is connected, and not after', () => {
  const [value, page] = [signal(1), host()];
  const controller = new SignalController(page, () => value.value);
  value.value = 2;
  expect(page.drawn).toBe(0);
  controller.hostConnected();
  expect(page.drawn).toBe(0);
  value.value = 3;
  expect(page.drawn).toBe(1);
  controller.hostDisconnected();
  value.value = 4;
  expect(page.drawn).toBe(1);
});

test('starting again does not subscribe twice', () => {
  const [value, page] = [signal(1), host()];
  const controller = new SignalController(page, () => value.value);
  controller.hostConnected();
  controller.restart();
  value.value = 2;
  expect(page.drawn).toBe(1);
});
