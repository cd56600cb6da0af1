import type { AccountQueries, AccountRepository, RealAccountRepository } from './accounts.js';
import type { AmountRepository } from './amounts.js';
import type { BalanceQueries } from './balances.js';
import type { BankLineRepository } from './bank-lines.js';
import type { Books, TransactionQueries } from './books.js';
import type { HoldQueries, HoldRepository } from './holds.js';
import type { ImportRepository } from './imports.js';
import type { MatchRepository } from './matches.js';
import type { PeriodRepository } from './periods.js';
import type { ReconciliationRepository } from './reconciliations.js';

export interface CashQueries extends AccountQueries, TransactionQueries, HoldQueries, BalanceQueries {}

/** The ports of a unit of work. `cashQueries` sees the writes of the unit of work. */
export type CashPorts = Readonly<{
  realAccounts: RealAccountRepository;
  accounts: AccountRepository;
  amounts: AmountRepository;
  books: Books;
  holds: HoldRepository;
  periods: PeriodRepository;
  bankImports: ImportRepository;
  bankLines: BankLineRepository;
  bankMatches: MatchRepository;
  reconciliations: ReconciliationRepository;
  cashQueries: CashQueries;
}>;
