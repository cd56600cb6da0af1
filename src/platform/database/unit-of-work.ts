import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Transactions } from './transactions.js';

/**
 * A context's unit of work over the scope's transactions. Register it `.scoped()`: resolved at the root it opens
 * transactions, resolved inside one it joins it. The cast is the one place where a cradle becomes typed ports.
 */
export const makeUnitOfWork = <Ports>({
  transactions,
}: {
  transactions: Transactions;
}): UnitOfWork<Ports> => ({
  run: (work) => transactions.run((cradle) => work(cradle as Ports)),
  runInNewTransaction: (work) => transactions.runInNewTransaction((cradle) => work(cradle as Ports)),
});
