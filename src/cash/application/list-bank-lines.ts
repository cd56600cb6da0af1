import type { Page, PageRequest } from '../../kernel/page.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { BankLineView, BankQueries } from './bank-ports.js';
import { toDays, type MomentRange } from './days.js';

/** Bank lines with their matches, last booked first. */
export type ListBankLines = (
  query: Readonly<{
    filter: MomentRange & Readonly<{ realAccountId?: string | undefined; matched?: boolean | undefined }>;
    page: PageRequest;
  }>,
) => Promise<Page<BankLineView>>;

type Dependencies = Readonly<{ bankQueries: BankQueries; timeZones: TimeZones; practice: Practice }>;

export const makeListBankLines =
  ({ bankQueries, timeZones, practice }: Dependencies): ListBankLines =>
  ({ filter: { from, to, ...filter }, page }) =>
    bankQueries.bankLines({ ...filter, ...toDays({ from, to }, { timeZones, practice }) }, page);
