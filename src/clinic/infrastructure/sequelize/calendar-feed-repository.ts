import type { Transaction } from 'sequelize';
import type { CalendarFeedRepository } from '../../application/ports.js';
import type { ClinicModels } from './models.js';

export const makeCalendarFeedRepository = ({
  clinicModels: { feeds },
  transaction,
}: {
  clinicModels: ClinicModels;
  transaction: Transaction;
}): CalendarFeedRepository => ({
  async insert(feed) {
    await feeds.create({ ...feed }, { transaction, returning: false });
  },
  async delete(userId, feedId) {
    return (await feeds.destroy({ where: { id: feedId, userId }, transaction })) > 0;
  },
  async deleteAll(userId) {
    await feeds.destroy({ where: { userId }, transaction });
  },
});
