/** Curves of a training: loss of every step, accuracy on validation items, and each skill by itself above its majority floor. Draws what it is given. */
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SmarterProgress } from '../../study/smarter/smarter-session.ts';
import { PagePart } from '../services/page-part.ts';
import { prose } from '../styles/shared.ts';
import { describeCurve } from './curves.ts';
import type { Curve } from './curves.ts';
import './page-part.ts';
import { accuracyCurves, lossCurve, shown, skillCurves } from './smarter-rows.ts';
import type { SkillCurve } from './smarter-rows.ts';

const CHART = new PagePart(() => import('./curve-chart.ts'));
/** Of a small panel, px. */
const PANEL = { width: 160, height: 80 } as const;

@customElement('smarter-curves')
export class SmarterCurves extends LitElement {
  static override styles = [
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
        gap: 1rem 1.5rem;
        margin-bottom: 1.2rem;
      }
      .pair > div {
        min-width: 0;
      }
      .panels {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
        align-items: end;
        gap: 0.8rem;
        margin: 0 0 0.8rem;
        padding: 0;
        list-style: none;
      }
      .panels svg {
        display: block;
        width: 100%;
        border-bottom: 1px solid var(--line-strong);
      }
      polyline {
        fill: none;
        stroke: var(--run-1);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      circle {
        fill: var(--run-1);
      }
      line {
        stroke: var(--run-3);
        stroke-width: 1.5;
        stroke-dasharray: 4 3;
        vector-effect: non-scaling-stroke;
      }
    `,
  ];

  @property({ attribute: false }) progress: SmarterProgress | null = null;
  @property({ type: Number }) colourVersion = 0;

  override render() {
    const { progress } = this;
    if (progress === null || progress.losses.length === 0) return nothing;
    const accuracy = accuracyCurves(progress.epochs);
    const skills = skillCurves(progress.epochs);
    return html`<div class="pair">
        ${this.#chart('Loss', [lossCurve(progress)], 'nats per item')}
        ${progress.epochs.length < 2 ? nothing : this.#chart('Validation items, after every epoch', accuracy, '%')}
      </div>
      ${
        skills.length === 0
          ? nothing
          : html`<h3>Solved by skill (S_acc), of the validation items</h3>
              <p class="small soft">One point per epoch; dashed: always giving the most frequent answer. All panels share one scale.</p>
              <ul class="panels">
                ${skills.map((skill) => this.#panel(skill, Math.max(0.05, ...skills.flatMap(({ values, floor }) => [floor, ...values]))))}
              </ul>`
      }`;
  }

  #chart(title: string, curves: readonly Curve[], unit: string) {
    return html`<div>
      <h3>${title}</h3>
      <page-part .of=${CHART}
        ><curve-chart
          .curves=${curves}
          .colourVersion=${this.colourVersion}
          unit=${unit}
          .summary=${curves.map(describeCurve).join(' ')}
        ></curve-chart
      ></page-part>
    </div>`;
  }

  #panel({ skill, values, floor }: SkillCurve, top: number) {
    const { width, height } = PANEL;
    const y = (share: number): number => height - 4 - (share / top) * (height - 12);
    const x = (i: number): number => (values.length === 1 ? width / 2 : 4 + (i / (values.length - 1)) * (width - 8));
    const last = values.at(-1) ?? 0;
    return html`<li class="small">
      ${skill} <b>${shown(last)} %</b> <span class="soft">floor ${shown(floor)}</span>
      <svg
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label=${`${skill}: ${values.map(shown).join(', ')} percent; majority floor ${shown(floor)}`}
      >
        ${svg`<line x1="0" x2=${width} y1=${y(floor)} y2=${y(floor)}></line>
          <polyline points=${values.map((value, i) => `${x(i)},${y(value)}`).join(' ')}></polyline>
          <circle cx=${x(values.length - 1)} cy=${y(last)} r="3"></circle>`}
      </svg>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-curves': SmarterCurves;
  }
}
