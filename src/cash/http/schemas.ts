import { z } from 'zod';
import { formatMinor, money as makeMoney } from '../../kernel/money.js';
import type { money } from '../../platform/http/requests/schemas.js';
import { id, idOut, instantIn, text } from '../../platform/http/requests/schemas.js';

export const byId = z.object({ id });

export const description = text({ max: 500 }).nullable().optional();

/** `from` inclusive, `to` exclusive. */
export const range = { from: instantIn.optional(), to: instantIn.optional() };

export const end = z.object({ accountId: idOut, realAccountId: idOut });

export const somebody = z
  .object({ id: idOut, name: z.string() })
  .nullable()
  .meta({ description: 'null: done by the system' });

export const toInstant = (date: Date | null): string | null => date?.toISOString() ?? null;

export const moneyOrNull = (amount: number | null, currency: string) =>
  amount === null ? null : makeMoney(amount, currency);

export const AVAILABLE = 'The balance less open holds and, if there is one, less the floor';

export const decimal = ({ amount, currency }: z.infer<typeof money>): string => formatMinor(amount, currency);
