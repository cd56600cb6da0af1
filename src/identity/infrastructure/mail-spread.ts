import { plus, SECOND } from '../../kernel/clock.js';
import type { MailSpread } from '../application/ports.js';

/** The earliest start, as a fraction of the spread, so that the job does not affect the client's next requests. */
const EARLIEST = 0.2;

/** Spreads over `MAIL_SPREAD_SECONDS`; 0 leaves jobs as they are. */
export const makeMailSpread = ({
  config,
}: {
  config: Readonly<{ mail: Readonly<{ spreadSeconds: number }> }>;
}): MailSpread => ({
  delay(job, now) {
    const { spreadSeconds } = config.mail;
    if (spreadSeconds === 0) return job;
    const part = EARLIEST + (1 - EARLIEST) * Math.random();
    return { ...job, runAt: plus(now, Math.round(spreadSeconds * SECOND * part)) };
  },
});
