import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Step } from '../domain/order.js';

/** A step that `by` (null: the house itself) takes now. */
export const stepBy = (
  by: string | null,
  { clock, ids }: Readonly<{ clock: Clock; ids: IdGenerator }>,
): Step => ({ at: clock.now(), by, nextId: () => ids.next() });
