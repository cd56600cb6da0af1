import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { PageKey } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { BankLine, BankQueries, Match, ReportQueries } from '../../src/cash/application/bank-ports.js';
import type { CashPorts } from '../../src/cash/application/ports.js';
import { statementText } from '../../src/cash/domain/bank-line.js';
import { removeMatch } from '../../src/cash/domain/match.js';
import { closeThrough } from '../../src/cash/domain/real-account.js';
import { anEntry, givenAccounts, ids, T0 } from '../support/builders/cash.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type BankAdapters = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  bankQueries: BankQueries;
  reportQueries: ReportQueries;
}>;

const T1 = plus(T0, DAY);
const UNKNOWN = '01940000-0000-7000-8000-ffffffffffff';
const ALL = { from: null, to: null };

/** What every adapter of cash's ports to the bank must do. */
export function bankContract(adapters: () => BankAdapters): void {
  const run: UnitOfWork<CashPorts>['run'] = (work) => adapters().cashUnitOfWork.run(work);
  const given = () => run((ports) => givenAccounts(ports));
  type Given = Awaited<ReturnType<typeof given>>;

  const aLine = ({ realAccount }: Given, changes: Partial<BankLine> = {}): BankLine => {
    const facts = {
      bookedOn: '2026-11-20',
      valueDate: null,
      amount: 100,
      remittance: null,
      counterparty: null,
      reference: null,
    };
    const line = {
      ...facts,
      id: ids.next(),
      realAccountId: realAccount.id,
      importId: UNKNOWN,
      currency: 'EUR',
      occurrence: 1,
      fingerprint: '',
      ...changes,
    };
    return { ...line, fingerprint: createHash('sha256').update(statementText(line)).digest('hex') };
  };
  /** Adds lines by an import of their own. */
  const add = (there: Given, ...lines: BankLine[]) =>
    run(async ({ bankLines, bankImports }) => {
      const importId = ids.next();
      const outcomes = await bankLines.add(lines.map((line) => ({ ...line, importId })));
      await bankImports.insert({
        id: importId,
        realAccountId: there.realAccount.id,
        profile: 'generic',
        sha256: 'ab'.repeat(32),
        sizeBytes: 10,
        added: outcomes.added,
        duplicates: outcomes.duplicates,
        rejected: 0,
        importedAt: T0,
        importedBy: null,
      });
      return outcomes;
    });
  /** Income of `amountMinor`, or with a minus an expense, in the envelope of the real account. */
  const post = (there: Given, amountMinor: number, at = T0) =>
    run(async (ports) => {
      const [outside, inside] = await otherAndOwn(ports, there);
      const ends = amountMinor > 0 ? ([outside, inside] as const) : ([inside, outside] as const);
      const { entry, amounts } = anEntry(ends[0], ends[1], Math.abs(amountMinor), {
        effectiveAt: at,
        postedAt: plus(T1, DAY),
      });
      const [posted] = await ports.books.write({ entries: [entry], amounts });
      return posted!;
    });
  const outsides = new Map<string, string>();
  async function otherAndOwn(ports: CashPorts, there: Given) {
    const known = outsides.get(there.realAccount.id);
    const accountId = known ?? (await givenAccounts(ports)).envelope.id;
    outsides.set(there.realAccount.id, accountId);
    const locked = await ports.amounts.lock([{ accountId }, { accountId: there.envelope.id }], 'posting');
    return [locked[0]!, locked[1]!] as const;
  }
  const aMatch = (line: BankLine, ...transactionIds: string[]): Match => ({
    id: ids.next(),
    bankLineId: line.id,
    realAccountId: line.realAccountId,
    transactionIds: transactionIds.toSorted(),
    matchedAt: T0,
    matchedBy: null,
    removedAt: null,
    removedBy: null,
  });
  const insert = (match: Match) => run(({ bankMatches }) => bankMatches.insert(match));
  const close = ({ realAccount }: Given, period: string) =>
    run(async ({ realAccounts, periods, amounts }) => {
      const account = (await realAccounts.lock(realAccount.id))!;
      const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(5))];
      const [startsAt, endsAt] = [new Date(Date.UTC(year, month - 1)), new Date(Date.UTC(year, month))];
      const closed = {
        ...{ id: ids.next(), realAccountId: realAccount.id, period, startsAt, endsAt },
        ...{ closedAt: plus(T1, 30 * DAY), closedBy: null },
      };
      await periods.insert(closed);
      await realAccounts.save(closeThrough(account, period, endsAt, T1));
      await amounts.refresh({ realAccountId: realAccount.id });
      return closed;
    });
  const linesOf = async ({ realAccount }: Given) =>
    (await adapters().bankQueries.bankStatement(realAccount.id, ALL, 100))!.lines;

  describe('bank lines', () => {
    it('are read as they were added, and are undefined when unknown', async () => {
      const there = await given();
      const line = aLine(there, {
        valueDate: '2026-11-21',
        amount: -Number.MAX_SAFE_INTEGER,
        remittance: 'Zo\u00eb \ud83e\uddb7 "quoted", \'x\'',
        counterparty: 'C',
        reference: 'R',
      });
      expect(await add(there, line)).to.deep.equal({ added: 1, duplicates: 0, closed: [] });
      const [found] = await linesOf(there);
      const { importId } = found!;
      expect(found).to.deep.equal({ ...line, importId });
      expect(await run(({ bankLines }) => bankLines.find(line.id))).to.deep.equal(found);
      const { fingerprint: _, ...view } = found!;
      expect(await adapters().bankQueries.bankLine(line.id)).to.deep.equal({ ...view, match: null });
      expect(await adapters().bankQueries.bankLine(UNKNOWN)).to.equal(undefined);
      expect(await run(({ bankLines }) => bankLines.find(UNKNOWN))).to.equal(undefined);
      expect(await adapters().bankQueries.bankStatement(UNKNOWN, ALL, 1)).to.equal(undefined);
    });

    it('are stored once for each occurrence; `compare` predicts the result of `add` without a write', async () => {
      const there = await given();
      const twice = [aLine(there), aLine(there, { occurrence: 2 })];
      await add(there, twice[0]!);
      const all = [...twice, aLine(there, { amount: 5 })].map((line) => ({ ...line, id: ids.next() }));
      const expected = { added: 2, duplicates: 1, closed: [] };
      expect(await run(({ bankLines }) => bankLines.compare(all))).to.deep.equal(expected);
      expect(await linesOf(there)).to.have.length(1);
      expect(await add(there, ...all)).to.deep.equal(expected);
      expect(await linesOf(there)).to.have.length(3);
      const other = await given();
      expect(await add(other, aLine(other))).to.deep.include({ added: 1 });
    });

    it('are refused in a closed month unless they are stored already; their days have no time zone', async () => {
      const there = await given();
      const known = aLine(there, { bookedOn: '2026-10-31' });
      await add(there, known);
      await close(there, '2026-10');
      const fresh = (bookedOn: string) => aLine(there, { bookedOn, amount: 7 });
      const lines = [
        { ...known, id: ids.next() },
        fresh('2026-10-31'),
        fresh('2026-11-01'),
        fresh('2025-01-01'),
      ];
      const expected = { added: 1, duplicates: 1, closed: [1, 3] };
      expect(await run(({ bankLines }) => bankLines.compare(lines))).to.deep.equal(expected);
      expect(await add(there, ...lines)).to.deep.equal(expected);
      expect((await linesOf(there)).map(({ bookedOn }) => bookedOn)).to.deep.equal([
        '2026-10-31',
        '2026-11-01',
      ]);
    });

    it('are rolled back with their unit of work', async () => {
      const there = await given();
      const line = aLine(there);
      const thrown = new Error('and then it fails');
      const work = run(async ({ bankLines }) => {
        await bankLines.add([line]);
        throw thrown;
      });
      expect(await rejection(work)).to.equal(thrown);
      expect(await linesOf(there)).to.deep.equal([]);
    });

    it('are listed by descending booking date, page by page, filtered by day and by match', async () => {
      const there = await given();
      const lines = ['2026-11-01', '2026-11-03', '2026-11-02', '2026-11-03'].map((bookedOn, n) =>
        aLine(there, { bookedOn, amount: n + 1 }),
      );
      await add(there, ...lines);
      const { id } = await post(there, 2);
      await insert(aMatch(lines[1]!, id));
      const { bankQueries } = adapters();
      const amounts = async (filter: object, limit = 10, after?: PageKey) => {
        const page = { limit, after };
        const realAccountId = there.realAccount.id;
        const { items, next } = await bankQueries.bankLines({ ...ALL, realAccountId, ...filter }, page);
        return { amounts: items.map(({ amount }) => amount), next, items };
      };
      expect((await amounts({})).amounts).to.deep.equal([4, 2, 3, 1]);
      const first = await amounts({}, 2);
      expect(first.amounts).to.deep.equal([4, 2]);
      expect((await amounts({}, 2, first.next!)).amounts).to.deep.equal([3, 1]);
      expect((await amounts({ from: '2026-11-02', to: '2026-11-03' })).amounts).to.deep.equal([3]);
      expect((await amounts({ matched: false })).amounts).to.deep.equal([4, 3, 1]);
      const { items } = await amounts({ matched: true });
      expect(items).to.have.length(1);
      expect(items[0]!.match).to.deep.include({ transactionIds: [id], matchedAt: T0, matchedBy: null });
      const through = (day: string) =>
        run(({ bankLines }) => bankLines.unmatchedThrough(there.realAccount.id, day));
      expect(await through('2026-10-31')).to.deep.equal({ lines: 0, unmatched: 0 });
      expect(await through('2026-11-03')).to.deep.equal({ lines: 4, unmatched: 3 });
    });
  });

  describe('matches', () => {
    it('are read as they were created and removed; removal frees the line and the transactions', async () => {
      const there = await given();
      const line = aLine(there, { amount: 30 });
      await add(there, line);
      const [a, b] = [await post(there, 10), await post(there, 20)];
      const match = aMatch(line, a.id, b.id);
      const look = () =>
        run(async ({ bankMatches }) => ({
          found: await bankMatches.find(match.id),
          holds: await bankMatches.holdsLine(line.id),
          movements: [...(await bankMatches.movements(line.realAccountId, [a.id, b.id, UNKNOWN]))].sort(
            (x, y) => x.delta - y.delta,
          ),
        }));
      const movements = (matched: boolean) => [
        { transactionId: a.id, delta: 10, matched },
        { transactionId: b.id, delta: 20, matched },
      ];
      expect(await look()).to.deep.equal({ found: undefined, holds: false, movements: movements(false) });
      await insert(match);
      expect(await look()).to.deep.equal({ found: match, holds: true, movements: movements(true) });
      const removed = removeMatch(match, T1, null);
      await run(({ bankMatches }) => bankMatches.remove(removed));
      expect(await look()).to.deep.equal({ found: removed, holds: false, movements: movements(false) });
      expect(
        await run(({ bankLines }) => bankLines.unmatchedThrough(line.realAccountId, line.bookedOn)),
      ).to.deep.equal({ lines: 1, unmatched: 1 });
      expect(await rejection(run(({ bankMatches }) => bankMatches.remove(removed)))).to.be.instanceOf(Error);
      await insert(aMatch(line, a.id, b.id));
    });

    it('contain a line and a transaction once, and their sum is the amount of the line, even without the checks of a use case', async () => {
      const there = await given();
      const [one, other] = [aLine(there, { amount: 10 }), aLine(there, { amount: 10, occurrence: 2 })];
      await add(there, one, other);
      const [a, b] = [await post(there, 10), await post(there, 10)];
      await insert(aMatch(one, a.id));
      await expectCode(insert(aMatch(one, b.id)), 'already-matched');
      await expectCode(insert(aMatch(other, a.id)), 'already-matched');
      const small = await post(there, 9);
      expect(await rejection(insert(aMatch(other, small.id)))).to.be.instanceOf(Error);
      await insert(aMatch(other, b.id));
    });

    it('cannot be changed in a closed month', async () => {
      const there = await given();
      const line = aLine(there, { bookedOn: '2026-10-31', amount: 10 });
      await add(there, line);
      const a = await post(there, 10);
      const match = aMatch(line, a.id);
      await insert(match);
      await close(there, '2026-10');
      const remove = run(({ bankMatches }) => bankMatches.remove(removeMatch(match, T1, null)));
      expect(await rejection(remove)).to.be.instanceOf(Error);
      expect(await run(({ bankMatches }) => bankMatches.holdsLine(line.id))).to.equal(true);
    });

    it('find candidates of the same sign up to the amount, nearest first', async () => {
      const there = await given();
      const line = aLine(there, { amount: 30 });
      await add(there, line);
      const made = {
        far: await post(there, 30, plus(T0, -9 * DAY)),
        near: await post(there, 20, plus(T0, -DAY)),
        tooMuch: await post(there, 31),
        out: await post(there, -5),
        tooLate: await post(there, 10, T1),
        tooEarly: await post(there, 10, plus(T0, -11 * DAY)),
        taken: await post(there, 30),
      };
      const second = aLine(there, { amount: 30, occurrence: 2 });
      await add(there, second);
      await insert(aMatch(second, made.taken.id));
      const range = { from: plus(T0, -10 * DAY), to: T1, around: T0 };
      const of = async (limit: number) =>
        (await adapters().bankQueries.candidates(line, range, limit)).map(
          ({ transactionId }) => transactionId,
        );
      expect(await of(10)).to.deep.equal([made.near.id, made.far.id]);
      expect(await of(1)).to.deep.equal([made.near.id]);
      const [first] = await adapters().bankQueries.candidates(line, range, 1);
      expect(first).to.deep.equal({
        transactionId: made.near.id,
        delta: 20,
        description: null,
        effectiveAt: plus(T0, -DAY),
        payerName: null,
      });
      const minus = await adapters().bankQueries.candidates({ ...line, amount: -5 }, range, 5);
      expect(minus.map(({ delta }) => delta)).to.deep.equal([-5]);
    });
  });

  it('reads reconciliations as they were saved, and finds the latest one', async () => {
    const there = await given();
    const realAccountId = there.realAccount.id;
    const of = (through: string, closingBalance: number) => ({
      ...{ id: ids.next(), realAccountId, currency: 'EUR', through, closingBalance },
      ...{ adjustmentId: null, reconciledAt: T0, reconciledBy: null },
    });
    const latest = () => run(({ reconciliations }) => reconciliations.latest(realAccountId));
    expect(await latest()).to.equal(undefined);
    const all = [of('2026-10-31', -5), of('2026-11-20', Number.MAX_SAFE_INTEGER), of('2026-11-01', 0)];
    for (const each of all) await run(({ reconciliations }) => reconciliations.insert(each));
    expect(await latest()).to.deep.equal(all[1]);
    const again = of('2026-11-20', 1);
    await run(({ reconciliations }) => reconciliations.insert(again));
    expect(await latest()).to.deep.equal(again);
    const { bankQueries } = adapters();
    const page = await bankQueries.reconciliations(realAccountId, { limit: 3 });
    expect(page.items).to.deep.equal([again, all[2], all[1]]);
    const rest = await bankQueries.reconciliations(realAccountId, { limit: 3, after: page.next! });
    expect(rest).to.deep.equal({ items: [all[0]], next: null });
    expect(await run((ports) => ports.reconciliations.openHolds(realAccountId, T1))).to.equal(0);
  });

  it('keeps a history of closings and reopenings; only an open month can be closed', async () => {
    const there = await given();
    const realAccountId = there.realAccount.id;
    const september = await close(there, '2026-09');
    const october = await close(there, '2026-10');
    const last = (limit: number) => run(({ periods }) => periods.lastClosed(realAccountId, limit));
    expect(await last(5)).to.deep.equal([october, september]);
    expect(await rejection(close(there, '2026-10'))).to.be.instanceOf(Error);
    expect(await rejection(close(there, '2026-08'))).to.be.instanceOf(Error);
    const reopening = {
      ...{ id: ids.next(), periodId: october.id, reason: 'Found one', reopenedAt: october.closedAt },
      reopenedBy: null,
    };
    await run(({ periods }) => periods.reopen(reopening));
    expect(
      await rejection(run(({ periods }) => periods.reopen({ ...reopening, id: ids.next() }))),
    ).to.be.instanceOf(Error);
    expect(await last(1)).to.deep.equal([september]);
    const again = await close(there, '2026-10');
    const { items } = await adapters().bankQueries.periods(realAccountId, { limit: 2 });
    expect(items.map(({ id, reopened }) => [id, reopened])).to.deep.equal([
      [again.id, null],
      [october.id, { at: october.closedAt, by: null, reason: 'Found one' }],
    ]);
  });
}
