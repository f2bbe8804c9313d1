/**
 * How large things in a file may be, so that a wrong or hostile file is refused before it fills the memory (design/reliability F55). All ours; real data sets
 * stay far below: a row of the authors' evaluation files is a picture of some 100 kB and a question of 1 to 3 kB.
 */

/** Files are read in pieces of this size. */
export const CHUNK_BYTES = 2 ** 20;

/** One row with its picture. A quote that is not closed runs into this limit. */
export const MAX_RECORD_CHARACTERS = 64 * 2 ** 20;

/** The line of column names. */
export const MAX_HEADER_CHARACTERS = 2 ** 20;
export const MAX_COLUMNS = 1000;

/** Lists and objects inside each other; a record of ours or LLaVA's has 3. */
export const MAX_DEPTH = 32;

/** Parts of one JSON record. A picture written as numbers (1500 x 800 x 3, and their commas) has 7.2 million. */
export const MAX_JSON_TOKENS = 10_000_000;

/** Ids are kept to find duplicates and to join files. */
export const MAX_ROWS = 5_000_000;

/** Predictions are kept until their row comes: about 0.5 GB. */
export const MAX_PREDICTION_CHARACTERS = 500_000_000;

/** So many of a kind (ids, messages) are named; the rest is counted. */
export const MAX_NAMED = 10;
