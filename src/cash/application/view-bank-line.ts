import { found } from './found.js';
import type { BankLineView, BankQueries } from './bank-ports.js';

/** A bank line with its match, if there is one. not_found */
export type ViewBankLine = (query: Readonly<{ bankLineId: string }>) => Promise<BankLineView>;

export const makeViewBankLine =
  ({ bankQueries }: Readonly<{ bankQueries: BankQueries }>): ViewBankLine =>
  async ({ bankLineId }) =>
    found(await bankQueries.bankLine(bankLineId), 'bank line');
