import type { Registration } from '../../domain/registration.js';

export interface RegistrationRepository {
  find(id: string): Promise<Registration | undefined>;
  lock(id: string): Promise<Registration | undefined>;
  /** Every registration of `email` that has not ended, locked in id order so that concurrent calls cannot deadlock. */
  lockOpen(email: string): Promise<readonly Registration[]>;
  insert(registration: Registration): Promise<void>;
  save(registration: Registration): Promise<void>;
  /** Deletes every registration of `email`, ended or not. */
  forget(email: string): Promise<void>;
  /** Deletes at most `limit` rows that ended or expired before `before`; returns their number. */
  purge(before: Date, limit: number): Promise<number>;
}
