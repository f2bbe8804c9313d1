/** The commit the page was built from; defined by vite.config.ts, absent in Node: test with `typeof __COMMIT__`. */
declare const __COMMIT__: string;
