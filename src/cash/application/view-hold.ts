import { found } from './found.js';
import type { CashQueries, Hold } from './ports.js';

/** A hold in its stored status; `statusAt` tells whether it has expired. not_found */
export type ViewHold = (query: Readonly<{ holdId: string }>) => Promise<Hold>;

export const makeViewHold =
  ({ cashQueries }: Readonly<{ cashQueries: CashQueries }>): ViewHold =>
  async ({ holdId }) =>
    found(await cashQueries.hold(holdId), 'hold');
