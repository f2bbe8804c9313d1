/** What the paper says of a figure, claim by claim, and whether our numbers say the same. Draws what it is given. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { outcomeText } from '../../study/figures/claims.ts';
import type { ClaimSide, JudgedClaim } from '../../study/figures/claims.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { Panel } from '../../study/figures/figure.ts';
import { valueText, xText } from '../../study/figures/words.ts';
import { prose, tables } from '../styles/shared.ts';

@customElement('figure-claims')
export class FigureClaims extends LitElement {
  static override styles = [
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
        max-width: 62em;
      }
      tbody th {
        min-width: min(9rem, 27vw);
        font-weight: 400;
      }
      td:last-child {
        min-width: min(12.5rem, 29vw);
      }
      .holds {
        color: var(--good);
        font-weight: 600;
      }
      .opposite {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) result: FigureResult | null = null;

  override render() {
    const { result } = this;
    if (result === null || result.claims.length === 0) return nothing;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="The paper’s claims, and ours">
      <table>
        <thead>
          <tr>
            <th scope="col">The paper says</th>
            <th scope="col">Small models say</th>
            <th scope="col">Ours</th>
          </tr>
        </thead>
        <tbody>
          ${result.claims.map(
            (claim) =>
              html`<tr>
                <th scope="row">${claim.text}</th>
                <td class=${claim.outcome}>${outcomeText(claim)}${claim.outcome === 'not measured' ? missingText(result) : ''}</td>
                <td>${valuesOf(claim, result)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

/** How far a figure is of which some runs are not made. */
function missingText({ runs, plannedRuns }: FigureResult): string {
  return plannedRuns === undefined || runs.length === 0 ? '' : `: so far ${runs.length} of ${plannedRuns} runs`;
}

/** Where the two were compared: `at N, training rows: 6,000`. */
function placeOf({ above, x, belowX, isAtOwnLargest, isOverSteps }: JudgedClaim, { panels }: FigureResult): string {
  if (isOverSteps === true) return 'over the steps that both have';
  const label = panels.find(({ id }) => id === above.panel)?.xLabel ?? 'x';
  if (x === null) return '';
  const [own, other] = [x, belowX ?? x].map((each) => xText(Number.isInteger(each) ? each : Number(each.toPrecision(3))));
  return isAtOwnLargest === true ? `each at its own largest ${label}: ${own === other ? own : `${own} and ${other}`}` : `at ${label}: ${own}`;
}

/** The two means that were compared, with their unit; below them their difference, and where they were. */
function valuesOf(claim: JudgedClaim, result: FigureResult) {
  const { above, below, aboveMean, belowMean, difference = null } = claim;
  const { panels } = result;
  const unitOf = (panelId: string): Panel['unit'] => panels.find(({ id }) => id === panelId)?.unit ?? 'score';
  const shown = ({ panel }: ClaimSide, value: number): string => `${valueText(value, unitOf(panel))}${unitOf(panel) === 'percent' ? ' %' : ''}`;
  if (aboveMean === null || belowMean === null) return '–';
  const means = `${shown(above, aboveMean)} against ${shown(below, belowMean)}`;
  const place = html`<br /><span class="soft">${placeOf(claim, result)}</span>`;
  if (difference === null) return html`${means}${place}`;
  const [mean, low, high] = [difference.mean, difference.low, difference.high].map((value) =>
    valueText(value, unitOf(above.panel)).replace('-', '−'),
  );
  return html`${means}<br /><span class="soft">difference ${mean}${unitOf(above.panel) === 'percent' ? ' points' : ''} (${low} to ${high})</span
    >${place}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-claims': FigureClaims;
  }
}
