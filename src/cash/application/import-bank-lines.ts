import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { notFound } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { BankLine } from '../domain/bank-line.js';
import { invalidFile } from '../domain/errors.js';
import { IMPORT_PROFILES, type ImportProfileName } from '../domain/import-profile.js';
import { reject, type Rejection } from '../domain/statement-file.js';
import type { Fingerprints, StatementFile, StatementFiles } from './bank-ports.js';
import { parseStatement, Rejections, type ParsedLine } from './parse-statement.js';
import type { CashPorts, CashQueries } from './ports.js';

/** Bounds the rows of one SQL statement, and the time in which its parameters block the event loop. */
const LINES_PER_STATEMENT = 1_000;

export type ImportResult = Readonly<{
  /** null after a dry run. */
  importId: string | null;
  dryRun: boolean;
  profile: ImportProfileName;
  added: number;
  duplicates: number;
  rejectedRows: number;
  /** In order of line, the first 1,000. */
  rejected: readonly Rejection[];
}>;

/**
 * Imports a bank statement into a real account. Rows that can be read are stored, the others are rejected by line; a file
 * that is no statement changes nothing (422 `invalid-file`). Stored lines never change, so importing the same file again,
 * overlapping files, or files in another order leads to the same lines.
 */
export type ImportBankLines = (
  command: Readonly<{
    realAccountId: string;
    profile: ImportProfileName;
    file: StatementFile;
    dryRun: boolean;
    importedBy: string | null;
  }>,
) => Promise<ImportResult>;

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  cashQueries: CashQueries;
  statementFiles: StatementFiles;
  fingerprints: Fingerprints;
  clock: Clock;
  ids: IdGenerator;
  timeZones: TimeZones;
  practice: Practice;
}>;

function* inBatches(lines: readonly ParsedLine[]): Generator<readonly ParsedLine[]> {
  for (let from = 0; from < lines.length; from += LINES_PER_STATEMENT)
    yield lines.slice(from, from + LINES_PER_STATEMENT);
}

export const makeImportBankLines =
  ({
    cashUnitOfWork,
    cashQueries,
    statementFiles,
    fingerprints,
    clock,
    ids,
    timeZones,
    practice: { timeZone },
  }: Dependencies): ImportBankLines =>
  async ({ realAccountId, profile: profileName, file, dryRun, importedBy }) => {
    if (file.sizeBytes === 0) throw invalidFile('The file is empty.');
    const realAccount = await cashQueries.realAccount(realAccountId);
    if (realAccount === undefined) throw notFound('real account');
    const { currency } = realAccount;
    const dayOf = (instant: Date): string => timeZones.dayOf(instant, timeZone);
    const statement = await parseStatement(
      file,
      IMPORT_PROFILES[profileName],
      { currency, dayOf },
      { statementFiles, fingerprints },
    );

    return cashUnitOfWork.run(async ({ realAccounts, bankLines, bankImports }) => {
      // Serializes imports into one account, and imports with the closing of a month.
      if ((await realAccounts.lock(realAccountId)) === undefined) throw notFound('real account');
      const importId = ids.next();
      const rejections = new Rejections(statement.rejections);
      let [added, duplicates] = [0, 0];
      for (const batch of inBatches(statement.lines)) {
        const lines = batch.map(({ facts, fingerprint, occurrence }): BankLine => ({
          id: ids.next(),
          realAccountId,
          importId,
          currency,
          fingerprint,
          occurrence,
          ...facts,
        }));
        const outcomes = await (dryRun ? bankLines.compare(lines) : bankLines.add(lines));
        added += outcomes.added;
        duplicates += outcomes.duplicates;
        for (const position of outcomes.closed)
          rejections.add(reject(batch[position]?.lineNumber ?? 0, 'period-closed'));
      }
      if (!dryRun)
        await bankImports.insert({
          id: importId,
          realAccountId,
          profile: profileName,
          sha256: file.sha256,
          sizeBytes: file.sizeBytes,
          added,
          duplicates,
          rejected: rejections.count,
          importedAt: clock.now(),
          importedBy,
        });
      return {
        importId: dryRun ? null : importId,
        dryRun,
        profile: profileName,
        added,
        duplicates,
        rejectedRows: rejections.count,
        rejected: rejections.first(),
      };
    });
  };
