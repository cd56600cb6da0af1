import { migrate } from '../../../src/platform/database/migrator.js';

/** Migrates as a starting application does, and prints the migrations that it executed. */
const [, , url = '', applicationRole = '', folder] = process.argv;
const result = await migrate({ url, applicationRole, ...(folder === undefined ? {} : { folder }) });
process.stdout.write(`${JSON.stringify(result)}\n`);
