/** Short names for runs, so that people can speak of "amber fox" instead of a number. The same start gives the same name. */
import { hash64Hex } from '../../lib/hash.ts';

const COLOURS = 'amber azure coral ivory jade lilac linen mauve ochre olive pearl ruby rust sable sage sand slate teal topaz umber'.split(' ');
const ANIMALS =
  'badger crane curlew dormouse egret finch fox hare heron ibis kestrel lark lynx marten newt otter plover robin stoat swift tern vole wren'.split(
    ' ',
  );

/** A name made from `seed` that is not in `taken`. */
export function runNameOf(seed: string, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt++) {
    const hash = Number.parseInt(hash64Hex(`${seed} ${attempt}`).slice(0, 8), 16);
    const colour = COLOURS[hash % COLOURS.length] ?? 'plain';
    const animal = ANIMALS[Math.floor(hash / COLOURS.length) % ANIMALS.length] ?? 'run';
    const name = attempt < 20 ? `${colour} ${animal}` : `${colour} ${animal} ${attempt}`;
    if (!taken.has(name)) return name;
  }
}
