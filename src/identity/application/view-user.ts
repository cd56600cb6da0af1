import { notFound } from '../../kernel/errors.js';
import type { User, UserQueries } from './ports.js';

/** Any user. not_found, also for an erased user. */
export type ViewUser = (query: Readonly<{ userId: string }>) => Promise<User>;

export const makeViewUser =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): ViewUser =>
  async ({ userId }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw notFound('user');
    return user;
  };
