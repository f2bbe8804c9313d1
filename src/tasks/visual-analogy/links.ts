/** How the forms of a puzzle belong together: each panel is a region; x(t) has a span for each panel, the CoT one for each line that speaks of panels (ours). */
import type { ExampleLinks, Profile, Region, Span } from '../task.ts';
import { compactCotLines, compactTextLines } from './compact.ts';
import { cotLines, textLines } from './paper.ts';
import { PANEL_BOXES, panelWords } from './scenes.ts';
import { allPanels, SLOTS } from './slots.ts';
import type { AnalogyTruth } from './truth.ts';

/** The example in one sentence. */
export function describeAnalogy({ examples, query, answer }: AnalogyTruth): string {
  const [first, second] = examples.map(({ pattern }) => pattern.domain);
  const { domain, relation } = query.pattern;
  const inExamples = first === second ? `on ${first ?? ''} in both examples` : `on ${first ?? ''} in example 1, on ${second ?? ''} in example 2`;
  return `${relation} ${inExamples}, and on ${domain} in the query: option ${answer}.`;
}

/** No marks: the one thing to frame would be the answer. */
export function analogyLinks(truth: AnalogyTruth, profile: Profile): ExampleLinks {
  return {
    regions: regionsOf(truth, profile),
    text: joined(profile === 'paper' ? spansOf(textLines(truth)) : tokenSpans(compactTextLines(truth))),
    cot: profile === 'paper' ? spansOf(cotLines(truth)) : tokenSpans(compactCotLines(truth)),
    marks: [],
  };
}

function regionsOf(truth: AnalogyTruth, profile: Profile): Region[] {
  return allPanels(truth).map((panel, i) => {
    const [slot, box] = [SLOTS[i], PANEL_BOXES[profile][i]];
    if (slot === undefined || box === undefined) throw new Error(`internal: regionsOf: no panel ${i}`);
    return { id: slot.id, label: `${slot.label}: ${panelWords(panel)}`, x: box.x, y: box.y, width: box.sidePx, height: box.sidePx };
  });
}

interface PanelLine {
  readonly text: string;
  readonly panels: readonly string[];
}

/** Lines divided by line breaks. */
function spansOf(lines: readonly PanelLine[]): Span[] {
  return spansBetween(lines, 1);
}

/** Lines that end with their own newline token, divided by blanks; the newline and the blank before it are not part of the span. */
function tokenSpans(lines: readonly { readonly tokens: readonly { readonly text: string }[]; readonly panels: readonly string[] }[]): Span[] {
  const newline = ' \n ';
  const texts = lines.map(({ tokens, panels }) => ({
    text: tokens
      .slice(0, -1)
      .map(({ text }) => text)
      .join(' '),
    panels,
  }));
  return spansBetween(texts, newline.length);
}

function spansBetween(lines: readonly PanelLine[], gap: number): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const { text, panels } of lines) {
    if (panels.length > 0) spans.push({ from, to: from + text.length, regions: panels });
    from += text.length + gap;
  }
  return spans;
}

/** Neighbouring spans of one panel, its heading and its values, become one. */
function joined(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && last.regions.join() === span.regions.join()) whole[whole.length - 1] = { ...last, to: span.to };
    else whole.push(span);
  }
  return whole;
}
