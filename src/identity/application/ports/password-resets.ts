import type { PasswordReset } from '../../domain/password-reset.js';

export interface PasswordResetRepository {
  find(id: string): Promise<PasswordReset | undefined>;
  lock(id: string): Promise<PasswordReset | undefined>;
  /** Every reset of the user that has not ended, locked in id order. */
  lockOpen(userId: string): Promise<readonly PasswordReset[]>;
  insert(reset: PasswordReset): Promise<void>;
  save(reset: PasswordReset): Promise<void>;
  /** Deletes every reset of the user or of `email`, ended or not. */
  forget(person: Readonly<{ userId: string; email: string }>): Promise<void>;
  purge(before: Date, limit: number): Promise<number>;
}
