/** A loss, norm or weight that is NaN or infinite: the run ends, the last checkpoint stays. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
}
