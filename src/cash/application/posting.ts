import type { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField, type FieldFault } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import { assertInUse, deposit, release, withdraw, type Amount } from '../domain/amount.js';
import { belowFloor, currencyMismatch, periodClosed, sameAmount } from '../domain/errors.js';
import { expireHold, type Hold } from '../domain/hold.js';
import {
  landingOf,
  parseDescription,
  sideOf,
  type Origin,
  type PostedTransaction,
} from '../domain/transaction.js';
import type { CashPorts, Entry, AmountRef, LedgerWrite } from './ports.js';

/** One movement that is asked for. Real accounts default to the accounts' homes, `effectiveAt` to now. */
export type Order = Readonly<{
  source: AmountRef;
  target: AmountRef;
  amount: Money;
  effectiveAt?: Date | undefined;
  description?: string | null | undefined;
  origin?: Origin | undefined;
  reversalOf?: string | undefined;
  refundOf?: string | undefined;
  payerId?: string | null | undefined;
}>;

export type PostingPorts = Pick<CashPorts, 'amounts' | 'accounts' | 'realAccounts' | 'books' | 'holds'>;

export type PostingDependencies = Readonly<{
  clock: Clock;
  ids: IdGenerator;
  timeZones: TimeZones;
  practice: Practice;
}>;

const POINTERS = {
  source: { account: '/sourceAccountId', realAccount: '/sourceRealAccountId' },
  target: { account: '/targetAccountId', realAccount: '/targetRealAccountId' },
} as const;
type End = keyof typeof POINTERS;

/** Runs `work` on the item at `index` of a list; its faults then point into the list, and the problem names the index. */
export async function atIndex<Result>(
  index: number | undefined,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (index === undefined || !(error instanceof DomainError)) throw error;
    const faults = (error.details['errors'] ?? []) as readonly FieldFault[];
    throw new DomainError(error.kind, error.code, error.message, {
      ...error.details,
      index,
      ...(faults.length > 0 && {
        errors: faults.map(({ pointer, detail }) => ({
          pointer: `/transactions/${index}${pointer}`,
          detail,
        })),
      }),
    });
  }
}

/**
 * Makes the amounts that are asked for but are not there yet, and gives the ids they have unless somebody else makes them
 * at the same time; 422 for an account or real account that does not exist.
 */
async function makeMissing(
  ports: PostingPorts,
  { ids }: Pick<PostingDependencies, 'ids'>,
  ends: readonly Readonly<{ place: AmountRef; end: End; index: number | undefined }>[],
): Promise<readonly string[]> {
  if (ends.every(({ place }) => place.realAccountId === undefined)) return [];
  const made: string[] = [];
  const missing = new Set(
    (await ports.amounts.missing(ends.map(({ place }) => place))).map(
      ({ accountId, realAccountId }) => `${accountId} ${realAccountId ?? ''}`,
    ),
  );
  for (const { place, end, index } of ends) {
    const { accountId, realAccountId } = place;
    if (realAccountId === undefined || !missing.delete(`${accountId} ${realAccountId}`)) continue;
    await atIndex(index, async () => {
      const account = await ports.accounts.find(accountId);
      if (account === undefined) throw invalidField(POINTERS[end].account, 'is no account');
      const realAccount = await ports.realAccounts.find(realAccountId);
      if (realAccount === undefined) throw invalidField(POINTERS[end].realAccount, 'is no real account');
      if (realAccount.currency !== account.currency)
        throw currencyMismatch(POINTERS[end].realAccount, account.currency, realAccount.currency);
      if (account.floor !== null && account.floor > 0) throw belowFloor();
      const id = ids.next();
      await ports.amounts.ensure({ id, accountId, realAccountId });
      made.push(id);
    });
  }
  return made;
}

