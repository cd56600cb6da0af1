import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeDiscount, type Discount } from '../domain/discount.js';
import { changeReduction } from './discount-fields.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { minorIn } from './money-fields.js';
import type { StorefrontPorts } from './ports.js';

/**
 * Changes the given fields; existing orders keep their discount. null removes a limit.
 * not_found, stale, conflict `code-taken`, 422 `validation`, `currency-mismatch`.
 */
export type ChangeDiscount = (
  command: Readonly<{
    discountId: string;
    changes: Readonly<{
      code?: string | undefined;
      basisPoints?: number | undefined;
      amount?: Money | undefined;
      minSubtotal?: Money | null | undefined;
      startsAt?: Date | null | undefined;
      endsAt?: Date | null | undefined;
      maxUses?: number | null | undefined;
      maxUsesPerUser?: number | null | undefined;
      isActive?: boolean | undefined;
    }>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<Discount>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  practice: Practice;
  clock: Clock;
}>;

export const makeChangeDiscount =
  ({ storefrontUnitOfWork, practice: { currency }, clock }: Dependencies): ChangeDiscount =>
  ({ discountId, changes: { basisPoints, amount, minSubtotal, ...rest }, expectedVersion }) =>
    storefrontUnitOfWork.run(async ({ discounts }) => {
      const held = await discounts.lock(discountId);
      if (held === undefined) throw notFound('discount');
      assertVersion(held, expectedVersion);
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const minimum =
        minSubtotal === undefined
          ? held.minSubtotal
          : minSubtotal === null
            ? 0
            : minorIn(minSubtotal, currency, '/minSubtotal');
      const changed = changeDiscount(
        held,
        {
          ...given,
          reduction: changeReduction(held.reduction, { basisPoints, amount }, currency),
          minSubtotal: minimum,
        },
        clock.now(),
      );
      return discounts.save(changed);
    });
