import type { Mail } from '../../kernel/mail.js';

export const invitationMail = (publicUrl: string, token: string): Pick<Mail, 'subject' | 'text'> => ({
  subject: 'Your new account',
  text: [
    'Hello,',
    '',
    'the practice has made an account for you under this e-mail address.',
    'To use it, choose a password within seven days:',
    '',
    `${publicUrl}/reset-password?token=${token}`,
    '',
    'Programs send {"token": "...", "newPassword": "..."} to',
    '',
    `${publicUrl}/v1/password-resets/confirm`,
    '',
    'Later than that, ask for a new link: send {"email": "..."} to',
    '',
    `${publicUrl}/v1/password-resets`,
    '',
    'If you do not know what this is about, ignore this mail.',
    '',
  ].join('\n'),
});
