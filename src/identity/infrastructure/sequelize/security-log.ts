import type { Transaction } from 'sequelize';
import type { IdGenerator } from '../../../kernel/ids.js';
import type { SecurityLog } from '../../application/ports.js';
import type { IdentityModels } from './models.js';

export const makeSecurityLog = ({
  identityModels: { securityEvents },
  transaction,
  ids,
}: {
  identityModels: IdentityModels;
  transaction: Transaction;
  ids: IdGenerator;
}): SecurityLog => ({
  async append({ at, userId, actorId, event, ip, userAgent }) {
    await securityEvents.create(
      { id: ids.next(), at, userId, actorId, event, ip, userAgent },
      { transaction, returning: false },
    );
  },
});
