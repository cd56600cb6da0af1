import { mochaGlobalTeardown } from '../support/postgres.js';
import { sellAndKill } from './storefront-kills.js';

/** `tsx test/faults/run-storefront.ts [kills]`: kills a shop that sells, 20 times by default. */
const [kills = '20'] = process.argv.slice(2);
try {
  const { orders, inDoubt, unknownCharges, openRefunds, faults } = await sellAndKill(Number(kills));
  console.log(`${kills} kills, ${orders} orders`);
  console.log(
    `found: ${inDoubt} payments in doubt, ${unknownCharges} charges nobody knew of, ${openRefunds} refunds on their way`,
  );
  console.log(faults.length === 0 ? 'everything was put in order' : faults.join('\n'));
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await mochaGlobalTeardown();
}
