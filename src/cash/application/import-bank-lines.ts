import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { notFound } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { Occurrences, statementText, type BankLine, type BankLineFacts } from '../domain/bank-line.js';
import { invalidFile } from '../domain/errors.js';
import { IMPORT_PROFILES, type ImportProfileName } from '../domain/import-profile.js';
import { reject, StatementReader, type Rejection } from '../domain/statement-file.js';
import type { Fingerprints, StatementFile, StatementFiles } from './bank-ports.js';
import type { CashPorts, CashQueries } from './ports.js';

/** Larger ones are split by their bank; what a file may cost is known. */
export const MOST_ROWS = 200_000;
/** Enough to see what is wrong with a file. */
export const MOST_REJECTIONS_SHOWN = 1_000;

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
 * Reads a statement of the bank into a real account. Good rows are kept, the others named with their lines; a file that
 * is no statement at all changes nothing: 422 `invalid-file`. What is there already stays as it is, so the same file again, a
 * file that overlaps it, and files in another order all lead to the same lines.
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

type ParsedLine = Readonly<{ facts: BankLineFacts; at: number }>;

/** The lowest numbers that came, in order; memory does not grow with what is wrong. */
class Rejections {
  #kept: Rejection[] = [];
  count = 0;
  add(rejection: Rejection): void {
    this.count += 1;
    this.#kept.push(rejection);
    if (this.#kept.length > 2 * MOST_REJECTIONS_SHOWN) this.#kept = [...this.first()];
  }
  first(): readonly Rejection[] {
    return this.#kept.toSorted((a, b) => a.line - b.line).slice(0, MOST_REJECTIONS_SHOWN);
  }
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
    const profile = IMPORT_PROFILES[profileName];
    if (file.sizeBytes === 0) throw invalidFile('The file is empty.');
    const known = await cashQueries.realAccount(realAccountId);
    if (known === undefined) throw notFound('real account');
    const { currency } = known;

    /** What the file says, some hundred rows at a time; what cannot be read is told to `refuse`. */
    async function* read(refuse: (rejection: Rejection) => void): AsyncGenerator<readonly ParsedLine[]> {
      const reader = new StatementReader({
        profile,
        currency,
        dayOf: (instant) => timeZones.dayOf(instant, timeZone),
      });
      let rows = 0;
      for await (const chunk of statementFiles.rows(file, profile)) {
        if ((rows += chunk.length) > MOST_ROWS)
          throw invalidFile(`The file has more than ${MOST_ROWS} rows; import it in parts.`);
        const said: ParsedLine[] = [];
        for (const row of chunk) {
          const result = reader.read(row);
          if (result === undefined) continue;
          if ('code' in result) refuse(result);
          else said.push({ facts: result, at: row.line });
        }
        if (said.length > 0) yield said;
      }
      reader.end();
    }

    // Once before anything is locked: a file that turns out to be none near its end costs nobody else a moment.
    for await (const _ of read(() => undefined));

    return cashUnitOfWork.run(async ({ realAccounts, bankLines, bankImports }) => {
      // Two imports one after the other, and none while a month is being closed.
      if ((await realAccounts.lock(realAccountId)) === undefined) throw notFound('real account');
      const importId = ids.next();
      const rejections = new Rejections();
      let [added, duplicates] = [0, 0];
      const refuse = (rejection: Rejection): void => {
        rejections.add(rejection);
      };
      const occurrences = new Occurrences();
      for await (const said of read(refuse)) {
        const lines = said.map(({ facts }): BankLine => {
          const fingerprint = fingerprints.of(statementText(facts));
          const occurrence = occurrences.next(fingerprint);
          return { id: ids.next(), realAccountId, importId, currency, fingerprint, occurrence, ...facts };
        });
        const outcomes = await (dryRun ? bankLines.compare(lines) : bankLines.add(lines));
        added += outcomes.added;
        duplicates += outcomes.duplicates;
        for (const position of outcomes.closed) refuse(reject(said[position]?.at ?? 0, 'period-closed'));
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
