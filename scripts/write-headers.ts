/** Writes public/_headers from cli/headers.ts, the one place where the headers are decided. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headersFile } from '../cli/headers.ts';

writeFileSync(join(import.meta.dirname, '../public/_headers'), headersFile());