/** The amounts as a use case leaves them, beside what they were when they were locked. */
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
  /** What has to be written. */
  changes(): LedgerWrite['amounts'] {
    return this.all()
      .map((after) => ({ before: this.#before.get(after.id) ?? after, after }))
      .filter(({ before, after }) => before !== after);
  }
}

/** Frees what holds reserve whose time is over, where it matters: on amounts that have a floor and something held. */
export async function expireDueHolds(
  { holds }: Pick<CashPorts, 'holds'>,
  ledgers: BalanceChanges,
  now: Date,
): Promise<readonly Hold[]> {
  const holding = ledgers.all().filter(({ held, floor }) => held > 0 && floor !== null);
  if (holding.length === 0) return [];
  const due = await holds.due(
    holding.map(({ id }) => id),
    now,
  );
  for (const hold of due) ledgers.set(release(ledgers.get(hold.source.amountId), hold.amount));
  return due.map(expireHold);
}

/** Nothing takes effect in the future, or in a month that either side has closed. */
function assertDatable(
  effectiveAt: Date,
  sides: readonly Amount[],
  now: Date,
  { timeZones, practice }: PostingDependencies,
): void {
  if (effectiveAt > now) throw invalidField('/effectiveAt', 'must not be in the future');
  const closed = sides.map(({ closedUntil }) => closedUntil?.getTime() ?? -Infinity);
  const closedUntilMs = Math.max(...closed);
  if (effectiveAt.getTime() < closedUntilMs)
    throw periodClosed(timeZones.dayOf(new Date(closedUntilMs), practice.timeZone));
}

export type PlanOptions = Readonly<{
  createdBy: string | null;
  batchId?: string | undefined;
  /** Pointers lead into `/transactions/{index}`. */
  inList?: boolean | undefined;
  /** Hot amounts too: for what is decided from more than the amounts themselves. */
  exclusive?: boolean | undefined;
}>;

/** What is to be written, and when: nothing of it has been yet, but for the empty amounts that were missing. */
export type Plan = Readonly<{
  entries: readonly Entry[];
  ledgers: BalanceChanges;
  expired: readonly Hold[];
  /** Amounts that were made for it. */
  made: readonly string[];
  now: Date;
}>;

/**
 * Locks the amounts of all orders and decides one after the other, each on what the ones before it leave. Throws the
 * first refusal: 422 `validation`, `currency-mismatch`, `same-amount`, `insufficient-funds`; 409 `account-archived`,
 * `period-closed`, `below-floor`.
 */
export async function planOrders(
  ports: PostingPorts,
  dependencies: PostingDependencies,
  orders: readonly Order[],
  options: PlanOptions,
): Promise<Plan> {
  const indexOf = (position: number) => (options.inList === true ? position : undefined);
  const ends = orders.flatMap(({ source, target }, position) => [
    { place: source, end: 'source' as const, index: indexOf(position) },
    { place: target, end: 'target' as const, index: indexOf(position) },
  ]);
  const made = await makeMissing(ports, dependencies, ends);
  const locked = await ports.amounts.lock(
    ends.map(({ place }) => place),
    options.exclusive === true ? 'exclusive' : 'posting',
  );
  const now = dependencies.clock.now();
  const ledgers = new BalanceChanges(locked.filter((amount) => amount !== undefined));
  const expired = await expireDueHolds(ports, ledgers, now);
  const entries: Entry[] = [];
  for (const [position, order] of orders.entries())
    entries.push(
      await atIndex(indexOf(position), () => {
        const [source, target] = [locked[2 * position], locked[2 * position + 1]];
        if (source === undefined) throw invalidField(POINTERS.source.account, 'is no account');
        if (target === undefined) throw invalidField(POINTERS.target.account, 'is no account');
        return enter(ledgers, dependencies, order, { source, target, now, options });
      }),
    );
  return { entries, ledgers, expired, made, now };
}

function enter(
  ledgers: BalanceChanges,
  dependencies: PostingDependencies,
  order: Order,
  at: Readonly<{ source: Amount; target: Amount; now: Date; options: PlanOptions }>,
): Entry {
  const { amount, currency } = order.amount;
  const { source, target, now, options } = at;
  if (source.id === target.id) throw sameAmount();
  for (const side of [source, target])
    if (side.currency !== currency) throw currencyMismatch('/amount/currency', side.currency, currency);
  if (amount < 1) throw invalidField('/amount/amount', 'must be at least 1');
  const description = parseDescription(order.description);
  const effectiveAt = order.effectiveAt ?? now;
  assertInUse(source);
  assertInUse(target);
  assertDatable(effectiveAt, [source, target], now, dependencies);
  ledgers.set(withdraw(ledgers.get(source.id), amount));
  ledgers.set(deposit(ledgers.get(target.id), amount));
  return {
    transaction: {
      id: dependencies.ids.next(),
      source: sideOf(source),
      target: sideOf(target),
      amount,
      currency,
      description,
      effectiveAt,
      postedAt: now,
      reversalOf: order.reversalOf ?? null,
      refundOf: order.refundOf ?? null,
      origin: order.origin ?? null,
      batchId: options.batchId ?? null,
      payerId: order.payerId ?? null,
      createdBy: options.createdBy,
    },
    source: landingOf(ledgers.get(source.id)),
    target: landingOf(ledgers.get(target.id)),
  };
}

/** Plans one order and writes it. */
export async function postOrder(
  ports: PostingPorts,
  dependencies: PostingDependencies,
  order: Order,
  options: PlanOptions,
): Promise<PostedTransaction> {
  const { entries, ledgers, expired } = await planOrders(ports, dependencies, [order], options);
  const [posted] = await ports.books.write({ entries, amounts: ledgers.changes(), closedHolds: expired });
  if (posted === undefined) throw new Error('the books did not take the entry');
  return posted;
}
