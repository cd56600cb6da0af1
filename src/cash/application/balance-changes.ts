import type { Amount } from '../domain/amount.js';
import type { LedgerWrite } from './ports.js';

/** The current state of locked amounts during a use case, and their state when they were locked. */
export class BalanceChanges {
  readonly #before = new Map<string, Amount>();
  readonly #now = new Map<string, Amount>();
  constructor(locked: Iterable<Amount>) {
    for (const amount of locked) {
      this.#before.set(amount.id, amount);
      this.#now.set(amount.id, amount);
    }
  }
  get(id: string): Amount {
    const amount = this.#now.get(id);
    if (amount === undefined) throw new Error(`the amount ${id} is not locked`);
    return amount;
  }
  set(amount: Amount): void {
    this.get(amount.id);
    this.#now.set(amount.id, amount);
  }
  all(): Amount[] {
    return [...this.#now.values()];
  }
  /** The amounts that differ from their state when they were locked. */
  changes(): LedgerWrite['amounts'] {
    return this.all()
      .map((after) => ({ before: this.#before.get(after.id) ?? after, after }))
      .filter(({ before, after }) => before !== after);
  }
}
