/** Colours and dashes of the charts: Okabe and Ito (2008), as the runs of the page (ui/styles/tokens.css), never without a dash and a name. */

export type PlotTheme = 'light' | 'dark' | 'print';

export interface Look {
  readonly ground: string;
  /** Ground of the paper's numbers, so that they are never taken for ours. */
  readonly paperGround: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly colours: readonly string[];
}

const LIGHT_COLOURS = ['#0072b2', '#c04f00', '#00785a', '#a84a83', '#8a6400', '#4b4b4b', '#2f6f80'] as const;
const DARK_COLOURS = ['#56b4e9', '#f0883e', '#2fc79b', '#e29bc2', '#e8c33f', '#c9c9c9', '#93cfda'] as const;
export const LOOKS: Readonly<Record<PlotTheme, Look>> = {
  light: { ground: '#ffffff', paperGround: '#f2f0ea', ink: '#1c1d1f', soft: '#55534d', line: '#dfdbd1', colours: LIGHT_COLOURS },
  dark: { ground: '#1c1f23', paperGround: '#111316', ink: '#e8e6e1', soft: '#aeaba3', line: '#33373d', colours: DARK_COLOURS },
  print: { ground: '#ffffff', paperGround: '#ffffff', ink: '#000000', soft: '#404040', line: '#cccccc', colours: LIGHT_COLOURS },
};
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '12 5', '1 3'] as const;

/** A series by its place among those of its figure. */
interface Styled {
  readonly style: number;
}

export function colourOf({ colours }: Look, { style }: Styled): string {
  return colours[style % colours.length] ?? '';
}

/** After all colours were used once, they come with the next dash. */
export function dashOf({ style }: Styled): string {
  const dash = DASHES[(style + Math.floor(style / DASHES.length)) % DASHES.length] ?? '';
  return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
}
