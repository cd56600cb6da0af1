import { expect } from 'chai';
import fc from 'fast-check';
import { makeImportBankLines, MOST_REJECTIONS_SHOWN } from '../../src/cash/application/import-bank-lines.js';
import type { CashPorts } from '../../src/cash/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeCsvStatementFiles } from '../../src/cash/infrastructure/csv-statement-files.js';
import { makeShaFingerprints } from '../../src/cash/infrastructure/sha-fingerprints.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { aFile, genericCsv, type StatementRow } from '../support/statements.js';
import { seedAccounts, makeWorld, PRACTICE, type CashUseCases } from './world.js';

describe('importing statements', () => {
  const ROWS: readonly StatementRow[] = ['2026-10-25', '2026-10-26'].flatMap((date) =>
    ['1.00', '-2.50'].flatMap((amount) =>
      ['Rent', 'Fee'].map((description) => ({ date, amount, description })),
    ),
  );
  /** A statement as positions in ROWS: the same one may stand there again and again. */
  const aStatement = fc.array(fc.nat({ max: ROWS.length - 1 }), { maxLength: 12 });
  const inAnyOrder = fc
    .array(aStatement, { minLength: 1, maxLength: 4 })
    .chain((files) =>
      fc.tuple(
        fc.constant(files),
        fc.shuffledSubarray([...files, ...files], { minLength: 2 * files.length }),
      ),
    );
  type Cash = CashUseCases;

  const importOf = (cash: Cash, realAccountId: string, rows: readonly number[]) =>
    cash.importBankLines({
      realAccountId,
      profile: 'generic',
      file: aFile(genericCsv(rows.map((position) => ROWS[position]!)), 64),
      dryRun: false,
      importedBy: null,
    });
  const textOf = ({ date, amount, description }: StatementRow) =>
    `${date} ${Math.round(Number(amount) * 100)} ${String(description)}`;
  /** Of equal rows as many as the file that holds most of them. */
  const expectedOf = (files: readonly (readonly number[])[]): string[] =>
    ROWS.flatMap((row, position) => {
      const most = Math.max(...files.map((file) => file.filter((each) => each === position).length));
      return Array.from({ length: most }, () => textOf(row));
    }).sort();
  const linesOf = async (cash: Cash, realAccountId: string): Promise<string[]> =>
    (await cash.readBank.bankStatement(realAccountId, {})).lines
      .map(({ bookedOn, amount, remittance }) => `${bookedOn} ${amount} ${String(remittance)}`)
      .sort();

  async function leadsToTheSameLines(cash: Cash, numRuns: number): Promise<void> {
    await fc.assert(
      fc.asyncProperty(inAnyOrder, async ([files, order]) => {
        const { id } = await cash.openRealAccount({ name: 'Bank', kind: 'bank', currency: 'EUR' });
        let added = 0;
        for (const file of order) added += (await importOf(cash, id, file.toReversed())).added;
        const expected = expectedOf(files);
        expect(await linesOf(cash, id)).to.deep.equal(expected);
        expect(added).to.equal(expected.length);
      }),
      { numRuns },
    );
  }

  it('in any order, overlapping and again and again leads to the same lines, in memory', async () => {
    await leadsToTheSameLines(makeWorld(), 60);
  });

  it('does so on PostgreSQL too', async () => {
    const postgres: OnPostgres<Cash> = await openOnPostgres();
    try {
      await leadsToTheSameLines(postgres.cradle, 12);
    } finally {
      await postgres.close();
    }
  });

  it('names no more than 1,000 rejections, the first ones, and counts them all', async () => {
    const world = makeWorld();
    const { bank } = await seedAccounts(world);
    const rows = Array.from({ length: 2_500 }, () => ({ date: '2026-11-20', amount: '0.001' }));
    const file = aFile(genericCsv(rows), 65_536);
    const command = { realAccountId: bank.id, profile: 'generic' as const, file, dryRun: true };
    const result = await world.importBankLines({ ...command, importedBy: null });
    expect(result.rejectedRows).to.equal(2_500);
    expect(result.rejected.map(({ line }) => line)).to.deep.equal(
      Array.from({ length: MOST_REJECTIONS_SHOWN }, (_, n) => n + 2),
    );
  });

  it('holds on to nothing of 100,000 rows but what tells equal ones apart', async function () {
    this.timeout(60_000);
    const world = makeWorld();
    const { bank } = await seedAccounts(world);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('date,amount,description\n');
      for (let n = 0; n < 100_000; n += 500)
        yield await Promise.resolve(
          Buffer.from(
            Array.from(
              { length: 500 },
              (_, k) => `2026-11-20,${n + k + 1}.00,Payment of somebody ${n + k}\n`,
            ).join(''),
          ),
        );
    }
    // Full collections between the pieces show what is held, not what is garbage.
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held: number[] = [];
    let added = 0;
    const bankLines: Partial<CashPorts['bankLines']> = {
      add: (lines) => {
        added += lines.length;
        if (held.length < added / 20_000) {
          collect();
          held.push(process.memoryUsage().heapUsed);
        }
        return Promise.resolve({ added: lines.length, duplicates: 0, closed: [] });
      },
    };
    const cashUnitOfWork: Pick<UnitOfWork<CashPorts>, 'run'> = {
      run: (work) => world.cashUnitOfWork.run((ports) => work({ ...ports, bankLines } as CashPorts)),
    };
    const importBankLines = makeImportBankLines({
      cashUnitOfWork: cashUnitOfWork as UnitOfWork<CashPorts>,
      cashQueries: world.cashQueries,
      statementFiles: makeCsvStatementFiles(),
      fingerprints: makeShaFingerprints(),
      clock: new FakeClock(),
      ids: new FakeIds(),
      timeZones: makeTemporalTimeZones(),
      practice: PRACTICE,
    });
    await importBankLines({
      realAccountId: bank.id,
      profile: 'generic',
      file: { sha256: 'ab'.repeat(32), sizeBytes: 5_000_000, chunks },
      dryRun: false,
      importedBy: null,
    });
    expect(added).to.equal(100_000);
    const megabytes = held.map((bytes) => Math.round((bytes - held[0]!) / 1e6));
    expect(megabytes.at(-1), `MB held: ${megabytes.join(', ')}`).to.be.lessThan(25);
  });
});
