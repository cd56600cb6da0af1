/** Example values of the OpenAPI document. */
export const BANK = '019aa5b2-7c00-7000-8000-000000000101';
export const UNALLOCATED = '019aa5b2-7c00-7000-8000-000000000102';
export const REPAIRS = '019aa5b2-7c00-7000-8000-000000000103';
export const TRANSACTION = '019aa5b2-7c00-7000-8000-000000000104';
export const HOLD = '019aa5b2-7c00-7000-8000-000000000105';
export const AMOUNT = '019aa5b2-7c00-7000-8000-000000000106';
export const BATCH = '019aa5b2-7c00-7000-8000-000000000107';

export const PERIOD = '019aa5b2-7c00-7000-8000-000000000108';
export const BANK_LINE = '019aa5b2-7c00-7000-8000-000000000109';
export const MATCH = '019aa5b2-7c00-7000-8000-00000000010a';
export const IMPORT = '019aa5b2-7c00-7000-8000-00000000010b';
export const RECONCILIATION = '019aa5b2-7c00-7000-8000-00000000010c';
export const SOMEBODY = { id: '019aa5b2-7c00-7000-8000-00000000010d', name: 'Alex Admin' };

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
const AT = '2026-11-21T09:00:00.000Z';

export const exampleRealAccount = {
  id: BANK,
  name: 'Current account',
  kind: 'bank',
  currency: 'EUR',
  iban: 'DE89370400440532013000',
  balance: eur(1_250_000),
  archived: false,
  defaultAccountId: UNALLOCATED,
  closedThrough: '2026-10',
  createdAt: AT,
  updatedAt: AT,
  version: 1,
};

export const exampleAccount = {
  id: REPAIRS,
  code: null,
  name: 'Repairs',
  realAccountId: BANK,
  type: 'asset',
  currency: 'EUR',
  floor: eur(0),
  goal: eur(300_000),
  balance: eur(80_000),
  isDefault: false,
  archived: false,
  createdAt: AT,
  updatedAt: AT,
  version: 1,
};

export const exampleAmount = {
  id: AMOUNT,
  realAccountId: BANK,
  accountId: REPAIRS,
  amount: eur(80_000),
  held: eur(20_000),
  available: eur(60_000),
  version: 12,
};

export const exampleTransaction = {
  id: TRANSACTION,
  number: 1042,
  source: { accountId: UNALLOCATED, realAccountId: BANK },
  target: { accountId: REPAIRS, realAccountId: BANK },
  amount: eur(20_000),
  description: 'Set aside for the boiler',
  effectiveAt: AT,
  postedAt: AT,
};

export const exampleOrder = {
  sourceAccountId: UNALLOCATED,
  targetAccountId: REPAIRS,
  amount: eur(20_000),
  description: 'Set aside for the boiler',
};

export const exampleHold = {
  id: HOLD,
  status: 'open',
  source: { accountId: REPAIRS, realAccountId: BANK },
  target: { accountId: UNALLOCATED, realAccountId: BANK },
  amount: eur(20_000),
  captured: null,
  transactionId: null,
  expiresAt: '2026-11-28T09:00:00.000Z',
  createdAt: AT,
  closedAt: null,
};

export const exampleStatement = {
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  opening: eur(60_000),
  lines: [
    {
      transactionId: TRANSACTION,
      effectiveAt: AT,
      description: 'Set aside for the boiler',
      amount: eur(20_000),
      balance: eur(80_000),
    },
  ],
  closing: eur(80_000),
};

export const exampleCsv =
  'date,amount,currency,description,counterparty,reference\n' +
  '2026-11-20,49.90,EUR,Order 1042,Mia Member,E2E-7781\n' +
  '2026-11-20,-12.50,EUR,Account fee,,\n';

export const exampleBankLine = {
  id: BANK_LINE,
  realAccountId: BANK,
  importId: IMPORT,
  bookedOn: '2026-11-20',
  valueDate: null,
  amount: eur(4_990),
  remittance: 'Order 1042',
  counterparty: 'Mia Member',
  reference: 'E2E-7781',
  occurrence: 1,
  match: { id: MATCH, transactionIds: [TRANSACTION], matchedAt: AT, matchedBy: SOMEBODY },
};

export const exampleMatch = {
  id: MATCH,
  bankLineId: BANK_LINE,
  transactionIds: [TRANSACTION],
  matchedAt: AT,
};

export const exampleReconciliation = {
  id: RECONCILIATION,
  realAccountId: BANK,
  to: '2026-10-31',
  closingBalance: eur(1_250_000),
  adjustmentId: null,
  reconciledAt: AT,
};

export const examplePeriod = {
  realAccountId: BANK,
  period: '2026-10',
  startsAt: '2026-09-30T22:00:00.000Z',
  endsAt: '2026-10-31T23:00:00.000Z',
  closedAt: AT,
};
