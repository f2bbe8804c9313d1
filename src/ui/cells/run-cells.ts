/** The cells that draw runs. They share charts and files, so they are loaded together. */
import './look-cell.ts';
import './result-cell.ts';
import './train-curves.ts';
import './why-cell.ts';
