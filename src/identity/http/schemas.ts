import { z } from 'zod';
import {
  email,
  emailOut,
  idOut,
  instant,
  secretText,
  trimmedText,
} from '../../platform/http/requests/schemas.js';
import {
  type Card,
  isExpired,
  ROLES,
  SECURITY_EVENTS,
  type SecurityEventView,
  type User,
} from '../application/ports.js';
import type { OwnSession } from '../application/list-sessions.js';
import type { SignedIn } from '../application/sign-in.js';

export const fullName = trimmedText({ min: 1, max: 200 });
/** A new password; the domain checks the policy. */
export const newPassword = secretText({ min: 8, max: 256 });
/** An existing password: its limits admit every password that was ever allowed. */
export const password = secretText({ min: 1, max: 1024 });
export const token = z.string().min(1).max(256);
export { email };

export const userView = z
  .object({
    id: idOut,
    email: emailOut,
    fullName: z.string(),
    role: z.enum(ROLES),
    emailVerified: z.boolean(),
    disabled: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'User' });

export const toUserView = (user: User): z.infer<typeof userView> => ({
  id: user.id,
  email: user.email,
  fullName: user.fullName,
  role: user.role,
  emailVerified: user.emailVerifiedAt !== null,
  disabled: user.disabledAt !== null,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
  version: user.version,
});

export const signedInView = z
  .object({
    accessToken: z.string().meta({ description: 'JWT for `Authorization: Bearer …`' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).meta({ description: 'Lifetime of the access token in seconds' }),
    refreshToken: z.string().meta({ description: 'Can be used once; keep it secret' }),
    user: userView,
  })
  .meta({ id: 'SignedIn' });

export const toSignedInView = (signedIn: SignedIn): z.infer<typeof signedInView> => ({
  accessToken: signedIn.accessToken,
  tokenType: 'Bearer',
  expiresIn: signedIn.expiresInSeconds,
  refreshToken: signedIn.refreshToken,
  user: toUserView(signedIn.user),
});

export const sessionView = z
  .object({
    id: idOut,
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
    ip: z.string(),
    userAgent: z.string(),
    current: z.boolean().meta({ description: 'The session that this request belongs to' }),
  })
  .meta({ id: 'Session' });

export const toSessionView = (session: OwnSession): z.infer<typeof sessionView> => ({
  id: session.id,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  ip: session.ip,
  userAgent: session.userAgent,
  current: session.current,
});

export const cardView = z
  .object({
    id: idOut,
    brand: z.string(),
    last4: z.string().meta({ pattern: '^[0-9]{4}$' }),
    expMonth: z.int().min(1).max(12),
    expYear: z.int(),
    isDefault: z.boolean(),
    expired: z
      .boolean()
      .meta({ description: 'Computed for now: a card is valid until the end of its expiry month, in UTC' }),
    version: z.int().min(1),
    createdAt: instant,
  })
  .meta({ id: 'Card' });

export const toCardView = (card: Card, now: Date): z.infer<typeof cardView> => ({
  id: card.id,
  brand: card.brand,
  last4: card.last4,
  expMonth: card.expMonth,
  expYear: card.expYear,
  isDefault: card.isDefault,
  expired: isExpired(card, now),
  version: card.version,
  createdAt: card.createdAt.toISOString(),
});

export const securityEventView = z
  .object({
    id: idOut,
    at: instant,
    event: z.enum(SECURITY_EVENTS),
    ip: z.string().meta({ description: 'Empty in your own list if another user acted' }),
    userAgent: z.string(),
  })
  .meta({ id: 'SecurityEvent' });

export const toSecurityEventView = (event: SecurityEventView): z.infer<typeof securityEventView> => ({
  id: event.id,
  at: event.at.toISOString(),
  event: event.event,
  ip: event.ip,
  userAgent: event.userAgent,
});
