import type { Transaction } from 'sequelize';
import type { AccessLog } from '../../application/ports.js';
import type { ClinicModels } from './models.js';

export const makeAccessLog = ({
  clinicModels: { accessLog },
  transaction,
}: {
  clinicModels: ClinicModels;
  transaction: Transaction;
}): AccessLog => ({
  async append(entries) {
    if (entries.length === 0) return;
    await accessLog.bulkCreate(
      entries.map(({ id, patientId, at, by, action, resource }) => ({
        id,
        patientId,
        at,
        byUserId: by,
        action,
        resource,
      })),
      { transaction, returning: false },
    );
  },
});
