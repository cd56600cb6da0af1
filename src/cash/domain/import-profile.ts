import type { DayFormat } from './calendar-day.js';
import type { DecimalMark } from './decimal.js';

/** The meaning of a column. Amounts are in `amount`, or unsigned in `debit` (money out) and `credit` (money in). */
export const FIELDS = [
  'bookedOn',
  'valueDate',
  'amount',
  'debit',
  'credit',
  'currency',
  'remittance',
  'counterparty',
  'reference',
] as const;
export type Field = (typeof FIELDS)[number];

/** The format of one kind of statement. */
export type ImportProfile = Readonly<{
  delimiter: ',' | ';' | '\t';
  /** The encoding of a file that is not valid UTF-8; null: such a file is refused. */
  otherEncoding: 'windows-1252' | null;
  decimalMark: DecimalMark;
  dayFormat: DayFormat;
  /** The accepted names of each column, in lower case, in order of preference. */
  columns: Readonly<Partial<Record<Field, readonly string[]>>>;
  /** The file was exported by Praxis: balance rows are skipped, and the apostrophe against formulas is removed. */
  ours: boolean;
}>;

const profile = (
  columns: ImportProfile['columns'],
  rest: Partial<Omit<ImportProfile, 'columns'>> = {},
): ImportProfile => ({
  delimiter: ',',
  otherEncoding: null,
  decimalMark: '.',
  dayFormat: 'iso',
  ours: false,
  ...rest,
  columns,
});

/** The built-in profiles. A file format of another bank needs one more entry. */
export const IMPORT_PROFILES = {
  generic: profile({
    bookedOn: ['date', 'booked on', 'booking date', 'bookedon', 'completed date'],
    valueDate: ['value date', 'valuedate'],
    amount: ['amount'],
    currency: ['currency'],
    remittance: ['description', 'remittance', 'remittance information', 'details', 'memo'],
    counterparty: ['counterparty', 'name', 'payee', 'partner name'],
    reference: ['reference', 'transaction id', 'id'],
  }),
  'german-bank': profile(
    {
      bookedOn: ['buchungstag', 'buchungsdatum', 'buchung'],
      valueDate: ['valutadatum', 'wertstellung', 'valuta'],
      amount: ['betrag', 'betrag (eur)', 'betrag (\u20ac)', 'umsatz'],
      currency: ['w\u00e4hrung', 'waehrung'],
      remittance: ['verwendungszweck'],
      counterparty: [
        'beguenstigter/zahlungspflichtiger',
        'beg\u00fcnstigter / auftraggeber',
        'auftraggeber/empf\u00e4nger',
        'auftraggeber / beg\u00fcnstigter',
        'name zahlungsbeteiligter',
        'zahlungspflichtige*r',
      ],
      reference: ['kundenreferenz (end-to-end)', 'kundenreferenz', 'mandatsreferenz'],
    },
    { delimiter: ';', otherEncoding: 'windows-1252', decimalMark: ',', dayFormat: 'dd.mm.yyyy' },
  ),
  'us-bank': profile(
    {
      bookedOn: ['posting date', 'posted date', 'date', 'transaction date'],
      amount: ['amount'],
      remittance: ['description', 'memo'],
      counterparty: ['payee', 'name'],
      reference: ['reference number', 'check or slip #', 'check number'],
    },
    { dayFormat: 'mm/dd/yyyy', otherEncoding: 'windows-1252' },
  ),
  'two-columns': profile(
    {
      bookedOn: ['date', 'transaction date', 'booking date'],
      valueDate: ['value date'],
      debit: ['debit', 'debit amount', 'money out', 'paid out', 'withdrawals'],
      credit: ['credit', 'credit amount', 'money in', 'paid in', 'deposits'],
      currency: ['currency'],
      remittance: ['description', 'transaction description', 'details'],
      counterparty: ['name', 'payee', 'counterparty'],
      reference: ['reference', 'transaction id'],
    },
    { dayFormat: 'dd/mm/yyyy', otherEncoding: 'windows-1252' },
  ),
  /** The statements this API writes, of the bank's lines and of the books. */
  praxis: profile(
    {
      bookedOn: ['bookedon', 'effectiveat'],
      valueDate: ['valuedate'],
      amount: ['amount'],
      currency: ['currency'],
      remittance: ['remittance', 'description'],
      counterparty: ['counterparty'],
      reference: ['reference', 'transactionid'],
    },
    { ours: true },
  ),
} as const satisfies Readonly<Record<string, ImportProfile>>;

export type ImportProfileName = keyof typeof IMPORT_PROFILES;
export const IMPORT_PROFILE_NAMES = Object.keys(IMPORT_PROFILES) as readonly ImportProfileName[];
