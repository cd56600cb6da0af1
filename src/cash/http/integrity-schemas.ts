import { z } from 'zod';

export const integrityView = z
  .object({
    ok: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        broken: z
          .array(z.string())
          .meta({ description: 'Ids of the rows that violate the rule, at most 1,000' }),
      }),
    ),
  })
  .meta({ id: 'CashIntegrity' });
