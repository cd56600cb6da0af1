import { hash, parseOptions, verify } from '@node-rs/argon2';
import { rateLimitKeys } from '../../platform/http/rate-limits/rate-limit-keys.js';
import type { HashRequester, Passwords } from '../application/ports.js';
import { normalisePassword } from '../domain/password.js';
import { makeHashQueue, type HashSource } from './hash-queue.js';

/** The OWASP Password Storage Cheat Sheet's first choice; `algorithm` 2 is argon2id, whose enum has no run-time form. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const SCHEME = '$argon2id$v=19$';

/** Two hashes use two cores and 38 MiB; the rest of the process stays responsive. */
const QUEUE = { concurrency: 2, maxWaiting: 200, retryAfterSeconds: 5 } as const;

/** A hash of an unknown password with the current parameters, verified for unknown addresses. */
const DUMMY =
  `${SCHEME}m=${String(PARAMETERS.memoryCost)},t=${String(PARAMETERS.timeCost)},p=${String(PARAMETERS.parallelism)}` +
  '$cHJheGlzLWR1bW15LXNhbA$Zm9yLW5vYm9keS1hbmQtbm90aGluZy1hdC1hbGwhISE';

/** The parameters of a PHC string; undefined for an invalid one. */
function parametersOf(phc: string): ReturnType<typeof parseOptions> | undefined {
  try {
    return parseOptions(phc);
  } catch {
    return undefined;
  }
}

const sourceOf = ({ ip, isKnown }: HashRequester): HashSource => ({ ...rateLimitKeys(ip), trusted: isKnown });

/** argon2id (RFC 9106) in libuv's thread pool. */
export const makeArgon2Passwords = (): Passwords => {
  const queue = makeHashQueue(QUEUE);
  return {
    hash: (password, requester) =>
      queue.run(sourceOf(requester), () => hash(normalisePassword(password), PARAMETERS)),
    async verify(password, stored, requester) {
      const usable = stored !== null && parametersOf(stored) !== undefined;
      const matches = await queue.run(sourceOf(requester), () =>
        verify(usable ? stored : DUMMY, normalisePassword(password)),
      );
      return usable && matches;
    },
    needsRehash(stored) {
      const used = parametersOf(stored);
      return (
        !stored.startsWith(SCHEME) ||
        used?.memoryCost !== PARAMETERS.memoryCost ||
        used.timeCost !== PARAMETERS.timeCost ||
        used.parallelism !== PARAMETERS.parallelism
      );
    },
  };
};
