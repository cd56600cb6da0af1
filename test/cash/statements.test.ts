import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parseDay } from '../../src/cash/domain/calendar-day.js';
import { parseMinor } from '../../src/cash/domain/decimal.js';
import { suggest, type Candidate } from '../../src/cash/domain/suggestion.js';
import { makeImportBankLines, MOST_REJECTIONS_SHOWN } from '../../src/cash/application/import-bank-lines.js';
import type { CashPorts } from '../../src/cash/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { CsvRows } from '../../src/cash/infrastructure/csv-rows.js';
import { makeCsvStatementFiles } from '../../src/cash/infrastructure/csv-statement-files.js';
import { makeShaFingerprints } from '../../src/cash/infrastructure/sha-fingerprints.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { aFile, genericCsv, type StatementRow } from '../support/statements.js';
import { furnish, makeWorld, PRACTICE, type CashUseCases } from './world.js';

describe('amounts in statements', () => {
  const cases: [text: string, mark: '.' | ',', currency: string, minor: number | string][] = [
    ['12.50', '.', 'EUR', 1250],
    ['12.5', '.', 'EUR', 1250],
    ['12', '.', 'EUR', 1200],
    ['-0.05', '.', 'EUR', -5],
    ['+1,234,567.89', '.', 'EUR', 123_456_789],
    ['1.234,56-', ',', 'EUR', -123_456],
    ["-1'234,50", ',', 'CHF', -123_450],
    ['1 234,50', ',', 'EUR', 123_450],
    ['\u2212 3,00', ',', 'EUR', 'amount-unreadable'],
    ['\u22123,00', ',', 'EUR', -300],
    ['100', '.', 'JPY', 100],
    ['1.234', '.', 'KWD', 1234],
    ['1.2345', '.', 'KWD', 'too-many-decimals'],
    ['1.0', '.', 'JPY', 'too-many-decimals'],
    ['1.000', '.', 'EUR', 'too-many-decimals'],
    // What would be 1,234 in one country and 1.234 in the other is neither when it does not fit.
    ['1.234', ',', 'EUR', 123_400],
    ['1,23', '.', 'EUR', 'amount-unreadable'],
    ['12,34,567.00', '.', 'EUR', 'amount-unreadable'],
    ['90071992547409.91', '.', 'EUR', Number.MAX_SAFE_INTEGER],
    ['90071992547409.92', '.', 'EUR', 'amount-too-large'],
    ['9'.repeat(400), '.', 'EUR', 'amount-too-large'],
    ['', '.', 'EUR', 'amount-missing'],
    ['-', '.', 'EUR', 'amount-unreadable'],
    ['1e3', '.', 'EUR', 'amount-unreadable'],
    ['0x10', '.', 'EUR', 'amount-unreadable'],
    ['-5-', '.', 'EUR', 'amount-unreadable'],
    ['NaN', '.', 'EUR', 'amount-unreadable'],
  ];
  for (const [text, mark, currency, minor] of cases)
    it(`${JSON.stringify(text.slice(0, 20))} with ${mark} in ${currency} is ${minor}`, () => {
      expect(parseMinor(text, mark, currency)).to.equal(minor);
    });
});

describe('days in statements', () => {
  const berlin = (instant: Date): string => makeTemporalTimeZones().dayOf(instant, 'Europe/Berlin');
  const cases: [string, Parameters<typeof parseDay>[1], string | undefined][] = [
    ['2026-03-29', 'iso', '2026-03-29'],
    ['2026-03-28T23:00:00Z', 'iso', '2026-03-29'],
    ['2026-10-25T22:59:59.999Z', 'iso', '2026-10-25'],
    ['2026-10-25T23:00:00Z', 'iso', '2026-10-26'],
    ['2026-02-29', 'iso', undefined],
    ['2028-02-29', 'iso', '2028-02-29'],
    ['2100-02-29', 'iso', undefined],
    ['1899-12-31', 'iso', undefined],
    ['2200-01-01', 'iso', undefined],
    ['9.3.26', 'dd.mm.yyyy', '2026-03-09'],
    ['31.04.2026', 'dd.mm.yyyy', undefined],
    ['12/31/2026', 'mm/dd/yyyy', '2026-12-31'],
    ['31/12/2026', 'mm/dd/yyyy', undefined],
    ['31/12/2026', 'dd/mm/yyyy', '2026-12-31'],
    ['2026-3-1', 'iso', undefined],
    ['46000', 'iso', undefined],
  ];
  for (const [text, format, day] of cases)
    it(`${text} as ${format} is ${String(day)}`, () => {
      expect(parseDay(text, format, berlin)).to.equal(day);
    });
});

