/** A small strict reader of XML without DTDs, for SVG text in tests: tags must nest, attributes be quoted and unique, and entities be known. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const TOKEN = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The root of a document. Throws where it is not well-formed. */
export function readXml(text: string): XmlElement {
  const root = { name: '', attributes: {}, children: [] as (XmlElement | string)[] };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw new Error(`not XML at ${at}: ${text.slice(at, at + 60)}`);
    const [, isEnd, name = '', attributes = '', isEmpty, words] = match;
    if (words !== undefined) {
      if (open.length > 1) parent.children.push(decoded(words));
      else if (words.trim() !== '') throw new Error(`text outside the root: ${words}`);
    } else if (isEnd === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [] };
      parent.children.push(element);
      if (isEmpty !== '/') open.push(element);
    }
  }
  const [only, second] = root.children;
  if (open.length !== 1 || only === undefined || typeof only === 'string' || second !== undefined) throw new Error('expected one whole root');
  return only;
}

/** All elements below one, in order. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    yield child;
    yield* elementsOf(child);
  }
}

/** The text below an element. */
export function textIn(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`two attributes ${name}`);
    attributes[name] = decoded(value);
  }
  return attributes;
}

function decoded(text: string): string {
  // What XML 1.0 cannot hold.
  if ([...text].some((letter) => (letter < ' ' && !'\t\n\r'.includes(letter)) || letter === '\uFFFE' || letter === '\uFFFF'))
    throw new Error('a character that XML cannot hold');
  return text.replaceAll(/&([^;]*;?)/g, (_, name: string) => {
    const letter = ENTITIES[name.replace(/;$/, '')];
    if (letter === undefined || !name.endsWith(';')) throw new Error(`an entity that is none: &${name}`);
    return letter;
  });
}
