import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeDiscount } from '../domain/discount.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { StorefrontPorts } from './ports.js';

/** Deletes a discount, or deactivates it when an order refers to it. not_found, stale. */
export type RemoveDiscount = (
  command: Readonly<{ discountId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

type Dependencies = Readonly<{ storefrontUnitOfWork: UnitOfWork<StorefrontPorts>; clock: Clock }>;

export const makeRemoveDiscount =
  ({ storefrontUnitOfWork, clock }: Dependencies): RemoveDiscount =>
  ({ discountId, expectedVersion }) =>
    storefrontUnitOfWork.run(async ({ discounts }) => {
      const held = await discounts.lock(discountId);
      if (held === undefined) throw notFound('discount');
      assertVersion(held, expectedVersion);
      if (!(await discounts.wasUsed(discountId))) await discounts.delete(discountId);
      else if (held.isActive) await discounts.save(changeDiscount(held, { isActive: false }, clock.now()));
    });
