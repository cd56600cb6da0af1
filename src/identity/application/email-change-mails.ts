import type { Mail } from '../../kernel/mail.js';

type Text = Pick<Mail, 'subject' | 'text'>;

// Plain ASCII without any text that a client sent, as in the other mails. The mail to the old address does not contain the
// new one, because other people may read the old mailbox.

export const emailChangeMail = (publicUrl: string, token: string): Text => ({
  subject: 'Confirm your new e-mail address',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, wants to use this e-mail address for their account.',
    'To confirm that it is yours, sign in and follow this link within 24 hours:',
    '',
    `${publicUrl}/confirm-email?token=${token}`,
    '',
    'Programs send {"token": "..."}, signed in, to',
    '',
    `${publicUrl}/v1/me/email-changes/confirm`,
    '',
    'If it was not you, ignore this mail: nothing changes without it.',
    '',
  ].join('\n'),
});

export const addressInUseMail = (): Text => ({
  subject: 'You already have an account',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, wanted to use this e-mail address for another account.',
    'You already have one under this address, so nothing was changed.',
    '',
    'If it was not you, ignore this mail.',
    '',
  ].join('\n'),
});

const ALARM = [
  'If it was not you, somebody knows your password: set a new one at once, which',
  'signs everybody out, and tell the practice.',
  '',
];

export const emailChangeRequestedNotice = (publicUrl: string): Text => ({
  subject: 'Your e-mail address is about to change',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, asked to use another e-mail address for your account.',
    'It changes once the new address is confirmed.',
    '',
    ...ALARM,
    'Programs send {"email": "..."} to',
    '',
    `${publicUrl}/v1/password-resets`,
    '',
  ].join('\n'),
});

export const emailChangedNotice = (): Text => ({
  subject: 'Your e-mail address has changed',
  text: [
    'Hello,',
    '',
    'your account now uses another e-mail address; this one is not used any more.',
    '',
    'If it was not you, tell the practice at once.',
    '',
  ].join('\n'),
});
