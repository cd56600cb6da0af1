import { expect } from 'chai';
import fc from 'fast-check';
import { makeImportBankLines } from '../../src/cash/application/import-bank-lines.js';
import { MOST_REJECTIONS_SHOWN } from '../../src/cash/application/parse-statement.js';
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
  /** A statement as positions in ROWS, which may repeat. */
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
  /** For equal rows, as many as the file with most of them contains. */
  const expectedOf = (files: readonly (readonly number[])[]): string[] =>
    ROWS.flatMap((row, position) => {
      const most = Math.max(...files.map((file) => file.filter((each) => each === position).length));
      return Array.from({ length: most }, () => textOf(row));
    }).sort();
  const linesOf = async (cash: Cash, realAccountId: string): Promise<string[]> =>
    (await cash.viewBankStatement({ realAccountId })).lines
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

  it('in any order, overlapping or repeatedly, leads to the same lines in memory', async () => {
    await leadsToTheSameLines(makeWorld(), 60);
  });

  it('in any order, overlapping or repeatedly, leads to the same lines on PostgreSQL', async () => {
    const postgres: OnPostgres<Cash> = await openOnPostgres();
    try {
      await leadsToTheSameLines(postgres.cradle, 12);
    } finally {
      await postgres.close();
    }
  });

  it('lists the first 1,000 rejected rows and counts all of them', async () => {
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

  describe('a file of 100,000 rows', () => {
    const ROW_COUNT = 100_000;
    const MOST_BYTES_A_ROW = 600;

    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('date,amount,description\n');
      for (let n = 0; n < ROW_COUNT; n += 500)
        yield await Promise.resolve(
          Buffer.from(
            Array.from(
              { length: 500 },
              (_, k) => `2026-11-20,${n + k + 1}.00,Payment of somebody ${n + k}\n`,
            ).join(''),
          ),
        );
    }

    /** Imports the file; `observe` sees every call of a port, and whether it happens inside a unit of work. */
    async function importObserved(observe: (call: string, insideUnitOfWork: boolean) => void) {
      const world = makeWorld();
      const { bank } = await seedAccounts(world);
      let isInside = false;
      const report = (call: string): void => observe(call, isInside);
      const bankLines: Partial<CashPorts['bankLines']> = {
        add: (lines) => {
          report(`add ${lines.length}`);
          return Promise.resolve({ added: lines.length, duplicates: 0, closed: [] });
        },
      };
      const cashUnitOfWork: Pick<UnitOfWork<CashPorts>, 'run'> = {
        run: (work) =>
          world.cashUnitOfWork.run(async (ports) => {
            isInside = true;
            const result = await work({ ...ports, bankLines } as CashPorts);
            isInside = false;
            return result;
          }),
      };
      const csv = makeCsvStatementFiles();
      const sha = makeShaFingerprints();
      const timeZones = makeTemporalTimeZones();
      const importBankLines = makeImportBankLines({
        cashUnitOfWork: cashUnitOfWork as UnitOfWork<CashPorts>,
        cashQueries: world.cashQueries,
        statementFiles: {
          async *rows(file, format) {
            for await (const rows of csv.rows(file, format)) {
              report('rows');
              yield rows;
            }
          },
        },
        fingerprints: {
          of: (text) => {
            report('fingerprint');
            return sha.of(text);
          },
        },
        clock: new FakeClock(),
        ids: new FakeIds(),
        timeZones,
        practice: PRACTICE,
      });
      return importBankLines({
        realAccountId: bank.id,
        profile: 'generic',
        file: {
          sha256: 'ab'.repeat(32),
          sizeBytes: 5_000_000,
          chunks: () => {
            report('read file');
            return chunks();
          },
        },
        dryRun: false,
        importedBy: null,
      });
    }

    it('is read once, and parsed and hashed before the unit of work', async function () {
      this.timeout(300_000);
      let reads = 0;
      const inside = new Map<string, number>();
      const { added } = await importObserved((call, isInside) => {
        if (call === 'read file') reads += 1;
        if (isInside) inside.set(call, (inside.get(call) ?? 0) + 1);
      });
      expect(added).to.equal(ROW_COUNT);
      expect(reads).to.equal(1);
      expect([...inside]).to.deep.equal([['add 1000', ROW_COUNT / 1000]]);
    });

    it(`keeps at most ${MOST_BYTES_A_ROW} bytes a row in memory`, async function () {
      this.timeout(300_000);
      // A full garbage collection leaves only reachable objects.
      const { setFlagsFromString } = await import('node:v8');
      const { runInNewContext } = await import('node:vm');
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const heapBytes = (): number => {
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        return heapUsed + arrayBuffers;
      };
      const during: number[] = [];
      let adds = 0;
      await importObserved((call) => {
        if (call.startsWith('add') && (adds += 1) % 20 === 1) during.push(heapBytes());
      });
      // Compared with the heap afterwards, because both contain the modules that are loaded during the import.
      const after = heapBytes();
      const bytesARow = during.map((bytes) => Math.round((bytes - after) / ROW_COUNT));
      expect(Math.max(...bytesARow), `bytes a row: ${bytesARow.join(', ')}`).to.be.within(
        50,
        MOST_BYTES_A_ROW,
      );
    });
  });
});
