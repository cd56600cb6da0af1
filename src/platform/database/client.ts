import pg from 'pg';
import { ConfigurationError } from '../config/configuration-error.js';

/** A URL's parameter of the name and meaning that libpq 16 gave it: how the server has to ask for the password. */
const REQUIRE_AUTH = 'require_auth';
const SCRAM = 'scram-sha-256';

/** `url` with the demand that the server proves that it knows the password, without being given it (SCRAM, RFC 5802). */
export function withScramRequired(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set(REQUIRE_AUTH, SCRAM);
  return changed.href;
}

/** @throws ConfigurationError for a method that cannot be enforced here */
function requiresScram(url: string): boolean {
  const wanted = URL.canParse(url) ? new URL(url).searchParams.get(REQUIRE_AUTH) : null;
  if (wanted === null) return false;
  if (wanted === SCRAM) return true;
  throw new ConfigurationError([
    {
      name: 'DATABASE_URL',
      problem: `asks for ${REQUIRE_AUTH}=${wanted}`,
      remedy: `set ${SCRAM} or nothing`,
    },
  ]);
}

/** The server asked for the password in a way that would give it away, or asked for none. */
export class UntrustedServerError extends Error {
  override readonly name = 'UntrustedServerError';
  /** SQLSTATE invalid_authorization_specification. */
  readonly code = '28000';
}

/** pg's client from the inside: what it does with the messages of the authentication. */
interface ClientInternals {
  saslSession: object | null;
  readonly connection: Readonly<{ stream: Readonly<{ destroy(error: Error): void }> }>;
  _handleAuthCleartextPassword(message: unknown): void;
  _handleAuthMD5Password(message: unknown): void;
  _handleAuthSASLFinal(message: unknown): void;
  _handleReadyForQuery(message: unknown): void;
}

const BaseClient = pg.Client as unknown as new (
  config?: string | pg.ClientConfig,
) => pg.Client & ClientInternals;

/**
 * Signs in by SCRAM-SHA-256 alone, in which both sides prove that they know the password and neither sends it. Anything
 * else breaks the connection before the client has sent more than its user name.
 */
class ScramClient extends BaseClient {
  #serverIsProven = false;

  #refuse(why: string): void {
    this.connection.stream.destroy(
      new UntrustedServerError(
        `What answers at ${this.host}:${this.port} is not the database: it ${why} instead of proving by SCRAM-SHA-256 ` +
          'that it knows the password. Nothing was sent to it.',
      ),
    );
  }

  override _handleAuthCleartextPassword(): void {
    this.#refuse('asks for the password in clear text');
  }

  override _handleAuthMD5Password(): void {
    this.#refuse('asks for an MD5 hash of the password');
  }

  override _handleAuthSASLFinal(message: unknown): void {
    super._handleAuthSASLFinal(message);
    // pg drops its session once the server's signature is right.
    this.#serverIsProven = this.saslSession === null;
  }

  override _handleReadyForQuery(message: unknown): void {
    if (this.#serverIsProven) super._handleReadyForQuery(message);
    else this.#refuse('lets anybody in');
  }
}

type ClientClass = new (config?: string | pg.ClientConfig) => pg.Client;

const clientClassFor = (url: string): ClientClass => (requiresScram(url) ? ScramClient : pg.Client);

/** A client that is not connected yet, and keeps to the `require_auth` of `url`. */
export const makeClient = (url: string, config: Readonly<pg.ClientConfig> = {}): pg.Client =>
  new (clientClassFor(url))({ ...config, connectionString: url });

/** The module that Sequelize takes its clients from (`dialectModule`). */
export const clientModuleFor = (url: string): object =>
  Object.create(pg, { Client: { value: clientClassFor(url), enumerable: true } }) as object;
