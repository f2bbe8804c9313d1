/**
 * The timeline of the open run, in the bar at the bottom: in sight wherever something follows it; none while no weights along the way are kept. Above it,
 * what the run has to say of its state: no room for a checkpoint, weights that were dropped.
 */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../elements/step-slider.ts';
import { timelineOf } from '../services/timeline.ts';
import { prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

@customElement('timeline-bar')
export class TimelineBar extends CellElement {
  static override styles = [
    prose,
    css`
      p {
        padding-bottom: 0.45rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override watch(services: PageServices): unknown {
    const { isPlaying } = timelineOf(services);
    return [services.runs.runs.value, timelineOf(services).at(), isPlaying.value];
  }

  protected override draw(services: PageServices) {
    const timeline = timelineOf(services);
    const run = services.runs.active();
    const stops = timeline.stops();
    if (run === undefined) return nothing;
    const { message, summary } = run;
    // A failure is a problem, which has a place of its own.
    const says = message === null || summary.state === 'failed' ? nothing : html`<p class="small" role="status">${message}</p>`;
    if (stops.length === 0 && says === nothing) return nothing;
    if (stops.length === 0) return html`<section aria-label="Timeline">${says}</section>`;
    return html`<section aria-label="Timeline">
      ${says}<step-slider
        .stops=${stops}
        .step=${timeline.at()}
        .newest=${run.summary.step}
        ?playing=${timeline.isPlaying.value}
        ?still=${matchMedia('(prefers-reduced-motion: reduce)').matches}
        @choose-step=${({ detail }: CustomEvent<{ step: number | null }>) => {
          timeline.pause();
          timeline.choose(detail.step);
        }}
        @move-step=${({ detail }: CustomEvent<{ by: number }>) => {
          timeline.pause();
          timeline.move(detail.by);
        }}
        @play=${({ detail }: CustomEvent<{ isPlaying: boolean }>) => (detail.isPlaying ? timeline.play() : timeline.pause())}
      ></step-slider>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'timeline-bar': TimelineBar;
  }
}
