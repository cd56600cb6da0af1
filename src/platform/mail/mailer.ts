import type { Mailer } from '../../kernel/mail.js';
import { makeFileMailer } from './file-mailer.js';
import { makeSmtpMailer } from './smtp-mailer.js';

/** A mailer with the two things only its owner needs. */
export interface OwnedMailer extends Mailer {
  /** Rejects, saying why, when a mail could not be delivered right now. Sends nothing. */
  verify(): Promise<void>;
  /** Lets connections go. */
  close(): void;
}

/**
 * The mailer for a MAIL_URL: `file:FOLDER` writes one `.eml` a mail, `smtp://` and `smtps://` deliver.
 * `from` is `ADDRESS` or `NAME <ADDRESS>`.
 */
export function makeMailer({ url, from }: { url: string; from: string }): OwnedMailer {
  if (url.startsWith('file:')) return makeFileMailer({ folder: url.slice('file:'.length), from });
  if (/^smtps?:/.test(url)) return makeSmtpMailer({ url, from });
  throw new Error('a mail URL begins with file:, smtp:// or smtps://');
}
