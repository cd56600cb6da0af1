import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

export type ConnectionSettings = Readonly<{
  /** null for both: the embedded server of `home`. */
  database: Readonly<{ url: string | null; migrationUrl: string | null }>;
  home: string;
  log?: (line: string) => void;
}>;

export type DatabaseUrls = Readonly<{
  /** The URL of the application's role. */
  applicationUrl: string;
  /** The URL of the schema's owner; the same role when only DATABASE_URL is set. */
  migrationUrl: string;
  /** The role in `applicationUrl`, which gets its rights after a migration. */
  applicationRole: string;
  /** null when DATABASE_URL is set. */
  embedded: EmbeddedPostgres | null;
  /** Returns the cause of a failure of the embedded server, read from its log, or else the error itself. */
  explain(error: unknown): unknown;
  /** Detaches from the embedded server; the process that owns it stops it. Call this last. */
  stop(): Promise<void>;
}>;

const roleIn = (url: string): string => decodeURIComponent(new URL(url).username);

/** Returns the configured database. Without one, starts the embedded server or attaches to it. */
export async function openDatabaseUrls({ database, home, log }: ConnectionSettings): Promise<DatabaseUrls> {
  const { url, migrationUrl } = database;
  if (url !== null)
    return {
      applicationUrl: url,
      migrationUrl: migrationUrl ?? url,
      applicationRole: roleIn(url),
      embedded: null,
      explain: (error) => error,
      stop: () => Promise.resolve(),
    };
  if (migrationUrl !== null) throw new Error('DATABASE_MIGRATION_URL needs DATABASE_URL beside it.');
  const embedded = await startEmbeddedPostgres(log === undefined ? { home } : { home, log });
  return {
    applicationUrl: embedded.applicationUrl,
    migrationUrl: embedded.ownerUrl,
    applicationRole: roleIn(embedded.applicationUrl),
    embedded,
    explain: (error) => embedded.explain(error),
    stop: () => embedded.stop(),
  };
}
