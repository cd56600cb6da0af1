import type { LockedOrigin } from '../../kernel/billing.js';
import type { Origin } from '../../kernel/receivable.js';
import type { PaymentOrigins } from './ports.js';

/** Locks the object that is paid for; its payments may be changed until the transaction ends. */
export async function lockOrigin(origins: PaymentOrigins, { type, id }: Origin): Promise<LockedOrigin> {
  const origin = origins[type];
  if (origin === undefined) throw new Error(`no context owns origins of the type ${type}`);
  return origin.lock(id);
}
