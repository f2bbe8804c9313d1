/** Makes tokens of the compact profile; `line` and `column` are the cell of the grid that a prompt shows, 0 = none. */
import type { CompactToken, TokenKind } from './task.ts';

export function token(text: string, kind: TokenKind, line = 0, column = 0): CompactToken {
  return { text, kind, line, column };
}
