import type { Reconciliation } from '../../domain/reconciliation.js';

export interface ReconciliationRepository {
  insert(reconciliation: Reconciliation): Promise<void>;
  /** The reconciliation with the latest day; of two for one day, the later one. */
  latest(realAccountId: string): Promise<Reconciliation | undefined>;
  /** Open holds on the real account's money that were placed before `before`. */
  openHolds(realAccountId: string, before: Date): Promise<number>;
}
