import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newDiscount, type Discount } from '../domain/discount.js';
import { toReduction, type ReductionFields } from './discount-fields.js';
import { minorIn } from './money-fields.js';
import type { StorefrontPorts } from './ports.js';

/** conflict `code-taken`, 422 `validation`, `currency-mismatch`. */
export type AddDiscount = (
  command: Readonly<{
    code: string;
    reduction: ReductionFields;
    minSubtotal: Money | null;
    startsAt: Date | null;
    endsAt: Date | null;
    maxUses: number | null;
    maxUsesPerUser: number | null;
    isActive: boolean;
  }>,
) => Promise<Discount>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAddDiscount =
  ({ storefrontUnitOfWork, practice: { currency }, clock, ids }: Dependencies): AddDiscount =>
  async ({ reduction, minSubtotal, ...fields }) => {
    const discount = newDiscount(
      ids.next(),
      {
        ...fields,
        reduction: toReduction(reduction, currency),
        minSubtotal: minSubtotal === null ? 0 : minorIn(minSubtotal, currency, '/minSubtotal'),
      },
      clock.now(),
    );
    await storefrontUnitOfWork.run(({ discounts }) => discounts.insert(discount));
    return discount;
  };
