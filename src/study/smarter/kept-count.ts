/** How many trainings of smarterVLM this browser keeps, without reading them and without their worker. */
import { openDatabase } from '../database.ts';
import { RUN, SMARTER_DATABASE } from './smarter-keys.ts';

/** Null when the browser does not let them be read. */
export async function keptCount(database = openDatabase(SMARTER_DATABASE)): Promise<number | null> {
  try {
    return await database.read(async (transaction) => (await transaction.keys()).filter((key) => key.startsWith(RUN)).length);
  } catch {
    return null; // the list itself says why, where it is asked for
  }
}
