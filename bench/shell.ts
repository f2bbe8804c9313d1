/** Both ends of the talk with a column: the shell that answers calls, and the port that makes them. Over workers and over Node processes alike. */
import { makeColumn } from './column.ts';
import type { CallMessage, ReplyMessage } from './protocol.ts';

/** Answers calls one after the other, in the order in which they come. */
export function serveColumn(post: (reply: ReplyMessage) => void): (message: CallMessage) => void {
  const column = makeColumn();
  let last: Promise<unknown> = Promise.resolve();
  return ({ id, name, args }) => {
    last = last.then(async () => {
      try {
        post({ id, result: await column.answer(name, args) });
      } catch (error) {
        post({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  };
}
