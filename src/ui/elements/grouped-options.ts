/** A long list of choices for a `<select>`, under the titles of its groups. */
import { html } from 'lit';
import type { OptionGroup } from '../../study/run-spec-fields.ts';

/**
 * Groups without an offered option are left out.
 *
 * @param offered - what may be chosen, of all that the groups hold.
 * @param titleOf - how an option is called.
 */
export function groupedOptions<T extends string>(
  groups: readonly OptionGroup<T>[],
  offered: readonly T[],
  chosen: unknown,
  titleOf: (id: T) => string,
) {
  return groups
    .map(({ title, ids }) => ({ title, ids: ids.filter((id) => offered.includes(id)) }))
    .filter(({ ids }) => ids.length > 0)
    .map(({ title, ids }) => html`<optgroup label=${title}>${ids.map((id) => option(id, titleOf(id), id === chosen))}</optgroup>`);
}

/** One choice of a `<select>`. */
export function option(id: string, title: string, isChosen: boolean) {
  return html`<option value=${id} .selected=${isChosen}>${title}</option>`;
}
