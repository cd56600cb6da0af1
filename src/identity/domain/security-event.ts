import { boundedClient, type Client } from './client.js';

export const SECURITY_EVENTS = [
  'registered',
  'invited',
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'sessions-revoked',
  'refresh-reused',
  'password-refused', // a wrong one where a signed-in person had to prove it
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

/** Something that happened to an account; written once. */
export type SecurityEvent = Readonly<{
  at: Date;
  /** Whose account; null for an address nobody has. */
  userId: string | null;
  /** Who did it, where that was established: null for those who did not prove who they are. */
  actorId: string | null;
  event: SecurityEventName;
  ip: string;
  userAgent: string;
}>;

/** Something done from `client` to `userId`'s account. */
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

/** What somebody who proved who they are did to their own account. */
export const ownEvent = (event: SecurityEventName, userId: string, client: Client, at: Date): SecurityEvent =>
  securityEvent(event, { userId, actorId: userId, client }, at);
