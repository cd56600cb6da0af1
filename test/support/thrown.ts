import { DomainError } from '../../src/kernel/errors.js';

/** What `work` throws, if that is a DomainError. */
export function thrown(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
