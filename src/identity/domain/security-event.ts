import { boundedClient, type Client } from './client.js';

export const SECURITY_EVENTS = [
  'registered',
  'invited',
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'sessions-revoked',
  'refresh-reused',
  'password-refused', // a wrong password of a signed-in person who had to repeat it
  'password-changed',
  'password-reset',
  'email-change-requested',
  'email-changed',
  'role-changed',
  'disabled',
  'enabled',
  'erased',
] as const;
export type SecurityEventName = (typeof SECURITY_EVENTS)[number];

/** An event of an account; immutable. */
export type SecurityEvent = Readonly<{
  at: Date;
  /** The account; null for an unregistered address. */
  userId: string | null;
  /** The authenticated user who acted; null if nobody was authenticated. */
  actorId: string | null;
  event: SecurityEventName;
  ip: string;
  userAgent: string;
}>;

/** An event of the account of `userId`, caused from `client`. */
export const securityEvent = (
  event: SecurityEventName,
  about: Readonly<{ userId: string | null; actorId: string | null; client: Client }>,
  at: Date,
): SecurityEvent =>
  Object.freeze({
    at,
    userId: about.userId,
    actorId: about.actorId,
    event,
    ...boundedClient(about.client),
  });

/** An event that an authenticated user caused on the own account. */
export const ownEvent = (event: SecurityEventName, userId: string, client: Client, at: Date): SecurityEvent =>
  securityEvent(event, { userId, actorId: userId, client }, at);
