/** What the page is, its keyboard shortcuts, and the switch that turns them off. */
import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { areShortcutsOn, setShortcuts, SHORTCUTS } from '../services/shortcuts.ts';
import type { ShortcutAction } from '../services/shortcuts.ts';
import { SignalController } from '../services/signal-controller.ts';
import { controls, dialogs, prose } from '../styles/shared.ts';

const WORDS: Readonly<Record<ShortcutAction, string>> = {
  'next-cell': 'Next cell',
  'previous-cell': 'Previous cell',
  'play-pause': 'Train, pause or resume',
  step: 'One step (while paused)',
  'previous-example': 'Previous example',
  'next-example': 'Next example',
  theme: 'Switch the theme',
  share: 'Share',
  help: 'This help',
};

@customElement('help-dialog')
export class HelpDialog extends LitElement {
  static override styles = [
    controls,
    prose,
    dialogs,
    css`
      dialog {
        width: min(40rem, calc(100vw - 2rem));
      }
      ol {
        padding-left: 1.3rem;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.3rem 1rem;
        margin: 0.6rem 0 1rem;
      }
      dd {
        margin: 0;
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.5em;
      }
      .foot {
        display: flex;
        justify-content: flex-end;
        margin-top: 1rem;
      }
    `,
  ];

  readonly signals = new SignalController(this, () => areShortcutsOn.value);

  open(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    dialog?.showModal();
    dialog?.scrollTo(0, 0); // the focus is on Close, at the end
  }

  override render() {
    return html`<dialog aria-labelledby="help-title">
      <h2 id="help-title">How to use this notebook</h2>
      <ol>
        <li>
          Example: choose a task and see it as a picture and as text, simple and hard. Point at a line of the chain of thought, a word or a place in
          the picture: what belongs to it lights up. A click holds it, <kbd>Esc</kbd> lets go, the arrow keys walk from line to line.
        </li>
        <li>Train: choose what the model is shown, press Train, watch the loss.</li>
        <li>Result: compare runs on simple and harder examples, and open one again.</li>
        <li>Why: measure losses and gradients of the open run, and list its wrong answers by kind.</li>
        <li>Figures: the paper’s figures beside recorded ones of ours; make any of them here. Recorded runs open in Why and Look.</li>
        <li>Look: click a word of an answer and see where in the picture its loss comes from.</li>
        <li>Puzzles: try picture puzzles, train a small reasoner on them, and see what it looks at.</li>
        <li>Data in: score the answers of other models on data sets in the paper’s formats.</li>
      </ol>
      <p>Runs are kept in this browser. Close the tab whenever you like; on return you can resume.</p>
      <h3>Keys</h3>
      <dl>
        ${SHORTCUTS.map(
          ({ keys, action }) =>
            html`<dt><kbd>${keys}</kbd></dt>
              <dd>${WORDS[action]}</dd>`,
        )}
      </dl>
      <label
        ><input type="checkbox" .checked=${areShortcutsOn.value} @change=${() => setShortcuts(!areShortcutsOn.value)} />Single-key shortcuts are
        on</label
      >
      <form method="dialog" class="foot"><button autofocus>Close</button></form>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'help-dialog': HelpDialog;
  }
}
