import { DomainError } from '../../src/kernel/errors.js';

/** The DomainError that `work` throws, if any. */
export function thrown(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
