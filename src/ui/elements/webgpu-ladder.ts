/**
 * Says beside the Run button what this browser can compute with, and what to do when WebGPU is not there (ladder of design/product 4.5).
 *
 * @fires use-cpu - `CustomEvent` when the visitor takes the offer to train `micro` on the CPU.
 * @fires retry - `CustomEvent` to look for a device again.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DeviceInfo, WebGpuStatus } from '../../model/device-info.ts';
import { controls, prose } from '../styles/shared.ts';

/** Headline and steps of a rung. */
export interface Rung {
  readonly title: string;
  readonly steps: readonly string[];
}

export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'other';

/** Which steps to show; from the user agent text, for wording only. */
export function familyOf(userAgent: string): BrowserFamily {
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Chrome\/|Chromium\/|Edg\//.test(userAgent)) return 'chromium';
  return /Safari\//.test(userAgent) ? 'safari' : 'other';
}

const HOW_TO_ENABLE: Record<BrowserFamily, string> = {
  chromium:
    'Chrome and Edge have WebGPU from version 113 on. Update the browser; on Linux also open chrome://flags/#enable-unsafe-webgpu, choose Enabled and restart.',
  firefox: 'Firefox has WebGPU from version 141 on Windows and 145 on macOS. Elsewhere open about:config and set dom.webgpu.enabled to true.',
  safari: 'Safari has WebGPU from version 26 on (macOS, iOS and iPadOS 26). On older systems use Chrome or Edge on a computer.',
  other: 'Use a current Chrome, Edge, Firefox or Safari on a computer.',
};

/** The rung for a status; null when all is well. */
export function rungOf(status: WebGpuStatus, family: BrowserFamily): Rung | null {
  switch (status) {
    case 'ready':
      return null;
    case 'insecure':
      return { title: 'WebGPU needs a secure address.', steps: ['Open this page over https, or from localhost.'] };
    case 'missing':
      return { title: 'This browser has no WebGPU.', steps: [HOW_TO_ENABLE[family]] };
    case 'no-adapter':
      return {
        title: 'The browser has WebGPU, but gives no graphics device.',
        steps: [
          family === 'chromium'
            ? 'Open chrome://gpu and look for "WebGPU: Disabled" and its reason.'
            : 'The graphics driver may be blocked or switched off.',
          'Update the graphics driver, switch hardware acceleration on in the settings, and restart the browser.',
        ],
      };
    case 'software':
      return { title: 'WebGPU runs in software here.', steps: ['It works, but slower than on a graphics card; the micro model suits it best.'] };
    case 'limits':
      return { title: 'This graphics device allows only small buffers.', steps: ['The micro model fits; larger ones may not.'] };
    case 'lost':
      return {
        title: 'The graphics device was lost.',
        steps: ['Resume from the last checkpoint. If that fails, reload the page, then restart the browser.'],
      };
    default:
      return status satisfies never;
  }
}

@customElement('webgpu-ladder')
export class WebgpuLadder extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
      }
      .note {
        max-width: 44em;
        font-size: 0.93rem;
      }
      ul {
        margin: 0.2rem 0 0.6rem;
        padding-left: 1.2rem;
      }
    `,
  ];

  @property({ attribute: false }) info: DeviceInfo | null = null;
  /** Why no device could be opened at all; '' = one is open or being opened. */
  @property() failure = '';
  /** The settings already are what the CPU can carry. */
  @property({ type: Boolean }) isMicro = false;
  @property({ attribute: false }) family: BrowserFamily = familyOf(navigator.userAgent);

  override render() {
    return html`<div role="status">${this.#body()}</div>`;
  }

  #body() {
    if (this.failure !== '') {
      return html`<div class="note bad">
        <p><b>Training cannot start here.</b> ${this.failure}</p>
        <p><button @click=${() => this.dispatchEvent(new CustomEvent('retry'))}>Try again</button></p>
      </div>`;
    }
    const rung = this.info === null ? null : rungOf(this.info.webgpu, this.family);
    if (this.info === null || rung === null) return nothing;
    const isOnCpu = this.info.backend !== 'webgpu';
    return html`<div class="note warn">
      <p><b>${rung.title}</b></p>
      <ul>
        ${rung.steps.map((step) => html`<li>${step}</li>`)} ${this.info.reason === null ? nothing : html`<li>${this.info.reason}</li>`}
      </ul>
      ${
        isOnCpu
          ? this.isMicro
            ? html`<p>
                Training runs on the CPU (WebAssembly) instead. The micro model takes minutes there; examples, links and stored runs work as always.
              </p>`
            : html`<p>
                Training runs on the CPU (WebAssembly) instead, slower than on a graphics card: the micro model takes minutes, larger ones longer.
                <button @click=${() => this.dispatchEvent(new CustomEvent('use-cpu'))}>Use micro on the CPU</button>
              </p>`
          : nothing
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'webgpu-ladder': WebgpuLadder;
  }
}
