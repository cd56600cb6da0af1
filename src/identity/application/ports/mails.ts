import type { NewJob } from '../../../kernel/outbox.js';
import type { Client } from '../../domain/client.js';

export type MailTokenPurpose = 'registration' | 'password-reset' | 'email-change';

/** Tokens for links in mails: the id of a row and a signature over purpose and id. They are not stored. */
export interface MailTokens {
  mint(purpose: MailTokenPurpose, id: string): string;
  /** The id; undefined unless this server issued the token for this purpose. */
  read(purpose: MailTokenPurpose, token: string): string | undefined;
}

export type AskedMail = 'registration' | 'password-reset' | 'email-change';

/** Limits the mails that anonymous requests cause to one address. The response does not reveal the limit. */
export interface MailBudget {
  /**
   * Counts a request for a mail and returns whether it may be sent. It does the same work either way, so its duration does
   * not reveal earlier requests.
   */
  allows(mail: AskedMail, email: string, client: Client): Promise<boolean>;
}

/** Delays jobs whose work differs between known and unknown addresses, so that they do not affect the response time. */
export interface MailSpread {
  /** The job with a start some random seconds later. */
  delay(job: NewJob, now: Date): NewJob;
}
