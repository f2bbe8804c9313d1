/** What every other browser test stands on: isolation, a WebGPU adapter, the wasm files, legacy decorators that react. */
import { LitElement, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { expect, test } from 'vitest';

@customElement('ground-probe')
class GroundProbe extends LitElement {
  @property({ type: Number }) count = 1;
  override render() {
    return html`<output>${this.count}</output>`;
  }
}

test('the page is cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true);
});

test('there is a WebGPU adapter, and a device that computes', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter).not.toBeNull();
  const device = await adapter!.requestDevice();
  const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  device.queue.writeBuffer(buffer, 0, new Float32Array([42]));
  await buffer.mapAsync(GPUMapMode.READ);
  expect(new Float32Array(buffer.getMappedRange())[0]).toBe(42);
  device.destroy();
});

test('the WebAssembly files of tfjs are served', async () => {
  const response = await fetch('/wasm/tfjs-backend-wasm-simd.wasm');
  expect(response.headers.get('content-type')).toBe('application/wasm');
  expect(await WebAssembly.compileStreaming(response)).toBeInstanceOf(WebAssembly.Module);
});

test('a changed property draws again', async () => {
  const element = document.createElement('ground-probe') as GroundProbe;
  document.body.append(element);
  await element.updateComplete;
  element.count = 7;
  await element.updateComplete;
  expect(element.shadowRoot?.querySelector('output')?.textContent).toBe('7');
  element.remove();
});
