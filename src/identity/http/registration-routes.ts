import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ConfirmPasswordReset } from '../application/confirm-password-reset.js';
import type { ConfirmRegistration } from '../application/confirm-registration.js';
import type { RequestPasswordReset } from '../application/request-password-reset.js';
import type { RequestRegistration } from '../application/request-registration.js';
import { sourceLimits } from './limits.js';
import { examplePassword, exampleToken, exampleUser } from './examples.js';
import { email, fullName, newPassword, password, token, toUserView, userView } from './schemas.js';

export const registrationRoutes = [
  defineRoute<{ requestRegistration: RequestRegistration }>()({
    method: 'post',
    path: '/v1/registrations',
    operationId: 'register',
    tag: 'registration',
    summary: 'Register',
    description:
      'Sends a mail: to a new address with a link to confirm it, to a registered one with a note. The response is the same for both, so it does not reveal who is a member.',
    allow: 'anyone',
    body: z.strictObject({ email, password: newPassword, fullName }),
    status: 202,
    limits: sourceLimits('registrations'),
    example: { body: { email: 'ana@example.org', password: examplePassword, fullName: 'Ana Lind' } },
    handle: ({ body, client }, { requestRegistration }) => requestRegistration({ ...body, client }),
  }),
  defineRoute<{ confirmRegistration: ConfirmRegistration }>()({
    method: 'post',
    path: '/v1/registrations/confirm',
    operationId: 'confirmRegistration',
    tag: 'registration',
    summary: 'Create the account with the token from the mail',
    description:
      'Requires the password of the same registration, so that nobody confirms a registration that another person started with their address. Five wrong passwords end the token. Of several registrations with one address only the first confirmed one becomes an account.',
    allow: 'anyone',
    body: z.strictObject({ token, password }),
    status: 201,
    reply: userView,
    location: () => '/v1/me',
    problems: ['invalid-credentials', 'token-used', 'token-expired'],
    limits: sourceLimits('registration-confirmations'),
    example: { body: { token: exampleToken, password: examplePassword }, reply: exampleUser },
    handle: async ({ body, client }, { confirmRegistration }) =>
      toUserView(await confirmRegistration({ ...body, client })),
  }),
  defineRoute<{ requestPasswordReset: RequestPasswordReset }>()({
    method: 'post',
    path: '/v1/password-resets',
    operationId: 'requestPasswordReset',
    tag: 'registration',
    summary: 'Request a mail to set a new password',
    description: 'The response is the same whether or not the address has an account.',
    allow: 'anyone',
    body: z.strictObject({ email }),
    status: 202,
    limits: sourceLimits('password-resets'),
    example: { body: { email: 'ana@example.org' } },
    handle: ({ body, client }, { requestPasswordReset }) => requestPasswordReset({ ...body, client }),
  }),
  defineRoute<{ confirmPasswordReset: ConfirmPasswordReset }>()({
    method: 'post',
    path: '/v1/password-resets/confirm',
    operationId: 'confirmPasswordReset',
    tag: 'registration',
    summary: 'Set a new password with the token from the mail',
    description:
      'Ends all sessions of the account. Also accepts the token of an invitation. Both verify the address.',
    allow: 'anyone',
    body: z.strictObject({ token, newPassword }),
    status: 204,
    problems: ['token-used', 'token-expired'],
    limits: sourceLimits('password-reset-confirmations'),
    example: { body: { token: exampleToken, newPassword: examplePassword } },
    handle: ({ body, client }, { confirmPasswordReset }) => confirmPasswordReset({ ...body, client }),
  }),
];
