import type { Mail } from '../../kernel/mail.js';

export const passwordResetMail = (publicUrl: string, token: string): Pick<Mail, 'subject' | 'text'> => ({
  subject: 'Set a new password',
  text: [
    'Hello,',
    '',
    'somebody, hopefully you, asked for a new password for your account.',
    'To set one, follow this link within one hour:',
    '',
    `${publicUrl}/reset-password?token=${token}`,
    '',
    'Programs send {"token": "...", "newPassword": "..."} to',
    '',
    `${publicUrl}/v1/password-resets/confirm`,
    '',
    'It signs you out everywhere. If it was not you, ignore this mail: your',
    'password stays as it is.',
    '',
  ].join('\n'),
});
