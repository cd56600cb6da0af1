import { parseArgs } from 'node:util';
import { chaos } from './chaos.js';

/**
 * `npm run chaos -- [--kills N] [--stops N] [--effects N] [--forgetful]`: kills and stops under mixed load, card
 * payments included. With `--forgetful` clients retry under new keys, and the run must find duplicate effects.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '45' },
    stops: { type: 'string', default: '15' },
    effects: { type: 'string', default: '12000' },
    forgetful: { type: 'boolean', default: false },
  },
});
const begun = Date.now();
const report = await chaos({
  kills: Number(values.kills),
  stops: Number(values.stops),
  effects: Number(values.effects),
  cards: true,
  forgetful: values.forgetful,
});
console.log(
  `${values.kills} kills of node, ${values.stops} stops of PostgreSQL in ${Math.round((Date.now() - begun) / 1000)} s`,
);
console.log(report.acknowledged);
console.log(
  `${report.retries} retries, ${report.replayed} replayed, ${report.parked} left to the reconciler, ${report.unpaid} paid in another try`,
);
for (const fault of report.faults) console.log('fault:', fault);
console.log(`${report.faults.length} faults`);
if (report.faults.length > 0) process.exitCode = 1;
