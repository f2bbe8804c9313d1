/** Where trainings of smarterVLM stand in the browser: the database, and the prefixes of their heads and checkpoints. */
export const SMARTER_DATABASE = 'parallax-smarter';
export const RUN = 'run/';
export const WEIGHTS = 'weights/';
