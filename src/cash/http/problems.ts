import type { ProblemCatalog } from '../../platform/http/replies/problems.js';

/** The problems that the ledger adds to the common ones. */
export const cashProblems = {
  'account-in-use': {
    status: 409,
    title: 'The account is in use',
    explanation:
      'Something was posted to the account or held on it, other accounts are in it, or the house itself needs it.',
    remedy: 'Archive it once its balance is zero.',
  },
  'balance-not-zero': {
    status: 409,
    title: 'There is money in the account',
    explanation: 'Only an account all of whose amounts are zero, with nothing held, can be archived.',
    remedy: 'Move the money away and capture or void the holds first.',
  },
  'below-floor': {
    status: 409,
    title: 'The account holds less than the floor',
    explanation: 'No amount of an account, less what is held, may be under its floor.',
    remedy: 'Put money in first, or choose a lower floor.',
  },
  'account-archived': {
    status: 409,
    title: 'The account is archived',
    explanation: 'Nothing is posted to archived accounts; `accountId` names the one.',
    remedy: 'Use another account, or take this one out of the archive.',
  },
  'period-closed': {
    status: 409,
    title: 'The period is closed',
    explanation:
      'The month, or a later one, of one of the real accounts is closed, so nothing more takes effect in it. `firstOpenDay` is the first day that is open on both sides.',
    remedy: 'Post with an `effectiveAt` on that day or later.',
  },
  'period-not-over': {
    status: 409,
    title: 'The month is not over',
    explanation: 'A month is closed after its last day, in the time zone of the practice.',
    remedy: 'Wait for the end of the month.',
  },
  'earlier-period-open': {
    status: 409,
    title: 'An earlier month is still open',
    explanation: 'Months with postings are closed one after the other; `period` is the one to begin with.',
    remedy: 'Close that month first.',
  },
  'already-reversed': {
    status: 409,
    title: 'The transaction was reversed',
    explanation: 'A transaction is reversed once, in full; nothing of it is left to reverse or to refund.',
    remedy: 'Look at the list for the transaction whose `reversalOf` is this one.',
  },
  'already-refunded': {
    status: 409,
    title: 'The transaction was refunded in part',
    explanation: 'A reversal takes back the whole amount, of which a part was given back already.',
    remedy: 'Refund the rest instead.',
  },
  'refund-exceeds-original': {
    status: 409,
    title: 'The refunds would exceed the original',
    explanation:
      'All refunds of a transaction together are at most its amount; `refundable` is what is left.',
    remedy: 'Refund at most what is left.',
  },
  'hold-not-open': {
    status: 409,
    title: 'The hold is not open any more',
    explanation: 'It was captured, voided, or its time is over; `holdStatus` says which.',
    remedy: 'AmountRef a new hold.',
  },
  'insufficient-funds': {
    status: 422,
    title: 'There is not enough in the source',
    explanation:
      'The amount, less what is held and less its floor, is smaller than what was to be taken: compare `available` and `required`.',
    remedy: 'Move less, or put money in first.',
  },
  'currency-mismatch': {
    status: 422,
    title: 'The currency is another',
    explanation:
      'Both sides of a transaction, and what is said about an account, are in the currency of the account; prices, discounts and orders are in that of the practice.',
    remedy: 'Use that currency; Praxis does not convert.',
  },
  'same-amount': {
    status: 422,
    title: 'The source and the target are the same',
    explanation: 'The same account in the same real account was named on both sides.',
    remedy: 'Name two accounts, or two real accounts of one.',
  },
  'invalid-file': {
    status: 422,
    title: 'The file is not a statement',
    explanation:
      'It is no text in an encoding of the profile, holds NUL, has a row of more than 64 KiB, or none that names the columns of the profile. Nothing of it was kept. `line` says where, if that is known.',
    remedy: 'Export the statement as CSV, and name the profile that fits its columns.',
  },
  'amounts-differ': {
    status: 422,
    title: 'The transactions do not add up to the bank line',
    explanation:
      'What the transactions moved in the real account of the line, taken together, has to be the amount of the line to the cent: compare `line` and `transactions`.',
    remedy: 'Name other transactions, or post what is missing first: a fee, a rounding.',
  },
  'already-matched': {
    status: 409,
    title: 'It is matched already',
    explanation:
      'A bank line has one match, and a transaction stands behind one line of a real account; `bankLineId` or `transactionId` names what is taken.',
    remedy: 'Take the other match apart first, if that one is wrong.',
  },
  'bank-lines-unmatched': {
    status: 409,
    title: 'Bank lines are not matched',
    explanation:
      'Up to that day every line of the bank has to stand for transactions; `unmatched` counts those that do not.',
    remedy: 'Match them; `GET /v1/cash/bank-lines?matched=false` lists them.',
  },
  'difference-not-zero': {
    status: 409,
    title: 'The books do not agree with the closing balance',
    explanation:
      '`difference` is the closing balance less what is in the books at the end of that day, `inBooks`.',
    remedy:
      'Find what is missing or wrong; or name an `adjustment`, which posts the difference for all to see.',
  },
  'period-not-ready': {
    status: 409,
    title: 'The month cannot be closed yet',
    explanation:
      'Where the statements of the bank are imported, a month closes when every line is matched, no hold is open and a reconciliation that still holds reaches its last day; `reasons` lists what is missing.',
    remedy: 'Meet the conditions in `reasons`, then close the month.',
  },
  'period-not-last-closed': {
    status: 409,
    title: 'Only the last closed month can be reopened',
    explanation: '`closedThrough` is the month that was closed last, null where none is closed.',
    remedy: 'Reopen the later months first, the last one before all.',
  },
  'report-too-long': {
    status: 422,
    title: 'The report is too long',
    explanation: 'A report has at most 400 points.',
    remedy: 'Narrow the range by `from` and `to`, or choose `interval=month`.',
  },
  'sum-too-large': {
    status: 409,
    title: 'The sum is beyond what can be counted',
    explanation:
      'What was posted adds up to more than 2^53−1 minor units, and a sum that is not exact is not answered.',
    remedy: 'Reverse the postings that cannot be right.',
  },
  'statement-too-long': {
    status: 422,
    title: 'The statement is too long',
    explanation: 'A statement has at most 10,000 lines.',
    remedy: 'Narrow the range by `from` and `to`.',
  },
} as const satisfies ProblemCatalog;
