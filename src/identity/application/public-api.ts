import type { Role } from '../domain/user.js';

/** Somebody who may sign in. */
export type Person = Readonly<{ id: string; name: string; email: string; role: Role }>;

/** People, as far as other contexts have to know them. */
export interface Directory {
  /** Names by id, in one batch; "Former member" for those who were erased. Ids of nobody are left out. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** undefined for nobody, and for those who are disabled or were erased. */
  find(userId: string): Promise<Person | undefined>;
}

/** A saved card as another context may charge it; the token goes to the gateway and nowhere else. */
export type ChargeableCard = Readonly<{ cardId: string; gatewayToken: string; last4: string }>;

/** Saved cards for contexts that take payments. */
export interface CardVault {
  /**
   * The user's own card `cardId`, or the default one when that is null. not_found when it is not theirs;
   * invalid `no-card` when there is no default; invalid `card-expired`.
   */
  tokenFor(userId: string, cardId: string | null): Promise<ChargeableCard>;
}

/** Mail to people for contexts that know them by their ids only: addresses stay here. Never in a unit of work. */
export interface UserMailer {
  /** Plain text; a letter written again keeps its `id`. Nothing happens when the user has been erased. */
  write(letter: Readonly<{ id: string; userId: string; subject: string; text: string }>): Promise<void>;
}
