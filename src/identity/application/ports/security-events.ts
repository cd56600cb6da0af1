import type { Page, PageRequest } from '../../../kernel/page.js';
import type { SecurityEvent } from '../../domain/security-event.js';

/** Append-only. Failures are written in `runInNewTransaction`, so that they stay although the call fails. */
export interface SecurityLog {
  append(event: SecurityEvent): Promise<void>;
}

/** An event as the account's user sees it. Without the client if another user acted on the account. */
export type SecurityEventView = Readonly<{
  id: string;
  at: Date;
  event: SecurityEvent['event'];
  ip: string;
  userAgent: string;
}>;

export interface SecurityEventQueries {
  /**
   * Newest first; undefined if there is no such user. The page key is [at in ms since 1970, id].
   * `own` omits the clients of other users who acted: members do not see the network addresses of staff.
   */
  list(
    userId: string,
    view: Readonly<{ own: boolean }>,
    page: PageRequest,
  ): Promise<Page<SecurityEventView> | undefined>;
}
