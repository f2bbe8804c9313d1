/**
 * The text of an answer that a file keeps as the chat service sent it. Four forms are read, those that the services document:
 *
 *   batch response    {status_code, body: {choices: …}}                        OpenAI's batches, as `response` beside `custom_id`
 *   chat completion   {choices: [{message: {role, content}}]}, or that list    the first choice; plain completions have `text` in place of `message`
 *   messages          {messages: [{role, content}, …]}, or that list           the last message of the assistant
 *   message           {role: 'assistant', content}, {message: …}, or parts     Anthropic's; its batches have it in `result` beside `custom_id`
 *
 * `content` is a text or a list of parts, of which those with a text are joined: what a model thought is no answer. No content (a refusal, the call of a tool) is an empty
 * answer. A request that failed (an error in place of the answer) has none. Anything else is refused: as JSON it could only be scored wrong.
 */

export const CHAT_FORMS = ['batch response', 'chat completion', 'messages', 'message'] as const;
export type ChatForm = (typeof CHAT_FORMS)[number];

export interface ChatText {
  readonly text: string;
  readonly form: ChatForm;
}

/** Null for an object of no such form. */
export function chatTextIn(value: unknown): ChatText | null {
  if (Array.isArray(value)) {
    const first = fieldsOf(value[0]);
    if (first.has('role')) return found('messages', lastAnswer(value));
    return first.has('type') ? found('message', textOfParts(value)) : found('chat completion', choiceText(value[0]));
  }
  const fields = fieldsOf(value);
  if (fields.has('body')) return found('batch response', chatTextIn(fields.get('body'))?.text ?? null);
  for (const list of ['choices', 'messages']) if (Array.isArray(fields.get(list))) return chatTextIn(fields.get(list));
  return found('message', messageText(fields.get('message') ?? value));
}

/** Ends of a request of a batch of Anthropic's that bring no message. */
const FAILED_TYPES: readonly unknown[] = ['errored', 'expired', 'canceled'];

/** Whether it tells of an error in place of an answer: `{error: …}` itself or as the body of a response, or a result that ended in one. */
export function isFailedRequest(value: unknown): boolean {
  const fields = fieldsOf(value);
  if ((fields.get('error') ?? null) !== null || FAILED_TYPES.includes(fields.get('type'))) return true;
  return fields.has('body') && isFailedRequest(fields.get('body'));
}

function found(form: ChatForm, text: string | null): ChatText | null {
  return text === null ? null : { text, form };
}

function choiceText(choice: unknown): string | null {
  const fields = fieldsOf(choice);
  const text = fields.get('text');
  return typeof text === 'string' ? text : messageText(fields.get('message'));
}

function lastAnswer(messages: readonly unknown[]): string | null {
  return messageText(messages.findLast((message) => fieldsOf(message).get('role') === 'assistant'));
}

function messageText(message: unknown): string | null {
  const fields = fieldsOf(message);
  const content = fields.get('content');
  if (content === undefined || (fields.get('role') ?? 'assistant') !== 'assistant') return null;
  if (content === null || typeof content === 'string') return content ?? '';
  return Array.isArray(content) ? textOfParts(content) : null;
}

function textOfParts(parts: readonly unknown[]): string {
  return parts
    .map((part) => fieldsOf(part).get('text'))
    .filter((text) => typeof text === 'string')
    .join('');
}

/** Named values of an object; none of anything else. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}
