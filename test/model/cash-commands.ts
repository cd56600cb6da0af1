import fc from 'fast-check';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import type { Axis } from '../../src/cash/application/ports.js';
import { nextPeriod } from '../../src/cash/domain/period.js';
import { eur } from '../cash/world.js';
import { pick, type Universes } from './cash-universes.js';

/** fast-check's own model. It is empty, because the oracle has the state. */
type Model = Record<string, never>;
type Command = fc.AsyncCommand<Model, Universes>;

const createdBy = null;

/** A command that is always possible. If the ledger does not allow it, both sides must refuse it alike. */
function command<Fields>(
  name: string,
  fields: fc.Arbitrary<Fields>,
  run: (universes: Universes, fields: Fields) => Promise<void>,
): fc.Arbitrary<Command> {
  const look = fc.record({
    choice: fc.nat(1000),
    daysAgo: fc.integer({ min: -1, max: 90 }),
    axis: fc.constantFrom<Axis>('effective', 'recorded'),
  });
  return fc.tuple(fields, look).map(([given, at]) => ({
    check: () => true,
    async run(_: Model, universes: Universes) {
      await run(universes, given);
      await universes.compare(at);
    },
    toString: () => `${name} ${JSON.stringify(given)} ${JSON.stringify(at)}`,
  }));
}

const choice = fc.nat(1000);
const smallAmount = fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 50_000 }));
const transferFields = fc.record({
  source: choice,
  target: choice,
  elsewhere: fc.option(choice, { nil: undefined, freq: 4 }),
  amount: smallAmount,
  hoursAgo: fc.option(fc.integer({ min: -2, max: 90 * 24 }), { nil: undefined, freq: 1 }),
});
type TransferFields = typeof transferFields extends fc.Arbitrary<infer Fields> ? Fields : never;

const toRequest = (universes: Universes, fields: TransferFields) => ({
  sourceAccountId: pick(universes.accounts, fields.source),
  targetAccountId: pick(universes.accounts, fields.target),
  targetRealAccountId:
    fields.elsewhere === undefined ? undefined : pick(universes.realAccounts, fields.elsewhere),
  amount: eur(fields.amount),
  effectiveAt: fields.hoursAgo === undefined ? undefined : plus(universes.now, -fields.hoursAgo * HOUR),
});

/** Stores the id of a created object, so that later commands can use it. */
function remember(list: string[], outcome: Readonly<{ value?: unknown }>): void {
  const { value } = outcome;
  if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string')
    list.push(value.id);
}

const onSome = async (list: readonly string[], choiceOf: number, work: (id: string) => Promise<void>) => {
  if (list.length > 0) await work(pick(list, choiceOf));
};

const transfer = command('transfer', transferFields, async (universes, fields) => {
  const request = { ...toRequest(universes, fields), createdBy };
  remember(universes.transactions, await universes.both((cash) => cash.postTransaction(request)));
});

const deposit = command(
  'deposit',
  fc.record({ target: choice, amount: fc.integer({ min: 1, max: 100_000 }) }),
  async (universes, { target, amount }) => {
    const [, , income = ''] = universes.accounts;
    const request = {
      sourceAccountId: income,
      targetAccountId: pick(universes.accounts, target),
      amount: eur(amount),
      createdBy,
    };
    remember(universes.transactions, await universes.both((cash) => cash.postTransaction(request)));
  },
);

const batch = command(
  'batch',
  fc.record({ items: fc.array(transferFields, { minLength: 1, maxLength: 5 }), dryRun: fc.boolean() }),
  async (universes, { items, dryRun }) => {
    const transactions = items.map((fields) => toRequest(universes, fields));
    await universes.both((cash) => cash.postBatch({ transactions, dryRun, createdBy }));
  },
);

const reverse = command(
  'reverse',
  fc.record({ transaction: choice, date: fc.constantFrom('original' as const, 'today' as const) }),
  (universes, { transaction, date }) =>
    onSome(universes.transactions, transaction, async (id) => {
      const outcome = await universes.both((cash) => cash.reverseTransaction({ id, date, createdBy }));
      remember(universes.transactions, outcome);
    }),
);

const refund = command(
  'refund',
  fc.record({ transaction: choice, amount: smallAmount }),
  (universes, { transaction, amount }) =>
    onSome(universes.transactions, transaction, async (id) => {
      const command = { id, amount: eur(amount), createdBy };
      remember(universes.transactions, await universes.both((cash) => cash.refundTransaction(command)));
    }),
);

