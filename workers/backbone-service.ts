/** What the backbone worker does for each call of backbone-protocol.ts, without the worker: one backbone, one call at a time. */
import { toWireError } from '../src/lib/errors.ts';
import type { Backbone, BackboneShape } from '../src/study/smarter/backbone.ts';
import type { BackboneCallMessage, BackboneCalls, BackboneChoice, BackboneHandlers, FromBackboneWorker } from './backbone-protocol.ts';

export interface OpenedBackbone {
  readonly backbone: Backbone;
  readonly device: string;
  readonly warnings: readonly string[];
}

/** @param open - opens a backbone and tells the progress of its downloads. */
export function makeBackboneService(open: (choice: BackboneChoice) => Promise<OpenedBackbone>): BackboneHandlers {
  let backbone: Backbone | null = null;
  let work: Promise<unknown> = Promise.resolve();

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = work.then(task);
    work = result.catch(() => undefined); // whoever asked hears of it
    return result;
  }

  function loaded(): Backbone {
    if (backbone === null) throw new Error('internal: no backbone is loaded');
    return backbone;
  }

  return {
    load: ({ choice }) =>
      inTurn(async () => {
        backbone?.dispose();
        backbone = null;
        const { backbone: opened, device, warnings } = await open(choice);
        backbone = opened;
        return { shape: shapeOf(opened), device, warnings };
      }),
    images: ({ pictures }) => inTurn(() => loaded().images(pictures)),
    texts: ({ questions }) => inTurn(() => loaded().texts(questions)),
    dispose: () =>
      inTurn(() => {
        backbone?.dispose();
        backbone = null;
        return Promise.resolve(null);
      }),
  };
}

function shapeOf({ id, title, imageDim, tokenDim, textDim, textLength }: BackboneShape): BackboneShape {
  return { id, title, imageDim, tokenDim, textDim, textLength };
}

/** The answer to post, with what to transfer. Never rejects. */
export async function answerBackbone(
  handlers: BackboneHandlers,
  message: BackboneCallMessage,
): Promise<{ reply: FromBackboneWorker; transfer: ArrayBuffer[] }> {
  const { id } = message;
  try {
    const value = await dispatch(handlers, message);
    return { reply: { id, value }, transfer: buffersOf(value) };
  } catch (thrown) {
    return { reply: { id, error: toWireError(thrown) }, transfer: [] };
  }
}

function dispatch(handlers: BackboneHandlers, message: BackboneCallMessage): Promise<BackboneCalls[keyof BackboneCalls]['out']> {
  switch (message.name) {
    case 'load':
      return handlers.load(message.args);
    case 'images':
      return handlers.images(message.args);
    case 'texts':
      return handlers.texts(message.args);
    case 'dispose':
      return handlers.dispose(message.args);
    default:
      return message satisfies never;
  }
}

/** Made for the reply and not used here again. */
function buffersOf(value: BackboneCalls[keyof BackboneCalls]['out']): ArrayBuffer[] {
  if (value === null || 'shape' in value) return [];
  const arrays = 'pooled' in value ? [value.pooled, value.tokens] : [value.states, value.mask];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
