import { DomainError } from '../../src/kernel/errors.js';
import { rejection } from './rejection.js';

/** Fails unless `work` is rejected with a DomainError of this code; returns the error. */
export async function expectCode(work: Promise<unknown>, code: string): Promise<DomainError> {
  const error = await rejection(work);
  if (!(error instanceof DomainError)) throw error;
  if (error.code !== code) throw new Error(`expected ${code}, got ${error.code}`, { cause: error });
  return error;
}

/** The pointers of a `validation` error. */
export const pointersOf = (error: DomainError): readonly string[] =>
  ((error.details['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
