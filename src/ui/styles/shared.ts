/** Styles that every component takes: controls, tables, notes. Colours come from tokens.css through custom properties, which cross shadow roots. */
import { css } from 'lit';

export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
    border-radius: 3px;
  }

  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4em;
    min-height: 2.1rem;
    padding: 0.25rem 0.8rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: 0.93rem;
    line-height: 1.3;
    cursor: pointer;
  }

  button:hover:not(:disabled) {
    border-color: var(--accent);
    background: var(--accent-wash);
  }

  button:disabled {
    opacity: 0.5;
    cursor: default;
  }

  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-ink);
    font-weight: 600;
  }

  button.primary:hover:not(:disabled) {
    background: color-mix(in oklab, var(--accent) 86%, var(--ink));
  }

  button.plain {
    border-color: transparent;
    background: none;
    color: var(--accent);
  }

  select,
  input:not([type='range'], [type='checkbox'], [type='radio']) {
    min-height: 2.1rem;
    padding: 0.2rem 0.5rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: 0.93rem;
  }

  input[type='number'] {
    width: 7.5em;
  }

  input[type='range'] {
    accent-color: var(--accent);
    min-height: 1.5rem;
  }

  input[type='checkbox'],
  input[type='radio'] {
    accent-color: var(--accent);
    inline-size: 1.05rem;
    block-size: 1.05rem;
    margin: 0;
  }

  [aria-invalid='true'] {
    border-color: var(--bad) !important;
    border-width: 2px !important;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const prose = css`
  :host {
    font: 1rem/1.6 var(--sans);
    font-variant-numeric: tabular-nums;
    color: var(--ink);
  }

  h3 {
    margin: 0 0 0.4rem;
    font: 600 1rem/1.35 var(--sans);
  }

  p {
    margin: 0 0 0.8rem;
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  code,
  kbd {
    font-family: var(--mono);
    font-size: 0.9em;
  }

  kbd {
    padding: 0.05em 0.4em;
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: 4px;
    background: var(--surface);
  }

  .soft {
    color: var(--ink-soft);
  }

  .small {
    font-size: 0.88rem;
    line-height: 1.5;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.6rem 0.9rem;
  }

  .panel {
    padding: 1rem 1.1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .note {
    padding: 0.7rem 1rem;
    border-left: 3px solid var(--line-strong);
    background: var(--sunken);
  }

  .warn {
    border-left-color: var(--warn);
    background: var(--warn-wash);
  }

  .bad {
    border-left-color: var(--bad);
    background: var(--bad-wash);
  }

  .note > :last-child,
  .panel > :last-child {
    margin-bottom: 0;
  }

  summary {
    padding: 0.25rem 0;
    color: var(--accent);
    cursor: pointer;
  }
`;

export const tables = css`
  .scroll {
    position: relative;
    overflow-x: auto;
  }

  table {
    border-collapse: collapse;
    font-size: 0.92rem;
    line-height: 1.4;
  }

  caption {
    padding-bottom: 0.4rem;
    color: var(--ink-soft);
    text-align: left;
  }

  th,
  td {
    padding: 0.35rem 0.8rem 0.35rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: baseline;
  }

  thead th {
    border-bottom-color: var(--line-strong);
    color: var(--ink-soft);
    font-weight: 500;
  }

  tbody th {
    font-weight: 500;
  }

  .number {
    text-align: right;
    white-space: nowrap;
  }
`;

/** One class per run style: colour and dash, so that colour is never the only sign. */
export const runStyles = css`
  .run-0 {
    --run: var(--run-1);
  }
  .run-1 {
    --run: var(--run-2);
  }
  .run-2 {
    --run: var(--run-3);
  }
  .run-3 {
    --run: var(--run-4);
  }
  .run-4 {
    --run: var(--run-5);
  }
  .run-5 {
    --run: var(--run-6);
  }
  .run-6 {
    --run: var(--run-7);
  }
`;

/** The frame of a modal dialog; its width is its own. */
export const dialogs = css`
  dialog {
    padding: 1.4rem;
    border: 1px solid var(--line-strong);
    border-radius: 10px;
    background: var(--surface);
    color: var(--ink);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog h2 {
    margin: 0 0 0.6rem;
    font: 500 1.35rem/1.2 var(--serif);
  }
`;

/** SVG and canvas dashes of the run styles, in px. */
export const RUN_DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 5], [1, 3]];
