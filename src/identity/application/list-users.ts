import type { Page, PageRequest } from '../../kernel/page.js';
import type { User, UserFilter, UserQueries } from './ports.js';

/** The users that are not erased, newest first. */
export type ListUsers = (query: Readonly<{ filter: UserFilter; page: PageRequest }>) => Promise<Page<User>>;

export const makeListUsers =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): ListUsers =>
  ({ filter, page }) =>
    userQueries.list(filter, page);
