import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import { idOut, instant, money } from '../../platform/http/requests/schemas.js';
import { HOLD_STATUSES, type Hold, statusAt } from '../application/ports.js';
import { end, moneyOrNull, toInstant } from './schemas.js';

export const holdView = z
  .object({
    id: idOut,
    status: z.enum(HOLD_STATUSES),
    source: end,
    target: end,
    amount: money,
    captured: money.nullable().meta({ description: 'The posted amount; the rest was released' }),
    transactionId: idOut.nullable(),
    expiresAt: instant,
    createdAt: instant,
    closedAt: instant.nullable(),
  })
  .meta({ id: 'Hold' });

export const toHoldView = (hold: Hold, now: Date): z.infer<typeof holdView> => {
  const status = statusAt(hold, now);
  return {
    id: hold.id,
    status,
    source: { accountId: hold.source.accountId, realAccountId: hold.source.realAccountId },
    target: { accountId: hold.target.accountId, realAccountId: hold.target.realAccountId },
    amount: makeMoney(hold.amount, hold.currency),
    captured: moneyOrNull(hold.captured, hold.currency),
    transactionId: hold.transactionId,
    expiresAt: hold.expiresAt.toISOString(),
    createdAt: hold.createdAt.toISOString(),
    closedAt: status === 'expired' ? hold.expiresAt.toISOString() : toInstant(hold.closedAt),
  };
};
