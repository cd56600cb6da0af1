import type { ProblemCatalog } from '../../platform/http/replies/problems.js';

/** The problem types of identity. */
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
  'last-admin': {
    status: 409,
    title: 'This is the last active admin',
    explanation:
      'Without an active admin nobody could make one again, so the last one cannot be demoted, disabled or deleted, by two calls at once either.',
    remedy: 'Make somebody else an admin first.',
  },
  'invalid-card-token': {
    status: 422,
    title: 'The payment gateway does not know this token',
    explanation: 'Cards are saved by the token that the gateway gave the client for them, and this is none.',
    remedy: 'Have the gateway make a token for the card, and send that.',
  },
  'card-expired': {
    status: 422,
    title: 'The card has expired',
    explanation: 'A card is good through the last day of the month printed on it.',
    remedy: 'Use another card.',
  },
  'no-card': {
    status: 422,
    title: 'There is no default card',
    explanation: 'The request names no card, and no saved card is the default.',
    remedy: 'Save a card, or name one.',
  },
  'card-payments-off': {
    status: 422,
    title: 'This practice takes no card payments',
    explanation: 'No payment gateway is set up; money is taken at the desk.',
    remedy: 'Pay at the desk.',
  },
  'gateway-unavailable': {
    status: 503,
    title: 'The payment gateway is away',
    explanation: 'The gateway refused to work just now; nothing was charged and nothing was saved.',
    remedy: 'Try again after `Retry-After` seconds.',
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
      'Tokens from mails live for a limited time: a day for registrations and new addresses, an hour for password resets, seven days for invitations.',
    remedy: 'Ask for a new one.',
  },
} as const satisfies ProblemCatalog;
