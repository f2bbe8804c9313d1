/**
 * The maps of a figure as SVG: grids of patches, darker where more of the marked pixels lie, the patches that the words speak of outlined. Rows are series,
 * columns the parts of the answer; one scale of darkness for all. Pure.
 */
import type { FigureMap } from './figure.ts';

/**
 * Maps of the first seed, of each series at one of the steps that it was measured at: `back` steps before its last. Series may have other steps, as a run with
 * an Align- phase is longer.
 */
export function mapsAt(maps: readonly FigureMap[], back = 0): readonly FigureMap[] {
  const own = maps.filter((map) => map.seed === maps[0]?.seed);
  const steps = stepsBySeries(own);
  return own.filter((map) => map.step === steps.get(map.series)?.at(-1 - back));
}

/** The steps that `mapsAt` can give, in words, the earliest first: `188, 251` where series differ. */
export function stepsOfMaps(maps: readonly FigureMap[]): readonly { readonly back: number; readonly label: string }[] {
  const all = [...stepsBySeries(maps.filter((map) => map.seed === maps[0]?.seed)).values()];
  const most = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => {
    const back = most - 1 - i;
    return { back, label: [...new Set(all.flatMap((steps) => steps.at(-1 - back) ?? []))].join(', ') };
  });
}

function stepsBySeries(maps: readonly FigureMap[]): ReadonlyMap<string, readonly number[]> {
  const series = [...new Set(maps.map((map) => map.series))];
  const stepsOf = (name: string): number[] => [...new Set(maps.filter((map) => map.series === name).map(({ step }) => step))].sort((a, b) => a - b);
  return new Map(series.map((name) => [name, stepsOf(name)]));
}

/** The largest share on one patch, which gets full strength. */
export function mostOf(maps: readonly FigureMap[]): number {
  return Math.max(0, ...maps.flatMap(({ kept }) => kept));
}

export interface MapInk {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly mark: string;
  readonly own: string;
}

const NAME_PX = 18;
const CELL_MOST_PX = 220;
const GAP_PX = 14;

/** `text` is drawn by the caller's function, so that all text of a sheet looks alike. */
export function mapsDrawing(
  maps: readonly FigureMap[],
  {
    widthPx,
    ink,
    text,
  }: { readonly widthPx: number; readonly ink: MapInk; readonly text: (x: number, y: number, words: string, fill: string) => string },
): { readonly body: string; readonly heightPx: number } {
  const series = [...new Set(maps.map((map) => map.series))];
  const most = mostOf(maps);
  const columns = Math.max(1, ...series.map((name) => maps.filter((map) => map.series === name).length));
  const sidePx = Math.min(CELL_MOST_PX, Math.floor((widthPx - (columns - 1) * GAP_PX) / columns));
  const parts: string[] = [];
  let y = 0;
  for (const name of series) {
    const own = maps.filter((map) => map.series === name);
    parts.push(text(0, y + 12, `${name}, step ${own[0]?.step ?? 0}`, ink.ink));
    y += NAME_PX;
    const heights = own.map((map, i) => {
      const x = i * (sidePx + GAP_PX);
      parts.push(text(x, y + 12, map.title, ink.soft), gridBody(map, { x, y: y + NAME_PX, sidePx, most, ink }));
      return NAME_PX + gridHeight(map, sidePx);
    });
    y += Math.max(0, ...heights) + GAP_PX;
  }
  return { body: parts.join(''), heightPx: y };
}

function gridHeight({ kept, columns }: FigureMap, sidePx: number): number {
  return Math.ceil(kept.length / columns) * (sidePx / columns);
}

function gridBody(
  map: FigureMap,
  { x, y, sidePx, most, ink }: { readonly x: number; readonly y: number; readonly sidePx: number; readonly most: number; readonly ink: MapInk },
): string {
  const patchPx = sidePx / map.columns;
  const px = (value: number): string => String(Number(value.toFixed(2)));
  const square = (patch: number, more: string): string => {
    const [column, row] = [patch % map.columns, Math.floor(patch / map.columns)];
    return `<rect x="${px(x + column * patchPx)}" y="${px(y + row * patchPx)}" width="${px(patchPx)}" height="${px(patchPx)}" ${more}/>`;
  };
  const marked = map.kept.map((share, patch) =>
    share === 0 ? '' : square(patch, `fill="${ink.mark}" fill-opacity="${Math.sqrt(share / most).toFixed(3)}"`),
  );
  const outlined = map.own.map((patch) => square(patch, `fill="none" stroke="${ink.own}" stroke-width="1.5"`));
  const frame = `<rect x="${px(x)}" y="${px(y)}" width="${px(sidePx)}" height="${px(gridHeight(map, sidePx))}" fill="none" stroke="${ink.line}"/>`;
  return [frame, ...marked, ...outlined].join('');
}
