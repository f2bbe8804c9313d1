/**
 * From a strategy and N to concrete phases with counts: `planOf('align-mix+', { task: 'table-readout', rows: 120_000, seed: 0 })`.
 *
 * N counts rows seen (rows x epochs) in the counted phase. `exact`: the unit of the shares is N / (sum of shares x epochs), rounded down, and rows that
 * are left over begin one more epoch, so exactly N rows are seen. `thousands`: every count as scripts/combine_data.py of the authors computes it (at
 * 9cba59a), so fewer than N rows may be seen.
 *
 * Selection: the authors shuffle a file of each kind with one seed and take the first rows, in every phase. Our examples are independent draws by index,
 * so each component uses the indices 0..unique-1 of its level; all kinds of a level, and all phases, share the same first examples, as theirs do.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { PhaseRecipe, Strategy } from './catalogue.ts';
import { STRATEGIES } from './catalogue.ts';
import type { CotMode } from './cot.ts';
import { hasRowsToInternalise, isInternalised, MIN_INTERNALISED_ROWS } from './cot.ts';
import { codeCounts, divisorOf, exactCounts, presentRows, smallestOf } from './counts.ts';
import type { ComponentPlan, Parts } from './counts.ts';
import type { PhaseName, StrategyId } from './ids.ts';
import { STRATEGY_IDS } from './ids.ts';
import type { MixtureRecipe } from './mixtures.ts';
import { MIXTURES, WARM_UP_EXTERNAL_SHARE, WARM_UP_SIMPLE } from './mixtures.ts';
import { optionsOf } from './options.ts';
import type { StrategyOptions, StrategyTask } from './options.ts';
import { checkRequest } from './request.ts';

export interface StrategyRequest extends Partial<StrategyOptions> {
  readonly task: StrategyTask;
  /** N. */
  readonly rows: number;
  readonly seed: number;
}

export interface PhasePlan {
  readonly name: PhaseName;
  readonly title: string;
  readonly components: readonly ComponentPlan[];
  readonly rowsPerEpoch: number;
  /** As intended; `rows / rowsPerEpoch` is a little more when rows were left over. */
  readonly epochs: number;
  /** Rows of the stream that the phase is cut from: all of it, except for Mix→Mix+. */
  readonly streamRows: number;
  /** Where in its stream the phase begins. */
  readonly firstRow: number;
  /** Rows seen in the phase. */
  readonly rows: number;
  /** Rows of data that are not here, and are left out. */
  readonly leftOutRows: number;
  readonly isCounted: boolean;
  readonly isContinuation: boolean;
  readonly trained: PhaseRecipe['trained'];
  readonly order: StrategyOptions['order'];
  /** Whether a trainer must keep the order of the rows: the CoT shrinks along it. */
  readonly isSequential: boolean;
  readonly cot: CotMode;
  /** `--option` of the authors' scripts/combine_data.py that makes the same mixture, or null. */
  readonly codeOption: number | null;
}

export interface StrategyPlan {
  readonly strategy: StrategyId;
  readonly title: string;
  readonly source: string;
  readonly task: StrategyTask;
  /** N as asked for. */
  readonly rows: number;
  readonly seed: number;
  readonly options: StrategyOptions;
  readonly phases: readonly PhasePlan[];
  /** Rows of the counted phases: N, unless rounded to thousands or without data that are not here. */
  readonly countedRows: number;
  /** Rows of all phases. */
  readonly totalRows: number;
}

/** The strategy of an id. Throws InputError for one that does not exist. */
export function strategyOf(id: string): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.id === id);
  if (strategy === undefined) throw new InputError(fault('strategy', STRATEGY_IDS.join(', '), id));
  return strategy;
}

/** Phases and counts of a strategy. Throws InputError for a request that cannot be met, with what to change. */
export function planOf(id: string, request: StrategyRequest): StrategyPlan {
  const strategy = strategyOf(id);
  const { task, rows, seed, ...given } = request;
  const options = optionsOf(given);
  checkRequest(strategy, { task, rows, seed }, options);
  const phases = strategy.phases.map((recipe) => planPhase(recipe, strategy, { task, rows }, options));
  const sum = (parts: readonly PhasePlan[]) => parts.reduce((total, phase) => total + phase.rows, 0);
  return {
    strategy: strategy.id,
    title: strategy.title,
    source: strategy.source,
    task,
    rows,
    seed,
    options,
    phases,
    countedRows: sum(phases.filter(({ isCounted }) => isCounted)),
    totalRows: sum(phases),
  };
}

/** The smallest N of which every component gets at least one whole epoch's worth. */
export function smallestRows(id: string, request: Omit<StrategyRequest, 'rows' | 'seed'>): number {
  const { task, ...given } = request;
  const options = optionsOf(given);
  const counted = strategyOf(id).phases.filter(({ isCounted }) => isCounted);
  return Math.max(...counted.map((recipe) => smallestOf(componentsOf(recipe, task, options), epochsOf(recipe, options), task)));
}

/** N for `unique` different SIMPLE examples (S2H Figures 13 and 14 compare at equal u). */
export function rowsForUnique(id: string, unique: number, request: Omit<StrategyRequest, 'rows' | 'seed'>): number {
  const { task, ...given } = request;
  const options = optionsOf(given);
  const recipe = strategyOf(id).phases.find(({ isCounted }) => isCounted);
  const [first] = recipe === undefined ? [] : componentsOf(recipe, task, options).components;
  if (recipe === undefined || first === undefined) throw new Error('internal: a strategy without a counted phase');
  const divisor = divisorOf(componentsOf(recipe, task, options), epochsOf(recipe, options), task);
  return Math.ceil((unique * first.repeats * divisor) / first.share);
}

