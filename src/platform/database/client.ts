import pg from 'pg';
import { ConfigurationError } from '../config/configuration-error.js';
import { afterSteps } from '../time/event-loop-timer.js';
import { ConnectingClientClass } from './driver-internals.js';

/** A URL parameter with the name and meaning of libpq 16: the authentication method that the server has to use. */
const REQUIRE_AUTH = 'require_auth';
const SCRAM = 'scram-sha-256';

/** Makes the client require SCRAM (RFC 5802), in which the server proves that it knows the password without receiving it. */
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

/** The server asked for the password by a method that would disclose it, or did not ask for it. */
export class UntrustedServerError extends Error {
  override readonly name = 'UntrustedServerError';
  /** SQLSTATE invalid_authorization_specification. */
  readonly code = '28000';
}

/**
 * Counts its time limit for connecting (`connectionTimeoutMillis`) in steps of the event loop: connecting takes several round
 * trips, and a process that is too busy to read the answers would otherwise take the server for unreachable.
 */
class PatientClient extends ConnectingClientClass {
  override _connect(callback: (error?: Error) => void): void {
    const limitMs = this._connectionTimeoutMillis;
    this._connectionTimeoutMillis = 0;
    if (limitMs <= 0) {
      super._connect(callback);
      return;
    }
    const cancel = afterSteps(limitMs, () => {
      this.connection.stream.destroy(new Error('timeout expired'));
    });
    super._connect((error) => {
      cancel();
      callback(error);
    });
  }
}

/**
 * Authenticates by SCRAM-SHA-256 only, in which both sides prove that they know the password and neither sends it. With any
 * other method it closes the connection before it has sent more than the user name.
 */
class ScramClient extends PatientClient {
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

const clientClassFor = (url: string): ClientClass => (requiresScram(url) ? ScramClient : PatientClient);

/** A client, not connected yet, that enforces the `require_auth` of `url`. */
export const makeClient = (url: string, config: Readonly<pg.ClientConfig> = {}): pg.Client =>
  new (clientClassFor(url))({ ...config, connectionString: url });

/** The module that Sequelize takes its clients from (`dialectModule`). */
export const clientModuleFor = (url: string): object =>
  Object.create(pg, { Client: { value: clientClassFor(url), enumerable: true } }) as object;
