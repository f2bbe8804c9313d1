/** The cells below Train, which have nothing to show before the page has painted. One script: as six, with what some of them share in a dozen more, they are 8 kB larger. */
import './data-cell.ts';
import './figures-cell.ts';
import './look-cell.ts';
import './result-cell.ts';
import './smarter-cell.ts';
import './why-cell.ts';
