import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

export type ConnectionSettings = Readonly<{
  /** null for both: the embedded server of `home`. */
  database: Readonly<{ url: string | null; migrationUrl: string | null }>;
  home: string;
  log?: (line: string) => void;
}>;

export type DatabaseUrls = Readonly<{
  /** What the application signs in with. */
  applicationUrl: string;
  /** The owner of the schema; the same role where only DATABASE_URL is given. */
  migrationUrl: string;
  /** The role in `applicationUrl`: the one to be given rights after migrating. */
  applicationRole: string;
  /** null with a server of one's own. */
  embedded: EmbeddedPostgres | null;
  /** What an error of the embedded server's comes from, as far as its log tells; any other stays what it is. */
  explain(error: unknown): unknown;
  /** Lets go of the embedded server, last of all: whoever owns it shuts it down. */
  stop(): Promise<void>;
}>;

const roleIn = (url: string): string => decodeURIComponent(new URL(url).username);

/** The database to work with: the one that is configured, else the embedded one, started or attached to. */
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
