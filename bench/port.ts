/** Typed calls over any pair of "post a message" and "a message came". */
import type { CallMessage, Calls, Port, ReplyMessage } from './protocol.ts';

export interface Channel {
  post(message: CallMessage): void;
  end(): void;
}

export interface OpenPort {
  readonly port: Port;
  /** To be told of every reply, and once when the other end has died. */
  onReply(reply: ReplyMessage): void;
  onDeath(reason: string): void;
}

export function makePort(channel: Channel): OpenPort {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let death: string | null = null;
  const die = (reason: string): void => {
    death ??= reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  return {
    port: {
      call<N extends keyof Calls>(name: N, args: Calls[N]['args']): Promise<Calls[N]['result']> {
        if (death !== null) return Promise.reject(new Error(death));
        nextId += 1;
        const id = nextId;
        const reply = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
        channel.post({ id, name, args });
        return reply as Promise<Calls[N]['result']>;
      },
      end() {
        channel.end();
        die('ended');
      },
    },
    onReply(reply) {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('error' in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.result);
    },
    onDeath: die,
  };
}
