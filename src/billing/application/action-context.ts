import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { ActionContext } from '../domain/action-context.js';

/** An action that happens now; `by` is the user, null: the system. */
export const actionContext = (
  by: string | null,
  { clock, ids }: Readonly<{ clock: Clock; ids: IdGenerator }>,
): ActionContext => ({ at: clock.now(), by, nextId: () => ids.next() });
