import { unauthenticated } from '../domain/errors.js';
import type { User, UserQueries } from './ports.js';

/** The caller's own account; `unauthenticated` if it was erased meanwhile. */
export type ViewProfile = (query: Readonly<{ userId: string }>) => Promise<User>;

export const makeViewProfile =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): ViewProfile =>
  async ({ userId }) => {
    const user = await userQueries.find(userId);
    if (user === undefined) throw unauthenticated();
    return user;
  };
