/** Where trainings of smarterVLM stand in the browser: the database, and the prefix of their heads. */
export const SMARTER_DATABASE = 'parallax-smarter';
export const RUN = 'run/';
