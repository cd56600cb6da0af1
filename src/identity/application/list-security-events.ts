import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { unauthenticated } from '../domain/errors.js';
import type { SecurityEventQueries, SecurityEventView } from './ports.js';

/** The security events of an account, newest first. not_found; `unauthenticated` for oneself if erased meanwhile. */
export type ListSecurityEvents = (
  query: Readonly<{ userId: string; own: boolean; page: PageRequest }>,
) => Promise<Page<SecurityEventView>>;

export const makeListSecurityEvents =
  ({ securityEventQueries }: Readonly<{ securityEventQueries: SecurityEventQueries }>): ListSecurityEvents =>
  async ({ userId, own, page }) => {
    const events = await securityEventQueries.list(userId, { own }, page);
    if (events === undefined) throw own ? unauthenticated() : notFound('user');
    return events;
  };
