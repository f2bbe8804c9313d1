/** The typed way from a call message to its handler and back: every call of protocol.ts is answered once, by its id. */
import { toWireError } from '../src/lib/errors.ts';
import type { CallMessage, CallName, Calls, Handlers, ReplyMessage } from './protocol.ts';

/** Runs the handler of a call and gives the answer to post, with what to transfer instead of copy. Never rejects. */
export async function answer(handlers: Handlers, message: CallMessage): Promise<{ reply: ReplyMessage; transfer: ArrayBuffer[] }> {
  try {
    const value = await dispatch(handlers, message);
    return { reply: { type: 'reply', id: message.id, value }, transfer: buffersOf(value) };
  } catch (thrown) {
    return { reply: { type: 'failure', id: message.id, error: toWireError(thrown) }, transfer: [] };
  }
}

function dispatch<K extends CallName>(handlers: Handlers, { name, args }: CallMessage): Promise<Calls[CallName]['out']> {
  // By K, `name` and `args` belong to one call; TypeScript cannot follow a union through an index, so it is told once, here.
  const handler = handlers[name as K] as ((args: Calls[K]['in']) => Promise<Calls[K]['out']>) | undefined;
  if (handler === undefined) return Promise.reject(new Error(`internal: no call ${String(name)}`));
  return handler(args as Calls[K]['in']);
}

/** Buffers of the big arrays in a reply: exported bytes and the map of an attribution. Both are made for the reply and not used here again. */
function buffersOf(value: Calls[CallName]['out']): ArrayBuffer[] {
  if ('bytes' in value) return [value.bytes.buffer as ArrayBuffer];
  if ('map' in value) return [value.map.buffer as ArrayBuffer];
  return [];
}
