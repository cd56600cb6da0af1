import type { ProblemCatalog } from '../../platform/http/problems.js';

/** What identity's own codes mean to a client. */
export const identityProblems = {
  'refresh-reused': {
    status: 401,
    title: 'This refresh token was used before',
    explanation:
      'A refresh token works once. Seeing one again means that somebody else may hold a copy, so the whole session was ended.',
    remedy: 'Sign in again. If you did not send the token twice, change the password.',
  },
  'email-taken': {
    status: 409,
    title: 'There is already a user with this address',
    explanation: 'Addresses are compared without regard to case, and each belongs to one user.',
    remedy: 'Use another address, or change the user who has this one.',
  },
  'token-used': {
    status: 410,
    title: 'This token has been used or replaced',
    explanation:
      'A token from a mail works once, and ends when a newer one is used or too many passwords were wrong.',
    remedy: 'Ask for a new one.',
  },
  'token-expired': {
    status: 410,
    title: 'This token has expired',
    explanation:
      'Tokens from mails live for a limited time: a day for registrations, an hour for password resets.',
    remedy: 'Ask for a new one.',
  },
} as const satisfies ProblemCatalog;
