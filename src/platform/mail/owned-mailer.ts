import type { Mailer } from '../../kernel/mail.js';

/** A mailer with the methods that only its owner uses. */
export interface OwnedMailer extends Mailer {
  /** Rejects with the reason when mail could not be delivered right now. Sends nothing. */
  verify(): Promise<void>;
  /** Deletes files that a killed process left behind. */
  sweep(): Promise<void>;
  /** Closes connections. */
  close(): void;
}
