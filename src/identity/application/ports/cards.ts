import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Card } from '../../domain/card.js';

export interface CardRepository {
  /** Also a removed card. */
  find(id: string): Promise<Card | undefined>;
  /** The user's cards except removed ones, newest first. The caller has locked the user. */
  of(userId: string): Promise<readonly Card[]>;
  insert(card: Card): Promise<void>;
  save(card: Card): Promise<void>;
  /** Deletes the card if it is removed. */
  delete(id: string): Promise<void>;
}

export interface CardQueries {
  /** One of the user's own cards that is not removed. */
  find(userId: string, cardId: string): Promise<Card | undefined>;
  findDefault(userId: string): Promise<Card | undefined>;
  /** Newest first, without removed cards; undefined if there is no such user. [createdAt in ms since 1970, id] */
  list(userId: string, page: PageRequest): Promise<Page<Card> | undefined>;
}
