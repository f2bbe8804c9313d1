/** Makes and draws examples for the page; a thin shell over study/example-forms.ts. */
import { toWireError } from '../src/lib/errors.ts';
import { formsAt, pixelsAt } from '../src/study/example-forms.ts';
import type { ExampleCallMessage, ExampleHandlers, ExampleReply } from './example-protocol.ts';

const handlers: ExampleHandlers = {
  forms: ({ key, config, profile, marksEnds }) => formsAt(key, config, profile, marksEnds),
  pixels: ({ key, config }) => pixelsAt(key, config),
};

function reply(message: ExampleReply): void {
  postMessage(message);
}

function answer(message: ExampleCallMessage): ExampleReply {
  switch (message.name) {
    case 'forms':
      return { id: message.id, value: handlers.forms(message.args) };
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
