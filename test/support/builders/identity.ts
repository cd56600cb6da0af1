import { DAY, HOUR, plus } from '../../../src/kernel/clock.js';
import { type Card, restoreCard } from '../../../src/identity/domain/card.js';
import { type EmailChange, restoreEmailChange } from '../../../src/identity/domain/email-change.js';
import { type PasswordReset, restorePasswordReset } from '../../../src/identity/domain/password-reset.js';
import { type Registration, restoreRegistration } from '../../../src/identity/domain/registration.js';
import { type SecurityEvent, securityEvent } from '../../../src/identity/domain/security-event.js';
import { restoreSession, type Session } from '../../../src/identity/domain/session.js';
import { restoreUser, type User } from '../../../src/identity/domain/user.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01920000');
const T0 = new Date('2026-11-21T09:00:00.000Z');

/** A verified member, different from every other; `changes` are the values that matter to the test. */
export function aUser(changes: Partial<User> = {}): User {
  const id = changes.id ?? ids.next();
  return restoreUser({
    id,
    email: `member-${id.slice(-6)}@praxis.test`,
    fullName: 'Mara Member',
    role: 'member',
    emailVerifiedAt: T0,
    disabledAt: null,
    erasedAt: null,
    passwordHash: 'fake:correct horse',
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });
}

export function aRegistration(changes: Partial<Registration> = {}): Registration {
  const id = changes.id ?? ids.next();
  return restoreRegistration({
    id,
    email: `new-${id.slice(-6)}@praxis.test`,
    fullName: 'Nils Neu',
    passwordHash: 'fake:correct horse',
    attempts: 0,
    createdAt: T0,
    expiresAt: plus(T0, DAY),
    endedAt: null,
    endReason: null,
    ...changes,
  });
}

export function aPasswordReset(changes: Partial<PasswordReset> = {}): PasswordReset {
  return restorePasswordReset({
    id: changes.id ?? ids.next(),
    kind: 'reset',
    email: 'member@praxis.test',
    userId: null,
    createdAt: T0,
    expiresAt: plus(T0, HOUR),
    endedAt: null,
    endReason: null,
    ...changes,
  });
}

/** A session of the first generation. It needs `userId`, because it refers to a user. */
export function aSession(changes: Partial<Session> & Pick<Session, 'userId'>): Session {
  const id = changes.id ?? ids.next();
  return restoreSession({
    id,
    generation: 1,
    tokenHash: `digest-of-${id}`,
    previousTokenHash: null,
    nonce: null,
    rotatedAt: null,
    createdAt: T0,
    lastUsedAt: T0,
    expiresAt: plus(T0, 30 * DAY),
    absoluteExpiresAt: plus(T0, 90 * DAY),
    endedAt: null,
    endReason: null,
    ip: '192.0.2.1',
    userAgent: 'test',
    ...changes,
  });
}

/** A change of the address of `userId`. */
export function anEmailChange(changes: Partial<EmailChange> & Pick<EmailChange, 'userId'>): EmailChange {
  const id = changes.id ?? ids.next();
  return restoreEmailChange({
    id,
    oldEmail: 'member@praxis.test',
    newEmail: `new-${id.slice(-6)}@praxis.test`,
    createdAt: T0,
    expiresAt: plus(T0, DAY),
    endedAt: null,
    endReason: null,
    ...changes,
  });
}

/** A good card of `userId`, not the default. */
export function aCard(changes: Partial<Card> & Pick<Card, 'userId'>): Card {
  const id = changes.id ?? ids.next();
  return restoreCard({
    id,
    gatewayToken: `tok_${id}`,
    fingerprint: `fingerprint-of-${id}`,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2029,
    isDefault: false,
    createdAt: T0,
    updatedAt: T0,
    removedAt: null,
    version: 1,
    ...changes,
  });
}

/** A sign-in event of `userId`. */
export const aSecurityEvent = (
  changes: Partial<SecurityEvent> & Pick<SecurityEvent, 'userId'>,
): SecurityEvent => ({
  ...securityEvent(
    'signed-in',
    {
      userId: changes.userId,
      actorId: changes.userId,
      client: { ip: '192.0.2.1', userAgent: 'test' },
    },
    T0,
  ),
  ...changes,
});
