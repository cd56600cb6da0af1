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
  balanceAfterOf,
  parseDescription,
  sideOf,
  type Origin,
  type PostedTransaction,
} from '../domain/transaction.js';
import { BalanceChanges } from './balance-changes.js';
import type { AmountRef, CashPorts, Entry } from './ports.js';
import { assertLeavesRoom, assertNotOwned, type StandardCodes } from './standard-accounts.js';

/** One movement of money to post. Real accounts default to the home of the account, `effectiveAt` to now. */
export type PostingRequest = Readonly<{
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
type SideName = keyof typeof POINTERS;

/** Runs `work` for the item at `index` of a list: the pointers of its errors lead into the list, and their details name the index. */
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
 * Creates the amounts that do not exist yet and returns their ids; an id stays unused when a concurrent transaction creates
 * the same amount first.
 * @throws DomainError invalid `validation` for an account or real account that does not exist
 */
async function createMissingAmounts(
  ports: PostingPorts,
  { ids }: Pick<PostingDependencies, 'ids'>,
  sides: readonly Readonly<{ ref: AmountRef; side: SideName; index: number | undefined }>[],
): Promise<readonly string[]> {
  if (sides.every(({ ref }) => ref.realAccountId === undefined)) return [];
  const createdIds: string[] = [];
  const missing = new Set(
    (await ports.amounts.missing(sides.map(({ ref }) => ref))).map(
      ({ accountId, realAccountId }) => `${accountId} ${realAccountId ?? ''}`,
    ),
  );
  for (const { ref, side, index } of sides) {
    const { accountId, realAccountId } = ref;
    if (realAccountId === undefined || !missing.delete(`${accountId} ${realAccountId}`)) continue;
    await atIndex(index, async () => {
      const account = await ports.accounts.find(accountId);
      if (account === undefined) throw invalidField(POINTERS[side].account, 'is no account');
      const realAccount = await ports.realAccounts.find(realAccountId);
      if (realAccount === undefined) throw invalidField(POINTERS[side].realAccount, 'is no real account');
      if (realAccount.currency !== account.currency)
        throw currencyMismatch(POINTERS[side].realAccount, account.currency, realAccount.currency);
      if (account.floor !== null && account.floor > 0) throw belowFloor();
      const id = ids.next();
      await ports.amounts.ensure({ id, accountId, realAccountId });
      createdIds.push(id);
    });
  }
  return createdIds;
}

/** Releases expired holds on amounts that have a floor; without a floor a hold limits nothing. */
export async function expireDueHolds(
  { holds }: Pick<CashPorts, 'holds'>,
  balances: BalanceChanges,
  now: Date,
): Promise<readonly Hold[]> {
  const holding = balances.all().filter(({ held, floor }) => held > 0 && floor !== null);
  if (holding.length === 0) return [];
  const due = await holds.due(
    holding.map(({ id }) => id),
    now,
  );
  for (const hold of due) balances.set(release(balances.get(hold.source.amountId), hold.amount));
  return due.map(expireHold);
}

/** A posting takes effect neither in the future nor in a month that one of its real accounts has closed. */
function assertEffectiveAtAllowed(
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
  /** Pointers of errors lead into `/transactions/{index}`. */
  inList?: boolean | undefined;
  /** For postings that staff enter: the standard accounts, which those must leave to payments and refunds. null: other contexts. */
  byHand: StandardCodes | null;
  /** Locks hot amounts exclusively too: for decisions that depend on more than the amounts. */
  exclusive?: boolean | undefined;
}>;

/** The postings to write. Only missing amounts have been created so far. */
export type Plan = Readonly<{
  entries: readonly Entry[];
  balances: BalanceChanges;
  expired: readonly Hold[];
  /** Ids of the amounts created for the plan. */
  createdAmountIds: readonly string[];
  now: Date;
}>;

/**
 * Locks the amounts of all requests and applies the requests in order, each to the balances that those before it leave. Throws
 * the first refusal: 422 `validation`, `currency-mismatch`, `same-amount`, `insufficient-funds`; 409 `account-archived`,
 * `period-closed`, `below-floor`; by hand `owned-account`.
 */
export async function planPostings(
  ports: PostingPorts,
  dependencies: PostingDependencies,
  requests: readonly PostingRequest[],
  options: PlanOptions,
): Promise<Plan> {
  const indexOf = (position: number) => (options.inList === true ? position : undefined);
  const sides = requests.flatMap(({ source, target }, position) => [
    { ref: source, side: 'source' as const, index: indexOf(position) },
    { ref: target, side: 'target' as const, index: indexOf(position) },
  ]);
  const createdAmountIds = await createMissingAmounts(ports, dependencies, sides);
  const locked = await ports.amounts.lock(
    sides.map(({ ref }) => ref),
    options.exclusive === true ? 'exclusive' : 'posting',
  );
  const balances = new BalanceChanges(locked.filter((amount) => amount !== undefined));
  const now = notBefore(dependencies.clock.now(), balances.all());
  const expired = await expireDueHolds(ports, balances, now);
  const entries: Entry[] = [];
  for (const [position, request] of requests.entries())
    entries.push(
      await atIndex(indexOf(position), () => {
        const [source, target] = [locked[2 * position], locked[2 * position + 1]];
        if (source === undefined) throw invalidField(POINTERS.source.account, 'is no account');
        if (target === undefined) throw invalidField(POINTERS.target.account, 'is no account');
        return applyRequest(balances, dependencies, request, { source, target, now, options });
      }),
    );
  return { entries, balances, expired, createdAmountIds, now };
}

/**
 * The clocks of processes differ: one that is behind must still be able to post after another has closed the month that is
 * over by its own clock.
 */
const notBefore = (now: Date, amounts: readonly Amount[]): Date =>
  new Date(Math.max(now.getTime(), ...amounts.map(({ closedUntil }) => closedUntil?.getTime() ?? -Infinity)));

/** Applies one request to `balances`. */
function applyRequest(
  balances: BalanceChanges,
  dependencies: PostingDependencies,
  request: PostingRequest,
  at: Readonly<{ source: Amount; target: Amount; now: Date; options: PlanOptions }>,
): Entry {
  const { amount, currency } = request.amount;
  const { source, target, now, options } = at;
  if (source.id === target.id) throw sameAmount();
  for (const side of [source, target])
    if (side.currency !== currency) throw currencyMismatch('/amount/currency', side.currency, currency);
  if (amount < 1) throw invalidField('/amount/amount', 'must be at least 1');
  const description = parseDescription(request.description);
  const effectiveAt = request.effectiveAt ?? now;
  const { byHand } = options;
  if (byHand !== null) for (const { accountId } of [source, target]) assertNotOwned(byHand, accountId);
  assertInUse(source);
  assertInUse(target);
  assertEffectiveAtAllowed(effectiveAt, [source, target], now, dependencies);
  balances.set(withdraw(balances.get(source.id), amount));
  balances.set(deposit(balances.get(target.id), amount));
  if (byHand !== null) for (const { id } of [source, target]) assertLeavesRoom(byHand, balances.get(id));
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
      reversalOf: request.reversalOf ?? null,
      refundOf: request.refundOf ?? null,
      origin: request.origin ?? null,
      batchId: options.batchId ?? null,
      payerId: request.payerId ?? null,
      createdBy: options.createdBy,
    },
    source: balanceAfterOf(balances.get(source.id)),
    target: balanceAfterOf(balances.get(target.id)),
  };
}

/** Plans and writes one posting. */
export async function postRequest(
  ports: PostingPorts,
  dependencies: PostingDependencies,
  request: PostingRequest,
  options: PlanOptions,
): Promise<PostedTransaction> {
  const { entries, balances, expired } = await planPostings(ports, dependencies, [request], options);
  const [posted] = await ports.books.write({ entries, amounts: balances.changes(), closedHolds: expired });
  if (posted === undefined) throw new Error('the books returned no posted transaction');
  return posted;
}
