/** Loaded by `node --import` before the server: BENCH_SWITCH names a file of source texts by URL. */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

register('./plain-modules.mjs', import.meta.url, {
  data: JSON.parse(readFileSync(process.env['BENCH_SWITCH'] ?? '', 'utf8')),
});