const hold = command(
  'hold',
  fc.record({
    source: choice,
    target: choice,
    amount: smallAmount,
    minutes: fc.option(fc.integer({ min: -1, max: 10_000 }), { nil: undefined }),
  }),
  async (universes, { source, target, amount, minutes }) => {
    const request = {
      sourceAccountId: pick(universes.accounts, source),
      targetAccountId: pick(universes.accounts, target),
      amount: eur(amount),
      expiresAt: minutes === undefined ? undefined : plus(universes.now, minutes * MINUTE),
      createdBy,
    };
    remember(universes.holds, await universes.both((cash) => cash.placeHold(request)));
  },
);

const capture = command(
  'capture',
  fc.record({ hold: choice, amount: fc.option(smallAmount, { nil: undefined, freq: 1 }) }),
  (universes, { hold: chosen, amount }) =>
    onSome(universes.holds, chosen, async (id) => {
      const captured = amount === undefined ? undefined : eur(amount);
      await universes.both((cash) => cash.captureHold({ id, amount: captured, createdBy }));
    }),
);

const release = command('void', fc.record({ hold: choice }), (universes, { hold: chosen }) =>
  onSome(universes.holds, chosen, async (id) => {
    await universes.both((cash) => cash.voidHold({ id }));
  }),
);

const expire = command('expire', fc.constant({}), async (universes) => {
  await universes.both((cash) => cash.expireHolds());
});

const wait = command(
  'wait',
  fc.record({ minutes: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20_000 })) }),
  async (universes, { minutes }) => {
    universes.advance(minutes * MINUTE);
    await Promise.resolve();
  },
);

const closePeriod = command(
  'close',
  fc.record({ realAccount: choice, monthsAgo: fc.integer({ min: 0, max: 4 }) }),
  async (universes, { realAccount, monthsAgo }) => {
    let period = plus(universes.now, -monthsAgo * 30 * DAY)
      .toISOString()
      .slice(0, 7);
    if (monthsAgo === 0) period = nextPeriod(period);
    const realAccountId = pick(universes.realAccounts, realAccount);
    await universes.both((cash) => cash.closePeriod({ realAccountId, period, closedBy: null }));
  },
);

const changeAccount = command(
  'change',
  fc.record({
    account: choice,
    change: fc.oneof(
      fc.record({
        floor: fc.oneof(fc.constant(null), fc.integer({ min: -50_000, max: 500 }).map(eur)),
      }),
      fc.record({ archived: fc.boolean() }),
      fc.record({ type: fc.constantFrom('asset' as const, 'income' as const, 'expense' as const) }),
      fc.record({ home: choice }),
    ),
  }),
  async (universes, { account, change }) => {
    const id = pick(universes.accounts, account);
    const { home, ...fields } = { home: undefined, ...change };
    const realAccountId = home === undefined ? undefined : pick(universes.realAccounts, home);
    await universes.both((cash) =>
      cash.changeAccount({ id, expectedVersion: null, realAccountId, ...fields }),
    );
  },
);

const openAccount = command(
  'open',
  fc.record({ home: choice, type: fc.constantFrom('asset' as const, 'income' as const, 'equity' as const) }),
  async (universes, { home, type }) => {
    const realAccountId = pick(universes.realAccounts, home);
    remember(
      universes.accounts,
      await universes.both((cash) => cash.openAccount({ name: 'Envelope', realAccountId, type })),
    );
  },
);

const deleteAccount = command('delete', fc.record({ account: choice }), async (universes, { account }) => {
  const id = pick(universes.accounts, account);
  const outcome = await universes.both((cash) => cash.deleteAccount({ id }));
  if ('value' in outcome) universes.accounts.splice(universes.accounts.indexOf(id), 1);
});

const settle = command(
  'settle',
  fc.record({ source: choice, target: choice, amount: fc.integer({ min: 1, max: 3 }), event: fc.nat(5) }),
  async (universes, { source, target, amount, event }) => {
    const [from, to] = [pick(universes.accounts, source), pick(universes.accounts, target)];
    // An origin is unique in the whole database, which all runs on PostgreSQL share.
    const origin = { type: 'order', id: universes.realAccounts[0] ?? '', event: `payment:${event}` };
    await universes.both((cash) =>
      cash.withLedger((ledger) => ledger.post({ from, to, amount, currency: 'EUR', origin })),
    );
  },
);

const checkpoint = command('checkpoint', fc.constant({}), (universes) => universes.moveCheckpoints());

/** Between one and `maxCommands` commands, shrunk to the shortest list that still fails. */
export const cashCommands = (maxCommands: number) =>
  fc.commands(
    [
      transfer,
      transfer,
      transfer,
      deposit,
      deposit,
      batch,
      reverse,
      refund,
      hold,
      hold,
      capture,
      release,
      expire,
      wait,
      closePeriod,
      changeAccount,
      openAccount,
      deleteAccount,
      settle,
      checkpoint,
    ],
    { maxCommands, size: 'max' },
  );
