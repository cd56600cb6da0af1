import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import { isDiskFull } from './errors.js';

/** How long a result is cached: readiness may be probed many times a second. */
const KNOWN_FOR_MS = 5_000;
/** A process under load returns its last result, so that a probe does not wait. */
const WAIT_MS = 500;

/**
 * Sorts about 1 MB with too little memory, so that PostgreSQL writes a temporary file beside its data. This needs no
 * right and leaves nothing behind. An UPDATE would not show a full disk, because it may fit into an existing page.
 */
const PROBE = `SELECT count(*) FROM (
  SELECT repeat(md5(n::text), 8) AS line FROM generate_series(1, 4000) AS n ORDER BY line OFFSET 0) AS sorted`;

/** Whether the database has room to write. */
export interface Storage {
  /**
   * Asks the database at most every five seconds, and returns the previous result when the next one takes over half a
   * second. False when the check fails for another reason than a full disk.
   */
  isFull(): Promise<boolean>;
}

export function makeStorage({ sequelize }: { sequelize: Sequelize }): Storage {
  let known = false;
  let knownUntilMs = 0;
  let asking: Promise<boolean> | undefined;

  async function probe(): Promise<boolean> {
    try {
      await sequelize.transaction(async (transaction) => {
        await sequelize.query("SET LOCAL work_mem = '64kB'", { type: QueryTypes.RAW, transaction });
        await sequelize.query(PROBE, { type: QueryTypes.SELECT, transaction });
      });
      known = false;
    } catch (error) {
      known = isDiskFull(error);
    }
    knownUntilMs = performance.now() + KNOWN_FOR_MS;
    return known;
  }

  return {
    isFull() {
      if (performance.now() < knownUntilMs) return Promise.resolve(known);
      asking ??= probe().finally(() => {
        asking = undefined;
      });
      return Promise.race([asking, sleep(WAIT_MS, undefined, { ref: false }).then(() => known)]);
    },
  };
}
