import type { CashUseCases } from '../cash/world.js';
import { seedAccounts } from '../cash/world.js';
import type { TestPraxis } from './praxis.js';

/** Every use case of cash as the running server has them. */
export const cashOf = (praxis: TestPraxis): CashUseCases => praxis.container.cradle as CashUseCases;

/** Real accounts and envelopes with 1,000.00 to spend. */
export async function openBooks(praxis: TestPraxis) {
  const cash = cashOf(praxis);
  const furniture = await seedAccounts(cash);
  const opening = await cash.postTransaction({
    sourceAccountId: furniture.origin,
    targetAccountId: furniture.unallocated,
    amount: { amount: 100_000, currency: 'EUR' },
    description: 'Opening balance',
    createdBy: null,
  });
  return { ...furniture, opening };
}
