import { lengthOf } from '../../kernel/text.js';
import { MOST_CHARACTERS, tidyText, type BankLineFacts } from './bank-line.js';
import { parseDay } from './calendar-day.js';
import { parseMinor, type DecimalFault } from './decimal.js';
import { invalidFile } from './errors.js';
import { FIELDS, type Field, type ImportProfile } from './import-profile.js';

/** One unparsed row of the file; `line` is the line number of its first character, from 1. */
export type Row = Readonly<{ line: number; cells: readonly string[] }>;

export type RejectionCode =
  | DecimalFault
  | 'date-invalid'
  | 'amount-zero'
  | 'debit-or-credit'
  | 'currency-mismatch'
  | 'columns-do-not-fit'
  | 'text-too-long'
  | 'control-character'
  | 'period-closed';

export type Rejection = Readonly<{ line: number; code: RejectionCode; detail: string }>;

const DETAILS: Readonly<Record<RejectionCode, string>> = {
  'amount-missing': 'There is no amount.',
  'amount-unreadable': 'The amount is not a number of this profile.',
  'too-many-decimals': 'The amount has more decimals than the currency; nothing is rounded.',
  'amount-too-large': 'The amount is more than can be counted exactly.',
  'date-invalid': 'The date is not a day in the form of this profile.',
  'amount-zero': 'Nothing was moved.',
  'debit-or-credit': 'Exactly one of debit and credit has to hold an amount, without a sign.',
  'currency-mismatch': 'The currency is not that of the real account.',
  'columns-do-not-fit': 'The row does not have the columns of the header.',
  'text-too-long': 'A text is longer than what is kept of it.',
  'control-character': 'A text holds a character that cannot be printed.',
  'period-closed': 'The month is closed and takes no more lines.',
};

export const reject = (line: number, code: RejectionCode): Rejection => ({
  line,
  code,
  detail: DETAILS[code],
});

/** Many banks write the account, its owner and the date range above the table. */
const MOST_ROWS_ABOVE = 30;

/** Removes a byte order mark, which spreadsheets and banks write before the first column. */
const columnName = (cell: string): string => cell.replace('\ufeff', '').trim().toLowerCase();

type Header = Readonly<{ width: number; positions: Readonly<Partial<Record<Field, number>>> }>;

function asHeader({ cells }: Row, { columns }: ImportProfile): Header | undefined {
  const names = cells.map(columnName);
  const positions: Partial<Record<Field, number>> = {};
  for (const field of FIELDS)
    // The names of a column are in order of preference.
    for (const name of columns[field] ?? []) {
      const position = names.indexOf(name);
      if (position === -1) continue;
      positions[field] = position;
      break;
    }
  const moves =
    positions.amount !== undefined || (positions.debit !== undefined && positions.credit !== undefined);
  return positions.bookedOn !== undefined && moves ? { width: cells.length, positions } : undefined;
}

const requiredColumns = ({ columns }: ImportProfile): string =>
  [columns.bookedOn, columns.amount, columns.debit, columns.credit]
    .filter((names) => names !== undefined)
    .map((names) => names.join(' or '))
    .join('; ');

export type StatementOptions = Readonly<{
  profile: ImportProfile;
  /** Of the real account. */
  currency: string;
  /** The day of an instant in the practice's time zone. */
  dayOf: (instant: Date) => string;
}>;

/**
 * Parses the rows of one file in order: the rows above the table, the header, the lines. A row that cannot be parsed is
 * returned as a rejection.
 * @throws DomainError invalid `invalid-file` when there is no header within the first 30 rows
 */
export class StatementReader {
  #header: Header | undefined;
  #above = 0;
  constructor(private readonly options: StatementOptions) {}

  /** undefined for a row to skip: a blank row, the header, a balance row of a statement exported by Praxis. */
  read(row: Row): BankLineFacts | Rejection | undefined {
    if (row.cells.every((cell) => cell.trim() === '')) return undefined;
    if (this.#header !== undefined) return this.#readLine(row, this.#header);
    this.#header = asHeader(row, this.options.profile);
    if (this.#header === undefined && (this.#above += 1) > MOST_ROWS_ABOVE) throw this.#withoutHeader();
    return undefined;
  }

  /** To be called after the last row. */
  end(): void {
    if (this.#header === undefined) throw this.#withoutHeader();
  }

  #withoutHeader() {
    return invalidFile(`No row names the columns of this profile: ${requiredColumns(this.options.profile)}.`);
  }

  #readLine({ line, cells }: Row, { width, positions }: Header): BankLineFacts | Rejection | undefined {
    const { profile, currency, dayOf } = this.options;
    // Some banks end every row but the header with a delimiter.
    if (cells.length < width || cells.slice(width).some((cell) => cell.trim() !== ''))
      return reject(line, 'columns-do-not-fit');
    const cell = (field: Field): string => {
      const position = positions[field];
      return position === undefined ? '' : (cells[position] ?? '');
    };
    if (profile.ours && cell('amount').trim() === '') return undefined;

    const bookedOn = parseDay(cell('bookedOn'), profile.dayFormat, dayOf);
    const valueCell = cell('valueDate').trim();
    const valueDate = valueCell === '' ? null : parseDay(valueCell, profile.dayFormat, dayOf);
    if (bookedOn === undefined || valueDate === undefined) return reject(line, 'date-invalid');

    const said = cell('currency').trim().toUpperCase();
    if (said !== '' && said !== currency) return reject(line, 'currency-mismatch');
    const amount = readAmount(cell, positions, profile, currency);
    if (typeof amount === 'string') return reject(line, amount);
    if (amount === 0) return reject(line, 'amount-zero');

    const texts = { remittance: '', counterparty: '', reference: '' } as Record<
      keyof typeof MOST_CHARACTERS,
      string | null
    >;
    for (const field of ['remittance', 'counterparty', 'reference'] as const) {
      const text = tidyText(profile.ours ? unescapeFormula(cell(field)) : cell(field));
      // Cc: control characters. U+FFFD: the replacement for bytes that could not be decoded.
      if (text !== null && /[\p{Cc}\ufffd]/u.test(text)) return reject(line, 'control-character');
      if (text !== null && lengthOf(text) > MOST_CHARACTERS[field]) return reject(line, 'text-too-long');
      texts[field] = text;
    }
    return { bookedOn, valueDate, amount, ...texts };
  }
}

/** Removes the apostrophe that our exports write before a text that a spreadsheet would evaluate as a formula. */
const unescapeFormula = (text: string): string =>
  text.replace(/^'(?=[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20])/, '');

function readAmount(
  cell: (field: Field) => string,
  positions: Header['positions'],
  { decimalMark }: ImportProfile,
  currency: string,
): number | RejectionCode {
  if (positions.amount !== undefined) return parseMinor(cell('amount'), decimalMark, currency);
  const sides = [
    { text: cell('debit'), sign: -1 },
    { text: cell('credit'), sign: 1 },
  ].map(({ text, sign }) => ({ minor: parseMinor(text, decimalMark, currency), sign }));
  const broken = sides
    .map(({ minor }) => minor)
    .find((minor) => typeof minor === 'string' && minor !== 'amount-missing');
  if (typeof broken === 'string') return broken;
  // Many banks write 0.00 on the other side.
  const moved = sides.filter(({ minor }) => typeof minor === 'number' && minor !== 0);
  const [only] = moved;
  if (only === undefined)
    return sides.every(({ minor }) => minor === 'amount-missing') ? 'amount-missing' : 'amount-zero';
  if (moved.length > 1 || typeof only.minor === 'string' || only.minor < 0) return 'debit-or-credit';
  return only.sign * only.minor;
}
