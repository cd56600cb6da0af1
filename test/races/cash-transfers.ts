import type pg from 'pg';
import { DomainError } from '../../src/kernel/errors.js';
import type { PostTransaction } from '../../src/cash/application/post-transaction.js';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import { eur } from '../cash/world.js';

/** A seeded generator (mulberry32), so that a run can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Transfer = (from: string, to: string, amountMinor: number) => Promise<void>;

export type Storm = Readonly<{
  posted: number;
  refused: number;
  /** Errors other than a refusal for lack of funds. No client may see one. */
  faults: readonly string[];
  snapshots: number;
  broken: readonly string[];
}>;

/**
 * `workers` transfer between `accounts` in both directions for `seconds`, while the rules are checked in snapshots
 * again and again. Every error that is no allowed refusal is a fault.
 */
export async function storm(
  options: Readonly<{
    accounts: readonly string[];
    transfer: Transfer;
    integrity?: CashIntegrity;
    workers: number;
    durationMs: number;
    seed: number;
  }>,
): Promise<Storm> {
  const { accounts, transfer, integrity, workers, durationMs, seed } = options;
  const endsAtMs = performance.now() + durationMs;
  let [posted, refused, snapshots] = [0, 0, 0];
  const faults: string[] = [];
  const broken = new Set<string>();

  async function work(worker: number): Promise<void> {
    const random = randomFrom(seed + worker);
    while (performance.now() < endsAtMs) {
      const from = Math.floor(random() * accounts.length);
      const to = (from + 1 + Math.floor(random() * (accounts.length - 1))) % accounts.length;
      try {
        await transfer(accounts[from]!, accounts[to]!, 1 + Math.floor(random() * 200));
        posted += 1;
      } catch (error) {
        if (error instanceof DomainError && error.code === 'insufficient-funds') refused += 1;
        else faults.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  async function watch(): Promise<void> {
    while (integrity !== undefined && performance.now() < endsAtMs) {
      for (const { name, ok } of await integrity.check()) if (!ok) broken.add(name);
      snapshots += 1;
    }
  }
  await Promise.all([watch(), ...Array.from({ length: workers }, (_, worker) => work(worker))]);
  return { posted, refused, faults, snapshots, broken: [...broken] };
}

/** A transfer by the use case of the application. */
export const soundTransfer =
  (postTransaction: PostTransaction): Transfer =>
  async (from, to, amountMinor) => {
    await postTransaction({
      sourceAccountId: from,
      targetAccountId: to,
      amount: eur(amountMinor),
      createdBy: null,
    });
  };

/**
 * Negative controls, on the bare driver. `unordered` locks the source first and the target second, so that crossing
 * transfers wait for each other. `unlocked` reads, decides and writes without a lock; the CHECK of the table is
 * dropped, so that nothing detects lost updates.
 */
export function naiveTransfer(pool: pg.Pool, kind: 'unordered' | 'unlocked'): Transfer {
  const SELECT = `SELECT a.id, a.amount, a.version FROM cash_amounts a JOIN cash_accounts e ON e.id = a.account_id AND e.real_account_id = a.real_account_id
    WHERE e.id = $1 ${kind === 'unordered' ? 'FOR NO KEY UPDATE OF a' : ''}`;
  type Cell = { id: string; amount: string; version: number };
  return async (from, to, amountMinor) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const source = (await client.query<Cell>(SELECT, [from])).rows[0]!;
      const target = (await client.query<Cell>(SELECT, [to])).rows[0]!;
      if (Number(source.amount) < amountMinor)
        throw new DomainError('invalid', 'insufficient-funds', 'too little');
      const update = 'UPDATE cash_amounts SET amount = $2 WHERE id = $1';
      await client.query(update, [source.id, Number(source.amount) - amountMinor]);
      await client.query(update, [target.id, Number(target.amount) + amountMinor]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  };
}
