/** Elements that are sections of one cell: headings, spaces between, and the width of what explains. */
import { css } from 'lit';

export const sections = css`
  :host {
    display: block;
    min-width: 0;
  }
  section {
    margin-bottom: 2rem;
  }
  h3 {
    font-size: 1.1rem;
  }
  .explain {
    max-width: 46em;
  }
`;