function planPhase(
  recipe: PhaseRecipe,
  strategy: Strategy,
  { task, rows }: { task: StrategyTask; rows: number },
  options: StrategyOptions,
): PhasePlan {
  const epochs = epochsOf(recipe, options);
  const parts = componentsOf(recipe, task, options);
  const asked = rowsOf(recipe, rows, options);
  const smallest = smallestOf(parts, epochs, task);
  if (asked < smallest) {
    const key = recipe.isCounted ? 'rows' : recipe.name === 'align' ? 'alignRows' : 'warmUpRows';
    throw new InputError(fault(key, `at least ${smallest} for the ${recipe.title} phase`, asked, 'every part needs a row in each epoch'));
  }
  const { components, streamRows } = options.rounding === 'exact' ? exactCounts(parts, asked, epochs, task) : codeCounts(parts, asked, epochs, task);
  if (components.some(({ unique }) => unique === 0)) {
    const cure = 'rounded to thousands a part would be empty; ask for more rows, or choose rounding exact';
    throw new InputError(fault('rows', `enough for the ${recipe.title} phase`, asked, cure));
  }
  const [firstRow, endRow] = rangeOf(recipe, strategy, { asked, streamRows }, options);
  const cot = cotOf(recipe, options);
  if (isInternalised(cot) && !hasRowsToInternalise(streamRows)) {
    const cure = 'fewer rows cannot fill the 101 slices of the shrinking CoT';
    throw new InputError(fault('rows', `at least ${MIN_INTERNALISED_ROWS} in a phase that internalises the CoT`, streamRows, cure));
  }
  return {
    name: recipe.name,
    title: recipe.title,
    components,
    rowsPerEpoch: components.reduce((total, component) => total + component.rows, 0),
    epochs,
    streamRows,
    firstRow,
    rows: endRow - firstRow,
    leftOutRows: asked - presentRows(parts, asked),
    isCounted: recipe.isCounted,
    isContinuation: recipe.isContinuation,
    trained: recipe.trained,
    order: options.order,
    isSequential: isInternalised(cot),
    cot,
    codeOption: codeOptionOf(recipe, epochs, options),
  };
}

function componentsOf(recipe: PhaseRecipe, task: StrategyTask, options: StrategyOptions): Parts {
  switch (recipe.name) {
    case 'warm-up':
      return {
        components: generalisesOnText(task) ? WARM_UP_SIMPLE : recipe.components,
        externalShare: isInternalised(options.warmUpCot) ? WARM_UP_EXTERNAL_SHARE : 0,
      };
    case 'align':
      return { components: MIXTURES[options.alignMixture].components, externalShare: 0 };
    case 'before-switch':
    case 'main': {
      const components = recipe.components.map((component) =>
        component.level === 'simple'
          ? component
          : {
              ...component,
              level: options.hardLevel,
              kind: options.hardKind === 'image' ? options.hardKind : component.kind,
              repeats: component.repeats * options.hardRepeats,
            },
      );
      return { components, externalShare: 0 };
    }
    default:
      recipe.name satisfies never;
      throw new Error(`internal: no phase ${String(recipe.name)}`);
  }
}

/**
 * The tasks whose HARD text is reached from SIMPLE text alone; their warm-up has no HARD rows (S2H section G.5 says so of Consecutive Table Readout).
 * Ours: the same for Pattern-Heldout Visual Analogy, the other S2H-generalising task, for which the paper has no warm-up.
 */
function generalisesOnText(task: StrategyTask): boolean {
  return task === 'consecutive-table-readout' || task === 'pattern-heldout-visual-analogy';
}

function epochsOf({ name, epochs, algorithmEpochs }: PhaseRecipe, options: StrategyOptions): number {
  if (name === 'warm-up' || name === 'align') return epochs;
  return options.epochCount ?? (options.epochs === 'algorithm-1' ? algorithmEpochs : epochs);
}

function rowsOf({ name, isCounted }: PhaseRecipe, rows: number, { alignRows, warmUpRows }: StrategyOptions): number {
  if (isCounted) return rows;
  return name === 'align' ? alignRows : warmUpRows;
}

function cotOf({ name }: PhaseRecipe, { cot, alignCot, warmUpCot }: StrategyOptions): CotMode {
  return name === 'align' ? alignCot : name === 'warm-up' ? warmUpCot : cot;
}

function codeOptionOf({ name, components, codeOptions }: PhaseRecipe, epochs: number, options: StrategyOptions): number | null {
  const hasHard = name !== 'align' && components.some(({ level }) => level === 'hard');
  const isOwnHard = options.hardLevel !== 'hard' || options.hardKind !== 'text' || options.hardRepeats !== 1;
  if (hasHard && isOwnHard) return null;
  const known: MixtureRecipe['codeOptions'] = name === 'align' ? MIXTURES[options.alignMixture].codeOptions : codeOptions;
  return known.find((each) => each.epochs === epochs)?.option ?? null;
}

/** The part of its stream that a phase shows; `asked` is N, so that both sides of a switch agree where it is. */
function rangeOf(
  { name }: PhaseRecipe,
  { id }: Strategy,
  { asked, streamRows }: { asked: number; streamRows: number },
  { switchAt }: StrategyOptions,
): readonly [from: number, to: number] {
  if (id !== 'mix-to-mix+') return [0, streamRows];
  const switchRow = Math.max(1, Math.round(asked * switchAt));
  return name === 'before-switch' ? [0, switchRow] : [switchRow, streamRows];
}
