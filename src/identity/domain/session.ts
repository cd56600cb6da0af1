import { DAY, plus, SECOND } from '../../kernel/clock.js';
import { boundedClient, type Client } from './client.js';

const IDLE_LIFE_MS = 30 * DAY;
const ABSOLUTE_LIFE_MS = 90 * DAY;
/** How long a used token returns the same child again, for a client that lost the response. */
export const RETRY_WINDOW_MS = 10 * SECOND;

export const SESSION_ENDS = [
  'signed-out',
  'revoked',
  'password-changed',
  'password-reset',
  'refresh-reused',
  'disabled',
  'erased',
] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

declare const brand: unique symbol;
type State = {
  id: string;
  userId: string;
  /** Rises by one with every rotation. It decides the order of tokens, not a time. */
  generation: number;
  /** Digest of the current refresh token. */
  tokenHash: string;
  /** Digest of the previous token; null in the first generation. */
  previousTokenHash: string | null;
  /** Derives the current token from the previous one; null in the first generation. */
  nonce: string | null;
  rotatedAt: Date | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  absoluteExpiresAt: Date;
  endedAt: Date | null;
  endReason: SessionEnd | null;
  ip: string;
  userAgent: string;
};
export type Session = Readonly<State> & { readonly [brand]: 'Session' };

export function restoreSession(state: State): Session {
  const { id, userId, generation, tokenHash, previousTokenHash, nonce, rotatedAt } = state;
  const { createdAt, lastUsedAt, expiresAt, absoluteExpiresAt, endedAt, endReason, ip, userAgent } = state;
  const first = generation === 1;
  const sound =
    Number.isSafeInteger(generation) &&
    generation >= 1 &&
    first === (previousTokenHash === null) &&
    first === (nonce === null) &&
    first === (rotatedAt === null) &&
    expiresAt <= absoluteExpiresAt &&
    (endedAt === null) === (endReason === null);
  if (!sound) throw new Error(`corrupt session ${id}`);
  return Object.freeze({
    id,
    userId,
    generation,
    tokenHash,
    previousTokenHash,
    nonce,
    rotatedAt,
    createdAt,
    lastUsedAt,
    expiresAt,
    absoluteExpiresAt,
    endedAt,
    endReason,
    ip,
    userAgent,
  }) as Session;
}

/** Expires after 30 days without a refresh, and after 90 days in any case. */
export const newSession = (
  start: Readonly<{ id: string; userId: string; tokenHash: string; client: Client }>,
  now: Date,
): Session =>
  restoreSession({
    id: start.id,
    userId: start.userId,
    generation: 1,
    tokenHash: start.tokenHash,
    previousTokenHash: null,
    nonce: null,
    rotatedAt: null,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: plus(now, IDLE_LIFE_MS),
    absoluteExpiresAt: plus(now, ABSOLUTE_LIFE_MS),
    endedAt: null,
    endReason: null,
    ...boundedClient(start.client),
  });

export const isLive = (session: Session, now: Date): boolean =>
  session.endedAt === null && session.expiresAt > now;

/** The contents of a refresh token whose signature is verified. */
export type PresentedToken = Readonly<{ sessionId: string; generation: number; hash: string }>;

export type RefreshVerdict =
  | 'rotate' // the present token: issue its child
  | 'repeat' // its parent, moments after the rotation: issue the same child again
  | 'reused' // any other token of this session that was ours once: end the session
  | 'refused'; // the session is over

/** Decides about a refresh token (RFC 9700 §4.14.2, rotation with reuse detection and a grace period for lost responses). */
export function judgeRefresh(session: Session, token: PresentedToken, now: Date): RefreshVerdict {
  if (!isLive(session, now)) return 'refused';
  if (token.generation === session.generation && token.hash === session.tokenHash) return 'rotate';
  const isParent = token.generation === session.generation - 1 && token.hash === session.previousTokenHash;
  const inTime = session.rotatedAt !== null && now.getTime() - session.rotatedAt.getTime() <= RETRY_WINDOW_MS;
  return isParent && inTime ? 'repeat' : 'reused';
}

/** The next generation, whose token has the digest `tokenHash` and was made with `nonce`. */
export const rotateSession = (
  session: Session,
  child: Readonly<{ tokenHash: string; nonce: string }>,
  now: Date,
): Session => {
  const idleEnd = plus(now, IDLE_LIFE_MS);
  return restoreSession({
    ...session,
    generation: session.generation + 1,
    tokenHash: child.tokenHash,
    previousTokenHash: session.tokenHash,
    nonce: child.nonce,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: idleEnd < session.absoluteExpiresAt ? idleEnd : session.absoluteExpiresAt,
  });
};

/** Returns an ended one unchanged. */
export const endSession = (session: Session, reason: SessionEnd, now: Date): Session =>
  session.endedAt === null ? restoreSession({ ...session, endedAt: now, endReason: reason }) : session;
