import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import { writeCsv } from '../../platform/http/replies/csv.js';
import { idOut, instant, money } from '../../platform/http/requests/schemas.js';
import {
  IMPORT_PROFILE_NAMES,
  REASONS,
  type BankLine,
  type BankLineView,
  type DayRange,
  type Match,
  type Reconciliation,
} from '../application/bank-ports.js';
import type { ImportResult } from '../application/import-bank-lines.js';
import type { SuggestionView } from '../application/suggest-matches.js';
import { decimal, somebody } from './schemas.js';

const dayOut = z.iso.date().meta({ description: 'A day, as the bank wrote it' });

export const importView = z
  .object({
    importId: idOut.nullable().meta({ description: 'null after a dry run' }),
    dryRun: z.boolean(),
    profile: z.enum(IMPORT_PROFILE_NAMES),
    new: z.int().min(0),
    duplicates: z.int().min(0).meta({ description: 'Lines that had been imported before' }),
    rejectedRows: z.int().min(0),
    rejected: z
      .array(
        z.object({
          line: z.int().min(1).meta({ description: 'Where the row begins in the file' }),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .meta({ description: 'In order of line, the first 1,000' }),
  })
  .meta({ id: 'BankImport' });

export const toImportView = ({ added, rejected, ...result }: ImportResult): z.infer<typeof importView> => ({
  ...result,
  new: added,
  rejected: rejected.map(({ line, code, detail }) => ({ line, code, detail })),
});

const lineFields = {
  id: idOut,
  realAccountId: idOut,
  importId: idOut,
  bookedOn: dayOut,
  valueDate: dayOut.nullable(),
  amount: money.meta({ description: 'Positive for money received' }),
  remittance: z.string().nullable(),
  counterparty: z.string().nullable(),
  reference: z.string().nullable(),
  occurrence: z
    .int()
    .min(1)
    .meta({ description: 'The position of the line among lines with the same contents' }),
};

export const bankLineView = z
  .object({
    ...lineFields,
    match: z
      .object({ id: idOut, transactionIds: z.array(idOut), matchedAt: instant, matchedBy: somebody })
      .nullable(),
  })
  .meta({ id: 'BankLine' });

const toLineFields = (line: Omit<BankLine, 'fingerprint'>) => ({
  id: line.id,
  realAccountId: line.realAccountId,
  importId: line.importId,
  bookedOn: line.bookedOn,
  valueDate: line.valueDate,
  amount: makeMoney(line.amount, line.currency),
  remittance: line.remittance,
  counterparty: line.counterparty,
  reference: line.reference,
  occurrence: line.occurrence,
});

export const toBankLineView = (line: BankLineView): z.infer<typeof bankLineView> => ({
  ...toLineFields(line),
  match: line.match && {
    id: line.match.id,
    transactionIds: [...line.match.transactionIds],
    matchedAt: line.match.matchedAt.toISOString(),
    matchedBy: line.match.matchedBy,
  },
});

export const bankStatementView = z
  .object({
    from: dayOut.nullable(),
    to: dayOut.nullable().meta({ description: 'Exclusive' }),
    lines: z.array(z.object(lineFields).meta({ id: 'BankStatementLine' })),
  })
  .meta({ id: 'BankStatement' });
type BankStatementView = z.infer<typeof bankStatementView>;

export const toBankStatementView = ({
  from,
  to,
  lines,
}: DayRange & Readonly<{ lines: readonly BankLine[] }>): BankStatementView => ({
  from,
  to,
  lines: lines.map(toLineFields),
});

/** The format that the profile `praxis` imports. */
const writeBankStatementCsv = ({ lines }: BankStatementView): string =>
  writeCsv(
    ['bookedOn', 'valueDate', 'amount', 'currency', 'remittance', 'counterparty', 'reference'],
    lines.map((line) => [
      line.bookedOn,
      line.valueDate,
      decimal(line.amount),
      line.amount.currency,
      line.remittance,
      line.counterparty,
      line.reference,
    ]),
  );

export const bankStatementAlternatives = {
  'text/csv': { write: writeBankStatementCsv, fileName: 'bank-statement.csv' },
};

export const suggestionsView = z
  .object({
    items: z.array(
      z
        .object({
          score: z
            .int()
            .min(0)
            .max(100)
            .meta({ description: 'How likely the match is; the highest score comes first' }),
          reasons: z.array(z.enum(REASONS)),
          amount: money.meta({ description: 'The sum of the transactions' }),
          transactions: z.array(
            z.object({
              id: idOut,
              amount: money.meta({
                description: 'The change of the real account; positive for money received',
              }),
              description: z.string().nullable(),
              effectiveAt: instant,
            }),
          ),
        })
        .meta({ id: 'MatchSuggestion' }),
    ),
  })
  .meta({ id: 'MatchSuggestions' });

export const toSuggestionsView = ({
  currency,
  suggestions,
}: Readonly<{ currency: string; suggestions: readonly SuggestionView[] }>): z.infer<
  typeof suggestionsView
> => ({
  items: suggestions.map(({ score, reasons, transactions }) => ({
    score,
    reasons: [...reasons],
    amount: makeMoney(
      transactions.reduce((sum, { amount }) => sum + amount, 0),
      currency,
    ),
    transactions: transactions.map(({ id, amount, description, effectiveAt }) => ({
      id,
      amount: makeMoney(amount, currency),
      description,
      effectiveAt: effectiveAt.toISOString(),
    })),
  })),
});

export const matchView = z
  .object({ id: idOut, bankLineId: idOut, transactionIds: z.array(idOut), matchedAt: instant })
  .meta({ id: 'BankMatch' });

export const toMatchView = ({
  id,
  bankLineId,
  transactionIds,
  matchedAt,
}: Match): z.infer<typeof matchView> => ({
  id,
  bankLineId,
  transactionIds: [...transactionIds],
  matchedAt: matchedAt.toISOString(),
});

export const reconciliationView = z
  .object({
    id: idOut,
    realAccountId: idOut,
    to: z.iso.date().meta({ description: 'The books and the bank agree at the end of this day' }),
    closingBalance: money,
    adjustmentId: idOut
      .nullable()
      .meta({ description: 'The transaction that posted the difference; null: there was none' }),
    reconciledAt: instant,
  })
  .meta({ id: 'Reconciliation' });

export const toReconciliationView = (reconciliation: Reconciliation): z.infer<typeof reconciliationView> => ({
  id: reconciliation.id,
  realAccountId: reconciliation.realAccountId,
  to: reconciliation.through,
  closingBalance: makeMoney(reconciliation.closingBalance, reconciliation.currency),
  adjustmentId: reconciliation.adjustmentId,
  reconciledAt: reconciliation.reconciledAt.toISOString(),
});
