import { formPage } from '../../platform/http/pages/form-page.js';
import type { Page } from '../../platform/http/pages/pages.js';

/** The pages behind the links in mails, for a PUBLIC_URL without a front end of its own. */
export const identityPages: readonly Page[] = [
  formPage({
    path: '/confirm-registration',
    operationId: 'getConfirmRegistrationPage',
    title: 'Confirm your registration',
    intro: 'Enter the password you chose when you registered to create the account.',
    field: { label: 'Password', name: 'password', autocomplete: 'current-password' },
    submit: 'Open the account',
    action: '/v1/registrations/confirm',
    success: 'Your account is open. You can sign in now.',
  }),
  formPage({
    path: '/reset-password',
    operationId: 'getResetPasswordPage',
    title: 'Choose a new password',
    intro: 'At least eight characters, and not a common password. All your sessions end.',
    field: { label: 'New password', name: 'newPassword', autocomplete: 'new-password' },
    submit: 'Set the password',
    action: '/v1/password-resets/confirm',
    success: 'The password is set. You can sign in with it now.',
  }),
];
