import { crashUnderTransfers } from './cash-crashes.js';

/** `tsx test/faults/run-cash.ts [kills] [stops]`: kill -9 of node, and immediate stops of PostgreSQL, under transfers. */
const [kills = '10', stops = '3'] = process.argv.slice(2);
const report = await crashUnderTransfers({ kills: Number(kills), stops: Number(stops) });
console.log(
  `${kills} kills, ${stops} stops: ${report.acknowledged} acknowledged, ${report.retries} retries, ${report.replayed} replayed`,
);
for (const fault of report.faults) console.log('fault:', fault);
if (report.faults.length > 0) process.exitCode = 1;
