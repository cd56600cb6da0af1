import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Session, SessionEnd } from '../../domain/session.js';
import type { Role } from '../../domain/user.js';

/** The authenticated caller: user, role and session of an access token. */
export type Actor = Readonly<{ userId: string; sessionId: string; role: Role; emailVerified: boolean }>;

/** A session as its user sees it. */
export type SessionView = Readonly<{
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  ip: string;
  userAgent: string;
}>;

export interface SessionRepository {
  lock(id: string): Promise<Session | undefined>;
  insert(session: Session): Promise<void>;
  save(session: Session): Promise<void>;
  /** Ends all sessions of the user except `keepSessionId`, locking them in id order; returns their number. */
  endAll(
    userId: string,
    end: Readonly<{ reason: SessionEnd; at: Date; keepSessionId?: string | undefined }>,
  ): Promise<number>;
  purge(before: Date, limit: number): Promise<number>;
}

export interface SessionQueries {
  /** The caller of a session that is live at `at` and whose user is not disabled. One statement, never cached. */
  actor(session: Readonly<{ userId: string; sessionId: string }>, at: Date): Promise<Actor | undefined>;
  /** Live sessions, newest first; the page key is [createdAt in ms since 1970, id]. */
  list(userId: string, at: Date, page: PageRequest): Promise<Page<SessionView>>;
}
