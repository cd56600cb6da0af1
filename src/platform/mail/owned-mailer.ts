import type { Mailer } from '../../kernel/mail.js';

/** A mailer with the two things only its owner needs. */
export interface OwnedMailer extends Mailer {
  /** Rejects, saying why, when a mail could not be delivered right now. Sends nothing. */
  verify(): Promise<void>;
  /** Lets connections go. */
  close(): void;
}
