import type { Mail } from '../../kernel/mail.js';

type Text = Pick<Mail, 'subject' | 'text'>;

// Plain ASCII without any text that the client sent: registering another person's address must not allow to write to that person.

export const confirmationMail = (publicUrl: string, token: string): Text => ({
  subject: 'Confirm your e-mail address',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, asked for an account with this e-mail address.',
    'To open it, confirm the address within 24 hours:',
    '',
    `${publicUrl}/confirm-registration?token=${token}`,
    '',
    'You will be asked for the password you chose when you registered.',
    'Programs send {"token": "...", "password": "..."} to',
    '',
    `${publicUrl}/v1/registrations/confirm`,
    '',
    'If it was not you, ignore this mail: without it no account is opened.',
    '',
  ].join('\n'),
});

export const alreadyRegisteredMail = (publicUrl: string): Text => ({
  subject: 'You already have an account',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, asked for an account with this e-mail address.',
    'You already have one, so nothing was changed: just sign in.',
    '',
    'If you have forgotten the password, ask for a new one. Programs send',
    '{"email": "..."} to',
    '',
    `${publicUrl}/v1/password-resets`,
    '',
    'If it was not you, ignore this mail.',
    '',
  ].join('\n'),
});