describe('rows of comma-separated values', () => {
  const inPieces = (text: string, cut: number): (readonly string[])[] => {
    const csv = new CsvRows(',');
    const rows = [];
    for (let at = 0; at < text.length; at += cut) rows.push(...csv.push(text.slice(at, at + cut)));
    return [...rows, ...csv.end()].map(({ cells }) => cells);
  };

  it('are those that csv-parse finds, wherever the text is cut', () => {
    const cell = fc.stringMatching(/^[ab ",\n;\u00e9]{0,6}$/);
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), (rows, cut, ending) => {
        const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = rows.map((cells) => cells.map(quoted).join(',')).join('\n') + (ending ? '\n' : '');
        const found = inPieces(text, cut);
        expect(found).to.deep.equal(rows);
        expect(found).to.deep.equal(
          parse(text, { relax_column_count: true, skip_empty_lines: false, record_delimiter: '\n' }),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('leave quotes that quote nothing where they are, and count lines', () => {
    const csv = new CsvRows(';');
    const rows = csv.push('a "b" c;"Bar "Zur Post" KG";"x\ny"\n;"""";\n');
    expect(rows).to.deep.equal([
      { line: 1, cells: ['a "b" c', 'Bar "Zur Post" KG', 'x\ny'] },
      { line: 3, cells: ['', '"', ''] },
    ]);
    expect(csv.end()).to.deep.equal([]);
  });
});

describe('what a bank line may stand for', () => {
  const line = (text: string, amount = 4_990) => ({
    ...{ bookedOn: '2026-11-20', valueDate: null, amount },
    ...{ remittance: text, counterparty: null, reference: null },
  });
  const candidate = (transactionId: string, delta: number, changes: Partial<Candidate> = {}): Candidate => ({
    ...{ transactionId, delta, day: '2026-11-18', description: null, payerName: null },
    ...changes,
  });
  const first = (text: string, ...candidates: Candidate[]) => suggest(line(text), candidates)[0];

  it('is the order whose number the text holds, before another of the same amount and day', () => {
    const found = first(
      'INV RE-1042/ thanks',
      candidate('b', 4_990),
      candidate('a', 4_990, { description: 'Order 1042', day: '2026-10-20' }),
    );
    expect(found).to.deep.include({ transactionIds: ['a'], reasons: ['amount', 'number'] });
    expect(
      first('11042 1042x', candidate('a', 4_990, { description: 'Order 1042' }))?.reasons,
    ).not.to.include('number');
  });

  it('is whose name the text holds, however the bank writes it', () => {
    const payer = { payerName: 'J\u00f6rg M\u00fc\u00dfler-Lind' };
    expect(first('MUSSLER LIND JORG', candidate('a', 4_990, payer))?.reasons).to.include('name');
    expect(first('JORG', candidate('a', 4_990, payer))?.reasons).not.to.include('name');
    expect(
      first('payment by Paula Patient', candidate('a', 4_990, { description: 'Paula Patient, root canal' }))
        ?.reasons,
    ).to.include('words');
  });

  it('is several that add up, but never by more than a cent and never of the other direction', () => {
    const parts = [1_000, 2_000, 1_990].map((delta, n) => candidate(`p${n}`, delta));
    const [only] = suggest(line('Payout'), [...parts, candidate('x', 4_991), candidate('y', -4_990)]);
    expect(only?.transactionIds.toSorted()).to.deep.equal(['p0', 'p1', 'p2']);
    expect(suggest(line('Payout', 4_991), parts)).to.deep.equal([]);
    expect(suggest(line('Payout', -3_000), [candidate('a', -1_000), candidate('b', -2_000)])).to.have.length(
      1,
    );
    const many = Array.from({ length: 300 }, (_, n) => candidate(`m${n}`, 17));
    const began = performance.now();
    suggest(line('Payout', 1_000_000), many);
    suggest(line('Payout', 83), many);
    expect(performance.now() - began).to.be.lessThan(2_000);
  });
});

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
    const { bank } = await furnish(world);
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
    const { bank } = await furnish(world);
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
