import type { User } from '../domain/user.js';
import type { UserRepository } from './ports.js';

/**
 * Locks every active admin and then the user, always in this order, so that two calls that would each leave the other
 * as the last admin come one after the other. `user` is undefined when there is none.
 */
export async function lockStanding(
  users: UserRepository,
  userId: string,
): Promise<Readonly<{ user: User | undefined; activeAdmins: readonly User[] }>> {
  const activeAdmins = await users.lockActiveAdmins();
  const user = activeAdmins.find(({ id }) => id === userId) ?? (await users.lock(userId));
  return { user, activeAdmins };
}
