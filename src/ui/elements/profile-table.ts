/** Where the time of a step goes: one row per kernel, the most expensive first. Draws what it is given. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { KernelProfile } from '../../model/kernel-profile.ts';
import { prose, tables } from '../styles/shared.ts';

@customElement('profile-table')
export class ProfileTable extends LitElement {
  static override styles = [
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      tbody th {
        font-family: var(--mono);
        font-size: 0.86rem;
      }
      svg {
        display: block;
        width: 6rem;
        height: 0.7rem;
      }
      rect {
        fill: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) profile: KernelProfile | null = null;

  override render() {
    if (this.profile === null) return nothing;
    const { times, note } = this.profile;
    const calls = times.reduce((sum, time) => sum + time.calls, 0);
    const totalMs = times.reduce((sum, { ms }) => sum + ms, 0);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Kernel times">
      <table>
        <caption>
          ${calls} calls, ${totalMs.toFixed(2)} ms. ${note}
        </caption>
        <thead>
          <tr>
            <th scope="col">Kernel</th>
            <th scope="col" class="number">Calls</th>
            <th scope="col" class="number">ms</th>
            <th scope="col" colspan="2">Share</th>
          </tr>
        </thead>
        <tbody>
          ${times.map(
            ({ name, calls, ms, share }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="number">${calls}</td>
                <td class="number">${ms.toFixed(3)}</td>
                <td class="number">${(share * 100).toFixed(1)} %</td>
                <td>
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=${(share * 100).toFixed(1)} height="10"></rect>
                  </svg>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'profile-table': ProfileTable;
  }
}
