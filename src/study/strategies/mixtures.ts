/**
 * The mixtures of S2H as data: which records of which level, in which proportion, seen how often. Counts of spec/s2h section 5; the paper's sections
 * 2.4, C.1 (Algorithm 1) and I.2, I.3; options 1 to 9 of the authors' scripts/combine_data.py (github.com/princeton-pli/VLM_S2H at 9cba59a).
 *
 * A share counts units: N = unit x (sum of shares) x epochs, so Mix+ (shares 1, 1, 1 and 3) has N/6 rows of each SIMPLE kind and N/2 HARD rows. A
 * component with share s and repeats r has unit x s rows in an epoch and unit x s / r unique examples: Image-via-Text+ shows N/6 examples 3 times
 * inside one epoch. u, the number of unique SIMPLE examples, is the same for every kind of a mixture; all kinds show the same examples.
 */
import type { RecordKind } from '../../tasks/task.ts';
import type { MixtureId } from './ids.ts';

export interface ComponentRecipe {
  /** `hard` is what an option may turn into MEDIUM. */
  readonly level: 'simple' | 'hard';
  readonly kind: RecordKind;
  readonly share: number;
  /** How often each unique example stands in one epoch. */
  readonly repeats: number;
}

export interface MixtureRecipe {
  /** As the paper writes it. */
  readonly title: string;
  readonly summary: string;
  readonly components: readonly ComponentRecipe[];
  /** Passes over the data, reshuffled each time: the authors' code. */
  readonly epochs: number;
  /** The same by Algorithm 1, which has u = N for Text and Image; C.1.1 and the code pass over less data 2 and 3 times (spec/s2h 9.11). */
  readonly algorithmEpochs: number;
  /** `--option` of scripts/combine_data.py by epochs; empty where only the paper, or nobody, has it. */
  readonly codeOptions: readonly { readonly option: number; readonly epochs: number }[];
  readonly source: string;
}

const simple = (kind: RecordKind, share = 1, repeats = 1): ComponentRecipe => ({ level: 'simple', kind, share, repeats });
const hard = (kind: RecordKind, share: number): ComponentRecipe => ({ level: 'hard', kind, share, repeats: 1 });

const FIGURE_22 = 'S2H section I.2, Figure 22; its counts are ours: u = N/6 as in Mix+';

/**
 * Mixtures of a counted phase. `+` adds N/2 HARD text. The paper names what Figure 22 puts in Mix's place only as "different types", so all seven sets
 * of kinds are here. Ours in them: whole examples are repeated by index, where Algorithm 1 would cut one shuffled list of all kinds.
 */
