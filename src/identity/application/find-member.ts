import { DomainError } from '../../kernel/errors.js';
import { canonicalEmail } from '../domain/email-address.js';
import type { UserQueries } from './ports.js';

/** The user with an email address. not_found */
export type FindMember = (email: string) => Promise<Readonly<{ userId: string; email: string }>>;

export const makeFindMember =
  ({ userQueries }: Readonly<{ userQueries: UserQueries }>): FindMember =>
  async (email) => {
    const user = await userQueries.findByEmail(canonicalEmail(email));
    if (user === undefined)
      throw new DomainError('not_found', 'not-found', 'There is no user with this address.');
    return { userId: user.id, email: user.email };
  };
