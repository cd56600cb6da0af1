import type { Mailer } from '../../kernel/mail.js';

/** A mailer with what only its owner needs. */
export interface OwnedMailer extends Mailer {
  /** Rejects, saying why, when a mail could not be delivered right now. Sends nothing. */
  verify(): Promise<void>;
  /** Removes what a process that was killed while it sent left behind. */
  sweep(): Promise<void>;
  /** Lets connections go. */
  close(): void;
}
