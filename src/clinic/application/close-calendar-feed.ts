import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Caller, ClinicPorts } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>;

/** Deletes a calendar feed of the caller. not_found, also for another user's feed */
export type CloseFeed = (command: Readonly<{ caller: Caller; feedId: string }>) => Promise<void>;

export const makeCloseFeed =
  ({ clinicUnitOfWork }: Dependencies): CloseFeed =>
  ({ caller: { userId }, feedId }) =>
    clinicUnitOfWork.run(async ({ calendarFeeds }) => {
      if (!(await calendarFeeds.delete(userId, feedId))) throw notFound('calendar feed');
    });
