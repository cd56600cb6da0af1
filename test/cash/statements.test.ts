import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parseDay } from '../../src/cash/domain/calendar-day.js';
import { parseMinor } from '../../src/cash/domain/decimal.js';
import { CsvRows } from '../../src/cash/infrastructure/csv-rows.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';

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
    // A separator of thousands must be followed by exactly three digits.
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

  it('equal those of csv-parse, however the text is divided into chunks', () => {
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

  it('keep quotes inside of unquoted cells, and count lines', () => {
    const csv = new CsvRows(';');
    const rows = csv.push('a "b" c;"Bar "Zur Post" KG";"x\ny"\n;"""";\n');
    expect(rows).to.deep.equal([
      { line: 1, cells: ['a "b" c', 'Bar "Zur Post" KG', 'x\ny'] },
      { line: 3, cells: ['', '"', ''] },
    ]);
    expect(csv.end()).to.deep.equal([]);
  });
});
