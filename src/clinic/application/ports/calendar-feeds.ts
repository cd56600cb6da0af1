import type { AppointmentStatus } from '../../domain/appointment.js';

export type CalendarFeed = Readonly<{ id: string; userId: string; tokenHash: string; createdAt: Date }>;

export interface CalendarFeedRepository {
  insert(feed: CalendarFeed): Promise<void>;
  /** false if the user has no such feed. */
  delete(userId: string, feedId: string): Promise<boolean>;
  /** Deletes all feeds of the user. */
  deleteAll(userId: string): Promise<void>;
}

/** An appointment in a calendar feed: times and status only, no names and no texts. */
export type CalendarEntry = Readonly<{
  id: string;
  startsAt: Date;
  endsAt: Date;
  status: AppointmentStatus;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}>;

/** Secrets in the URLs of calendar feeds. Only their hashes are stored. */
export interface FeedTokens {
  make(): string;
  hash(token: string): string;
}
