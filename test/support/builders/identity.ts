import { DAY, HOUR, plus } from '../../../src/kernel/clock.js';
import { type PasswordReset, restorePasswordReset } from '../../../src/identity/domain/password-reset.js';
import { type Registration, restoreRegistration } from '../../../src/identity/domain/registration.js';
import { restoreSession, type Session } from '../../../src/identity/domain/session.js';
import { restoreUser, type User } from '../../../src/identity/domain/user.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01920000');
const T0 = new Date('2026-11-21T09:00:00.000Z');

/** A verified member, different from every other; `changes` say what matters to the test. */
export function aUser(changes: Partial<User> = {}): User {
  const id = changes.id ?? ids.next();
  return restoreUser({
    id,
    email: `member-${id.slice(-6)}@praxis.test`,
    fullName: 'Mara Member',
    role: 'member',
    emailVerifiedAt: T0,
    disabledAt: null,
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
    email: 'member@praxis.test',
    userId: null,
    createdAt: T0,
    expiresAt: plus(T0, HOUR),
    endedAt: null,
    endReason: null,
    ...changes,
  });
}

/** A session of the first generation; give `userId`, for it refers to a user. */
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
