import { notFound } from '../../kernel/errors.js';
import type { User, UserQueries } from './ports.js';

/** The user as they are now; not_found. */
export type ViewProfile = (query: Readonly<{ userId: string }>) => Promise<User>;

export const makeViewProfile =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): ViewProfile =>
  async ({ userId }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw notFound('user');
    return user;
  };
