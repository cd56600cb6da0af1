import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** The problems that the ledger adds to the common ones. */
export const cashProblems = {
  'account-in-use': {
    status: 409,
    title: 'The account is in use',
    explanation:
      'The account has postings, holds or other accounts in it, or the shop or the clinic posts to it.',
    remedy: 'Archive it once its balance is zero; a standard account stays as it is.',
  },
  'owned-account': {
    status: 409,
    title: 'Orders and appointments alone post to this account',
    explanation:
      'The balance of the accounts for the income of shop and clinic is what was captured less what was refunded. Nothing else is posted to them. `accountId` names the account.',
    remedy: 'Post other income to an income account of your own.',
  },
  'owned-by-origin': {
    status: 409,
    title: 'The transaction belongs to an order or appointment',
    explanation:
      'Its money moves back when that object is refunded. `origin` names the object and what happened to it.',
    remedy: 'Refund or cancel the object instead.',
  },
  'balance-not-zero': {
    status: 409,
    title: 'The account is not empty',
    explanation: 'An account can be archived when each of its amounts is zero and nothing is held on it.',
    remedy: 'Move the money to another account, and capture or void the holds first.',
  },
  'below-floor': {
    status: 409,
    title: 'The account holds less than the floor',
    explanation: 'Each amount of an account, less its open holds, must be at least the floor.',
    remedy: 'Add money first, or choose a lower floor.',
  },
  'account-archived': {
    status: 409,
    title: 'The account is archived',
    explanation: 'Archived accounts accept no postings. `accountId` names the archived account.',
    remedy: 'Use another account, or restore this one with `archived: false`.',
  },
  'period-closed': {
    status: 409,
    title: 'The period is closed',
    explanation:
      'One of the real accounts has closed this month or a later one, so no transaction may take effect in it. `firstOpenDay` is the first day that both real accounts have open.',
    remedy: 'Post with an `effectiveAt` on that day or later.',
  },
  'period-not-over': {
    status: 409,
    title: 'The month is not over',
    explanation: 'A month can be closed after its last day, in the time zone of the practice.',
    remedy: 'Wait for the end of the month.',
  },
  'earlier-period-open': {
    status: 409,
    title: 'An earlier month is still open',
    explanation:
      'Months with postings are closed in order. `period` is the earliest month that is still open.',
    remedy: 'Close that month first.',
  },
  'already-reversed': {
    status: 409,
    title: 'The transaction was reversed',
    explanation: 'A transaction can be reversed once, in full. A reversed transaction cannot be refunded.',
    remedy: 'The list of transactions contains the reversal; its `reversalOf` is the id of this transaction.',
  },
  'already-refunded': {
    status: 409,
    title: 'The transaction was refunded in part',
    explanation: 'A reversal returns the whole amount, but a part of it has been refunded.',
    remedy: 'Refund the rest instead.',
  },
  'refund-exceeds-original': {
    status: 409,
    title: 'The refunds would exceed the original',
    explanation:
      'The refunds of a transaction add up to at most its amount. `refundable` is the amount that is left.',
    remedy: 'Refund at most `refundable`.',
  },
  'hold-not-open': {
    status: 409,
    title: 'The hold is no longer open',
    explanation: 'The hold was captured or voided, or it has expired. `holdStatus` says which.',
    remedy: 'Place a new hold.',
  },
  'insufficient-funds': {
    status: 422,
    title: 'The source has too little money',
    explanation:
      'The balance of the source, less its open holds and its floor, is `available`; the request needs `required`.',
    remedy: 'Move less, or add money first.',
  },
  'currency-mismatch': {
    status: 422,
    title: 'The currency does not match',
    explanation:
      'Transactions, floors and goals use the currency of their accounts. Prices, discounts and orders use the currency of the practice.',
    remedy: 'Use that currency. Praxis does not convert currencies.',
  },
  'same-amount': {
    status: 422,
    title: 'The source and the target are the same',
    explanation: 'Source and target are the same account in the same real account.',
    remedy: 'Choose two accounts, or one account in two real accounts.',
  },
  'invalid-file': {
    status: 422,
    title: 'The file is not a statement',
    explanation:
      'The file is not text in an encoding of the profile, contains NUL, has a row of more than 64 KiB, or has no header with the columns of the profile. Nothing was stored. `line` is the line of the error, if it is known.',
    remedy: 'Export the statement as CSV, and choose the profile that fits its columns.',
  },
  'amounts-differ': {
    status: 422,
    title: 'The transactions do not add up to the bank line',
    explanation:
      'The sum of the transactions in the real account of the line (`transactions`) must equal the amount of the line (`line`).',
    remedy: 'Choose other transactions, or first post the missing one, such as a fee.',
  },
  'already-matched': {
    status: 409,
    title: 'The bank line or a transaction is already matched',
    explanation:
      'A bank line has at most one match, and a transaction is matched with at most one line of each real account. `bankLineId` or `transactionId` names the one that is already matched.',
    remedy: 'If the other match is wrong, remove it first.',
  },
  'bank-lines-unmatched': {
    status: 409,
    title: 'Bank lines are not matched',
    explanation:
      'Every bank line up to that day must be matched. `unmatched` is the number of lines without a match.',
    remedy: 'Match these lines; `GET /v1/cash/bank-lines?matched=false` lists them.',
  },
  'difference-not-zero': {
    status: 409,
    title: 'The books do not agree with the closing balance',
    explanation:
      '`inBooks` is the balance in the books at the end of that day. `difference` is the closing balance less `inBooks`.',
    remedy: 'Correct the books, or post the difference with `adjustment`.',
  },
  'period-not-ready': {
    status: 409,
    title: 'The month cannot be closed yet',
    explanation:
      'A real account with imported statements can close a month when every line is matched, no hold is open, and a reconciliation covers the last day and still agrees with the books. `reasons` lists the conditions that are not met.',
    remedy: 'Meet the conditions in `reasons`, then close the month.',
  },
  'period-not-last-closed': {
    status: 409,
    title: 'Only the last closed month can be reopened',
    explanation: '`closedThrough` is the last closed month; null: no month is closed.',
    remedy: 'Reopen the later months first, beginning with the last one.',
  },
  'report-too-long': {
    status: 422,
    title: 'The report is too long',
    explanation: 'A report has at most 400 points.',
    remedy: 'Narrow the range by `from` and `to`, or choose `interval=month`.',
  },
  'sum-too-large': {
    status: 409,
    title: 'The sum is too large',
    explanation: 'The postings add up to more than 2^53−1 minor units, and Praxis returns exact sums only.',
    remedy: 'Reverse the postings that are wrong.',
  },
  'statement-too-long': {
    status: 422,
    title: 'The statement is too long',
    explanation: 'A statement has at most 10,000 lines.',
    remedy: 'Narrow the range by `from` and `to`.',
  },
} as const satisfies ProblemCatalog;
