import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes } from 'sequelize';
import { DAY } from '../../src/kernel/clock.js';
import type { JobRunner } from '../../src/platform/jobs/job-runner.js';
import { openOnPostgres } from '../support/container-on-postgres.js';
import { runScript } from '../support/processes.js';
import { brokenRules, eur, makeBuyers, stocked, type ShopCradle } from '../support/shop-on-postgres.js';

type Cradle = ShopCradle & Readonly<{ jobRunner: JobRunner }>;

/** The state after a round of kills, before and after the jobs settled it. */
export type Aftermath = Readonly<{
  orders: number;
  /** Orders that a kill interrupted between the two transactions. */
  inDoubt: number;
  /** Charges that the gateway had made and the shop did not know of. */
  unknownCharges: number;
  /** Refunds that were pending at a kill. */
  openRefunds: number;
  /** Broken invariants after all is settled; empty when all hold. */
  faults: readonly string[];
}>;

const UNKNOWN_CHARGES = `
  SELECT count(*)::int AS count FROM sandbox_charges c JOIN payments p ON p.id::text = c.key
  WHERE c.outcome = 'captured' AND p.status <> 'captured'`;
/**
 * Queries for broken invariants: every order is paid and processing, or cancelled with its stock returned; the gateway
 * and the shop agree.
 */
const FAULTS: Readonly<Record<string, string>> = {
  'still in doubt': "SELECT id FROM payments WHERE status = 'processing'",
  'still pending': "SELECT id FROM orders WHERE status = 'pending'",
  'refund still pending': "SELECT id FROM refunds WHERE status = 'pending'",
  'charged and not captured': `
    SELECT c.key AS id FROM sandbox_charges c LEFT JOIN payments p ON p.id::text = c.key
    WHERE c.outcome = 'captured' AND p.status IS DISTINCT FROM 'captured'`,
  'captured and not charged': `
    SELECT p.id FROM payments p LEFT JOIN sandbox_charges c ON p.id::text = c.key AND c.outcome = 'captured'
    WHERE p.status = 'captured' AND p.method = 'card' AND c.amount IS DISTINCT FROM p.amount`,
  'sent back and not refunded': `
    SELECT s.key AS id FROM sandbox_refunds s LEFT JOIN refunds r ON r.id::text = s.key
    WHERE s.outcome = 'succeeded' AND r.status IS DISTINCT FROM 'succeeded'`,
};

/** Additional kills, if none of the requested ones hit an order between its two transactions. */
const MORE_KILLS = 10;

/** Sells, kills and sells again, `kills` times at random moments; then lets the jobs settle what was left. */
export async function sellAndKill(kills: number): Promise<Aftermath> {
  let ahead = 0;
  const postgres = await openOnPostgres<Cradle>({ clock: { now: () => new Date(Date.now() + ahead) } });
  try {
    const { cradle } = postgres;
    const { sequelize } = cradle;
    const count = async (sql: string): Promise<number> =>
      (await sequelize.query<{ count: number }>(sql, { type: QueryTypes.SELECT }))[0]?.count ?? 0;
    const [clerk] = await makeBuyers(cradle, 1);
    const buyers = [
      ...(await makeBuyers(cradle, 20)),
      ...(await makeBuyers(cradle, 4, 'tok_declined')),
      ...(await makeBuyers(cradle, 2, 'tok_timeout')),
    ];
    const products = [
      await stocked(cradle, 100_000),
      await stocked(cradle, 100_000),
      await stocked(cradle, 30),
    ];
    await cradle.addDiscount({
      code: 'HALF',
      reduction: { kind: 'percent', basisPoints: 5000 },
      minSubtotal: eur(1500),
      startsAt: null,
      endsAt: null,
      maxUses: 100_000,
      maxUsesPerUser: null,
      isActive: true,
    });
    const inDoubt = () => count("SELECT count(*)::int AS count FROM payments WHERE status = 'processing'");
    for (let kill = 0; kill < kills || (kill < kills + MORE_KILLS && (await inDoubt()) === 0); kill += 1) {
      const shop = runScript('faults/processes/sell.ts', [
        postgres.databaseUrl,
        clerk!,
        products.join(','),
        buyers.join(','),
      ]);
      await shop.firstLine;
      await sleep(200 + Math.random() * 400);
      shop.child.kill('SIGKILL');
      await shop.outcome;
    }
    // A COMMIT that the process sent before it died may still be running.
    await sleep(200);
    const found = {
      orders: await count('SELECT count(*)::int AS count FROM orders'),
      inDoubt: await inDoubt(),
      unknownCharges: await count(UNKNOWN_CHARGES),
      openRefunds: await count("SELECT count(*)::int AS count FROM refunds WHERE status = 'pending'"),
    };

    // After a day every payment in doubt is settled; after a week unpaid orders have expired.
    ahead = DAY;
    for (let round = 0; round < 200; round += 1) {
      const open = await count(
        `SELECT (SELECT count(*) FROM payments WHERE status = 'processing')::int
              + (SELECT count(*) FROM refunds WHERE status = 'pending')::int AS count`,
      );
      if (open === 0) break;
      await cradle.reconcilePayments();
    }
    ahead = 9 * DAY;
    await cradle.expireOrders();

    const faults: string[] = await brokenRules(cradle);
    for (const [what, sql] of Object.entries(FAULTS)) {
      const rows = await sequelize.query<{ id: string }>(sql, { type: QueryTypes.SELECT });
      if (rows.length > 0) faults.push(`${what}: ${rows.map(({ id }) => id).join(', ')}`);
    }
    return { ...found, faults };
  } finally {
    await postgres.close();
  }
}
