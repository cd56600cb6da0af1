import type { DomainError } from '../../src/kernel/errors.js';
import { expectCode } from './expect-code.js';
import type { InMemoryStore } from './in-memory/store.js';

/** Fails unless `attempt` is refused with a DomainError of this code and commits nothing; returns the error. */
export async function expectRefusal(
  store: InMemoryStore,
  attempt: () => Promise<unknown>,
  code: string,
): Promise<DomainError> {
  const before = store.commits;
  const error = await expectCode(attempt(), code);
  if (store.commits !== before) throw new Error(`something was written before ${code}`, { cause: error });
  return error;
}
