import type { Role } from '../domain/user.js';

/** A user who may sign in. */
export type Person = Readonly<{ id: string; name: string; email: string; role: Role }>;

/** The users, as far as other contexts need them. */
export interface Directory {
  /** Names by id, in one query; "Former member" for erased users. Leaves out unknown ids. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** undefined for an unknown, disabled or erased user. */
  find(userId: string): Promise<Person | undefined>;
}

/** A saved card that another context charges. The token is for the payment gateway only. */
export type ChargeableCard = Readonly<{ cardId: string; gatewayToken: string; last4: string }>;

/** Saved cards for contexts that take payments. */
export interface CardVault {
  /**
   * The user's card `cardId`, or the default card if null. not_found if it is not the user's card;
   * invalid `no-card` if there is no default card; invalid `card-expired`.
   */
  tokenFor(userId: string, cardId: string | null): Promise<ChargeableCard>;
}

/** Sends mails to users by id, so that other contexts need no addresses. Never call it in a unit of work. */
export interface UserMailer {
  /** Sends a plain-text mail; a retried mail keeps its `id`. Does nothing if the user was erased. */
  write(mail: Readonly<{ id: string; userId: string; subject: string; text: string }>): Promise<void>;
}
