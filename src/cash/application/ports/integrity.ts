/** One invariant of the books, and the ids of the rows that violate it. */
export type IntegrityFinding = Readonly<{ name: string; ok: boolean; broken: readonly string[] }>;

export interface CashIntegrity {
  /** Checks every invariant in one snapshot of the database. */
  check(): Promise<readonly IntegrityFinding[]>;
}
