import { z } from 'zod';
import { idOut, instant } from '../../platform/http/requests/schemas.js';
import type { PeriodView } from '../application/bank-ports.js';
import type { ClosedPeriod } from '../application/ports.js';
import { somebody } from './schemas.js';

export const periodView = z
  .object({
    realAccountId: idOut,
    period: z.string().meta({ description: '`yyyy-mm`' }),
    startsAt: instant,
    endsAt: instant.meta({ description: 'Exclusive' }),
    closedAt: instant,
  })
  .meta({ id: 'ClosedPeriod' });

export const toPeriodView = (period: ClosedPeriod): z.infer<typeof periodView> => ({
  realAccountId: period.realAccountId,
  period: period.period,
  startsAt: period.startsAt.toISOString(),
  endsAt: period.endsAt.toISOString(),
  closedAt: period.closedAt.toISOString(),
});

export const periodHistoryView = z
  .object({
    id: idOut,
    ...periodView.shape,
    closedBy: somebody,
    reopened: z.object({ at: instant, by: somebody, reason: z.string() }).nullable(),
  })
  .meta({ id: 'PeriodHistory' });

export const toPeriodHistoryView = ({
  startsAt,
  endsAt,
  closedAt,
  reopened,
  ...period
}: PeriodView): z.infer<typeof periodHistoryView> => ({
  ...period,
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
  closedAt: closedAt.toISOString(),
  reopened: reopened && { ...reopened, at: reopened.at.toISOString() },
});
