import { DomainError } from '../../kernel/errors.js';

/** One error for a wrong address or password and for an unusable account, so that the response does not reveal which. */
export const invalidCredentials = (): DomainError =>
  new DomainError('unauthenticated', 'invalid-credentials', 'The address or the password is wrong.');

export const unauthenticated = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'unauthenticated',
    'Sign in first: the token is missing, wrong or no longer valid.',
  );

/** A refresh token was presented again after its successor had been issued: another client may hold it (RFC 9700 §4.14.2). */
export const refreshReused = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'refresh-reused',
    'This refresh token was used before. Its session has been ended; sign in again.',
  );

export const tokenUsed = (): DomainError =>
  new DomainError('gone', 'token-used', 'This token has been used or replaced. Ask for a new one.');

export const tokenExpired = (): DomainError =>
  new DomainError('gone', 'token-expired', 'This token has expired. Ask for a new one.');

/** The caller's role may not do this to a user of that role. */
export const notAllowed = (message: string): DomainError =>
  new DomainError('forbidden', 'forbidden', message);

export const emailTaken = (): DomainError =>
  new DomainError('conflict', 'email-taken', 'There is already a user with this address.');
