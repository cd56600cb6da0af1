import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** The problem types of identity. */
export const identityProblems = {
  'refresh-reused': {
    status: 401,
    title: 'This refresh token was used before',
    explanation:
      'A refresh token works once. A second use means that another client may have a copy, so the session was ended.',
    remedy: 'Sign in again. If you did not send the token twice, change the password.',
  },
  'email-taken': {
    status: 409,
    title: 'There is already a user with this address',
    explanation: 'Addresses are case-insensitive, and each belongs to one user.',
    remedy: 'Use another address, or change the user who has this one.',
  },
  'last-admin': {
    status: 409,
    title: 'This is the last active admin',
    explanation:
      'Only an admin can appoint an admin, so the last active one cannot be demoted, disabled or deleted, not even by concurrent requests.',
    remedy: 'Make somebody else an admin first.',
  },
  'invalid-card-token': {
    status: 422,
    title: 'The payment gateway does not know this token',
    explanation:
      'A card is saved with the token that the gateway issued to the client for it. This is not such a token.',
    remedy: 'Request a token for the card from the gateway, and send it.',
  },
  'card-expired': {
    status: 422,
    title: 'The card has expired',
    explanation: 'A card is valid until the end of its expiry month.',
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
    explanation: 'No payment gateway is configured; pay at the desk.',
    remedy: 'Pay at the desk.',
  },
  'gateway-unavailable': {
    status: 503,
    title: 'The payment gateway is unavailable',
    explanation: 'The gateway refused the request; nothing was charged and nothing was saved.',
    remedy: 'Try again after `Retry-After` seconds.',
  },
  'token-used': {
    status: 410,
    title: 'This token has been used or replaced',
    explanation:
      'A token from a mail works once. It also ends when a newer one is used, or after too many wrong passwords.',
    remedy: 'Ask for a new one.',
  },
  'token-expired': {
    status: 410,
    title: 'This token has expired',
    explanation:
      'Tokens from mails are valid for a limited time: a day for registrations and new addresses, an hour for password resets, seven days for invitations.',
    remedy: 'Ask for a new one.',
  },
} as const satisfies ProblemCatalog;
