/** A row of settings with the button that asks for something, as Why and Result have it. */
import { css } from 'lit';

export const ask = css`
  .ask {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.7rem 1rem;
    margin: 0.8rem 0;
  }
`;