export const MIXTURES = {
  text: {
    title: 'Text',
    summary: 'SIMPLE problems as text.',
    components: [simple('text')],
    epochs: 2,
    algorithmEpochs: 1,
    codeOptions: [{ option: 2, epochs: 2 }],
    source: 'S2H sections 2.4, C.1.1',
  },
  image: {
    title: 'Image',
    summary: 'SIMPLE problems as pictures.',
    components: [simple('image')],
    epochs: 3,
    algorithmEpochs: 1,
    codeOptions: [
      { option: 4, epochs: 3 },
      { option: 3, epochs: 2 },
    ],
    source: 'S2H sections 2.4, C.1.1',
  },
  'text+image': {
    title: 'Text+Image',
    summary: 'SIMPLE problems as text and, separately, as pictures.',
    components: [simple('text'), simple('image')],
    epochs: 1.5,
    algorithmEpochs: 1.5,
    codeOptions: [{ option: 5, epochs: 1.5 }],
    source: 'S2H sections 2.4, C.1.1',
  },
  'image-via-text': {
    title: 'Image-via-Text',
    summary: 'SIMPLE pictures that are first converted to text, then solved.',
    components: [simple('image-via-text')],
    epochs: 3,
    algorithmEpochs: 3,
    codeOptions: [{ option: 1, epochs: 3 }],
    source: 'S2H sections 2.4, C.1.1 (Algorithm 1 adds text and image rows by mistake)',
  },
  'text+image-via-text': {
    title: 'Text+Image-via-Text',
    summary: 'SIMPLE problems as text, and pictures that are converted first.',
    components: [simple('text'), simple('image-via-text')],
    epochs: 1.5,
    algorithmEpochs: 1.5,
    codeOptions: [{ option: 8, epochs: 1 }],
    source: 'ours, with the epochs of Text+Image; Align- has one epoch of it',
  },
  'image+image-via-text': {
    title: 'Image+Image-via-Text',
    summary: 'SIMPLE pictures, solved at once and after conversion.',
    components: [simple('image'), simple('image-via-text')],
    epochs: 1.5,
    algorithmEpochs: 1.5,
    codeOptions: [],
    source: 'ours, with the epochs of Text+Image',
  },
  mix: {
    title: 'Mix',
    summary: 'SIMPLE problems as text, as pictures and as pictures that are converted first, in equal parts.',
    components: [simple('text'), simple('image'), simple('image-via-text')],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [{ option: 6, epochs: 1 }],
    source: 'S2H sections 2.4, C.1.1',
  },
  'text+': {
    title: 'Text+',
    summary: 'SIMPLE text, each example 3 times, and HARD text: no pictures at all.',
    components: [simple('text', 3, 3), hard('text', 3)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: FIGURE_22,
  },
  'image+': {
    title: 'Image+',
    summary: 'SIMPLE pictures, each example 3 times, and HARD text.',
    components: [simple('image', 3, 3), hard('text', 3)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: FIGURE_22,
  },
  'text+image+': {
    title: 'Text+Image+',
    summary: 'SIMPLE text and pictures, each example 1.5 times on average, and HARD text.',
    components: [simple('text', 3, 1.5), simple('image', 3, 1.5), hard('text', 6)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: FIGURE_22,
  },
  'image-via-text+': {
    title: 'Image-via-Text+',
    summary: 'SIMPLE pictures that are converted first, each example 3 times, and HARD text.',
    components: [simple('image-via-text', 3, 3), hard('text', 3)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [{ option: 9, epochs: 1 }],
    source: 'S2H sections 4, C.1.2',
  },
  'text+image-via-text+': {
    title: 'Text+Image-via-Text+',
    summary: 'SIMPLE text and converted pictures, each example 1.5 times on average, and HARD text.',
    components: [simple('text', 3, 1.5), simple('image-via-text', 3, 1.5), hard('text', 6)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: FIGURE_22,
  },
  'image+image-via-text+': {
    title: 'Image+Image-via-Text+',
    summary: 'SIMPLE pictures, solved at once and after conversion, each example 1.5 times on average, and HARD text.',
    components: [simple('image', 3, 1.5), simple('image-via-text', 3, 1.5), hard('text', 6)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: FIGURE_22,
  },
  'mix+': {
    title: 'Mix+',
    summary: 'Mix on SIMPLE problems, and as many rows of HARD text.',
    components: [simple('text'), simple('image'), simple('image-via-text'), hard('text', 3)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [{ option: 7, epochs: 1 }],
    source: 'S2H sections 4, C.1.2',
  },
  'simple-and-hard-image': {
    title: 'SIMPLE and HARD Image',
    summary: 'Pictures of both levels in equal parts. The authors add them to their 1.8 M instruction data, which is not here.',
    components: [simple('image'), hard('image', 1)],
    epochs: 1,
    algorithmEpochs: 1,
    codeOptions: [],
    source: 'S2H section G.6, Table 9',
  },
} as const satisfies Record<MixtureId, MixtureRecipe>;

/** Text warm-up of tasks where HARD text has to be taught (S2H sections C.1.3, G.5). */
export const WARM_UP: readonly ComponentRecipe[] = [simple('text'), hard('text', 1)];
/** Text warm-up of tasks that generalise on text: SIMPLE text alone (section G.5; the second share keeps N the same). */
export const WARM_UP_SIMPLE: readonly ComponentRecipe[] = [simple('text', 2)];
/**
 * Units of the authors' instruction data beside the two units above, when the warm-up internalises the CoT: equal thirds (section I.7.3). The data are
 * a random sample of the 1.8 M rows that Eagle was tuned on; they cannot be generated.
 */
export const WARM_UP_EXTERNAL_SHARE = 1;
