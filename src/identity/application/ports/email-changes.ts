import type { EmailChange } from '../../domain/email-change.js';

export interface EmailChangeRepository {
  find(id: string): Promise<EmailChange | undefined>;
  lock(id: string): Promise<EmailChange | undefined>;
  /** Every change of the user that has not ended, locked in id order. */
  lockOpen(userId: string): Promise<readonly EmailChange[]>;
  insert(change: EmailChange): Promise<void>;
  save(change: EmailChange): Promise<void>;
  /** Deletes every change of the user, ended or not. */
  forget(userId: string): Promise<void>;
  purge(before: Date, limit: number): Promise<number>;
}
