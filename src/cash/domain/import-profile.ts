import type { DayFormat } from './calendar-day.js';
import type { DecimalMark } from './decimal.js';

/** What a column holds. Amounts are in `amount`, or in `debit` (money out) and `credit` (money in), both without sign. */
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

/** How one kind of statement is written. */
export type ImportProfile = Readonly<{
  delimiter: ',' | ';' | '\t';
  /** UTF-8 is recognised by itself; this is what the file is when it is none. */
  otherEncoding: 'windows-1252' | null;
  decimalMark: DecimalMark;
  dayFormat: DayFormat;
  /** The names a column goes by, in lower case. */
  columns: Readonly<Partial<Record<Field, readonly string[]>>>;
  /** The file is one of ours: opening and closing balances are passed over, and what was made inert is as it was. */
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

/** The profiles that come with the house. Files of other banks are one entry more. */
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
