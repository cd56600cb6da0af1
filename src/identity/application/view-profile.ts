import { unauthenticated } from '../domain/errors.js';
import type { User, UserQueries } from './ports.js';

/** One's own account as it is now; `unauthenticated` when it has just been erased. */
export type ViewProfile = (query: Readonly<{ userId: string }>) => Promise<User>;

export const makeViewProfile =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): ViewProfile =>
  async ({ userId }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw unauthenticated();
    return user;
  };
