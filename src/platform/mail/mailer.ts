import { makeFileMailer } from './file-mailer.js';
import type { OwnedMailer } from './owned-mailer.js';
import { makeSmtpMailer } from './smtp-mailer.js';

export type { OwnedMailer } from './owned-mailer.js';

/**
 * The mailer for a MAIL_URL: `file:FOLDER` writes one `.eml` a mail, `smtp://` and `smtps://` deliver.
 * `from` is `ADDRESS` or `NAME <ADDRESS>`; `requireTls` refuses an `smtp://` server that does not offer STARTTLS.
 */
export function makeMailer({
  url,
  from,
  requireTls,
}: Readonly<{ url: string; from: string; requireTls: boolean }>): OwnedMailer {
  if (url.startsWith('file:')) return makeFileMailer({ folder: url.slice('file:'.length), from });
  if (/^smtps?:/.test(url)) return makeSmtpMailer({ url, from, requireTls });
  throw new Error('a mail URL begins with file:, smtp:// or smtps://');
}
