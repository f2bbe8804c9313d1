/** Makes and draws examples for the page; a thin shell over study/example-forms.ts. */
import { toWireError } from '../src/lib/errors.ts';
import { formsAt, galleryAt, pixelsAt } from '../src/study/example-forms.ts';
import type { ExampleCallMessage, ExampleHandlers, ExampleReply } from './example-protocol.ts';

const handlers: ExampleHandlers = {
  forms: ({ key, spec, profile }) => formsAt(key, spec, profile),
  gallery: ({ key, spec, count }) => galleryAt(key, spec, count),
  pixels: ({ key, spec }) => pixelsAt(key, spec),
};

function reply(message: ExampleReply): void {
  postMessage(message);
}

function answer(message: ExampleCallMessage): ExampleReply {
  switch (message.name) {
    case 'forms':
      return { id: message.id, value: handlers.forms(message.args) };
    case 'gallery':
      return { id: message.id, value: handlers.gallery(message.args) };
    case 'pixels':
      return { id: message.id, value: handlers.pixels(message.args) };
    default:
      return message satisfies never;
  }
}

addEventListener('message', (event: MessageEvent<ExampleCallMessage>) => {
  try {
    reply(answer(event.data));
  } catch (thrown) {
    reply({ id: event.data.id, error: toWireError(thrown) });
  }
});
