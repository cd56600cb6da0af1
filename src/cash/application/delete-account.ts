import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { accountInUse } from '../domain/errors.js';
import type { CashPorts } from './ports.js';

/**
 * Deletes an envelope that nothing was ever posted to or held on. conflict `account-in-use`, for a default envelope too;
 * stale `version-mismatch` where a version is named.
 */
export type DeleteAccount = (
  command: Readonly<{ id: string; expectedVersion?: number | null | undefined }>,
) => Promise<void>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makeDeleteAccount =
  ({ cashUnitOfWork }: Dependencies): DeleteAccount =>
  ({ id, expectedVersion }) =>
    cashUnitOfWork.run(async ({ accounts }) => {
      const account = await accounts.lock(id);
      if (account === undefined) throw notFound('account');
      if (typeof expectedVersion === 'number' && expectedVersion !== account.version) throw versionMismatch();
      if (account.isDefault) throw accountInUse('The default envelope goes with its real account.');
      if (account.code !== null) throw accountInUse('The shop and the clinic settle into this account.');
      await accounts.delete(id);
    });
