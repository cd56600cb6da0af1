import type { Transaction } from 'sequelize';
import type { ImportRepository } from '../../application/bank-ports.js';
import type { CashModels } from './models/cash-models.js';

export const makeImportRepository = ({
  cashModels: { imports },
  transaction,
}: {
  cashModels: CashModels;
  transaction: Transaction;
}): ImportRepository => ({
  async insert({ sha256, sizeBytes, ...of }) {
    await imports.create(
      {
        id: of.id,
        realAccountId: of.realAccountId,
        profile: of.profile,
        fileSha256: Buffer.from(sha256, 'hex'),
        fileBytes: sizeBytes,
        added: of.added,
        duplicates: of.duplicates,
        rejected: of.rejected,
        importedAt: of.importedAt,
        importedBy: of.importedBy,
      },
      { transaction, returning: false },
    );
  },
});
