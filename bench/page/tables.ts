/** A measurement as tables of the page. Makes elements only; no markup strings, which the page's policy blocks. */
import { FIELDS, gemmHead, gemmLine, headline, missingText, PROFILE_HEAD, profileLine } from '../report.ts';
import type { Measurement } from '../measurement.ts';

/** What a reader sees of a measurement; the caller puts it into the page. */
export function measurementElements(m: Measurement): HTMLElement[] {
  const notes = m.rows.flatMap(({ label, note }) => (note === null ? [] : [`${label}: ${note}.`]));
  const parts = [
    ...m.faults.map((fault) => paragraph(fault, 'fault')),
    table(
      headline(m),
      FIELDS.map(({ head }) => head),
      m.rows.map((row) => FIELDS.map(({ text }) => text(row))),
    ),
    ...[...notes, ...m.missing.map(missingText)].map((text) => paragraph(text, 'quiet')),
  ];
  if (m.gemm !== null) {
    const head = gemmHead(m.gemm.shapes);
    parts.push(
      table('Single float32 matrix products on WebGPU', head, m.gemm.rows.map(gemmLine)),
      ...m.gemm.missing.map((row) => paragraph(missingText(row), 'quiet')),
    );
  }
  if (m.profile !== null) parts.push(table(`Our captured step, kernel by kernel. ${m.profile.note}`, PROFILE_HEAD, m.profile.times.map(profileLine)));
  return parts;
}

function paragraph(text: string, className: string): HTMLElement {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

/** Scrolls sideways by itself on narrow screens, also by keyboard. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', title);
  const element = scroll.appendChild(document.createElement('table'));
  element.createCaption().textContent = title;
  const headRow = element.createTHead().insertRow();
  for (const text of head) headRow.append(cell('th', text, 'col'));
  const body = element.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, i) => line.append(i === 0 ? cell('th', text, 'row') : cell('td', text)));
  }
  return scroll;
}

function cell(tag: 'th' | 'td', text: string, scope?: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (scope !== undefined) element.setAttribute('scope', scope);
  return element;
}
