import { versionMismatch } from '../../../src/kernel/errors.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import type {
  CardQueries,
  IdentityPorts,
  PasswordResetRepository,
  RegistrationRepository,
  SecurityEventQueries,
  SessionQueries,
  SessionRepository,
  UserQueries,
  UserRepository,
} from '../../../src/identity/application/ports.js';
import type { Card } from '../../../src/identity/domain/card.js';
import type { EmailChange } from '../../../src/identity/domain/email-change.js';
import { emailTaken } from '../../../src/identity/domain/errors.js';
import { type PasswordReset, restorePasswordReset } from '../../../src/identity/domain/password-reset.js';
import { type Registration, restoreRegistration } from '../../../src/identity/domain/registration.js';
import { endSession, isLive, restoreSession, type Session } from '../../../src/identity/domain/session.js';
import {
  isActiveAdmin,
  isDisabled,
  nextVersion,
  restoreUser,
  type User,
} from '../../../src/identity/domain/user.js';
import { FakeIds } from '../fakes/ids.js';
import { assertUser, makeAsync, pageOf, purgeFrom } from './adapters.js';
import { makeCardQueries, makeCards } from './cards.js';
import { makeEmailChanges } from './email-changes.js';
import { makeSecurityEventQueries, makeSecurityLog, type StoredEvent } from './security-log.js';
import { makeInMemoryOutbox, type StoredJob, storedJobs } from './outbox.js';
import { InMemoryStore, type Table } from './store.js';

/** An erased user counts as missing. */
const present = (row: User | undefined): User | undefined => (row?.erasedAt === null ? row : undefined);

function makeUsers(table: Table<User>): UserRepository {
  const restored = (row: User | undefined) => row && restoreUser(row);
  const assertUnique = (user: User): void => {
    if (table.all().some((other) => other.email === user.email && other.id !== user.id)) throw emailTaken();
  };
  return {
    find: makeAsync((id) => restored(present(table.get(id)))),
    lock: makeAsync((id) => restored(present(table.lock(id)))),
    lockUserAndActiveAdmins: makeAsync((userId) => {
      const held = table
        .all()
        .map(restoreUser)
        .filter((row) => row.erasedAt === null && (row.id === userId || isActiveAdmin(row)));
      for (const { id } of held) table.lock(id);
      return { user: held.find(({ id }) => id === userId), activeAdmins: held.filter(isActiveAdmin) };
    }),
    insert: makeAsync((user) => {
      assertUnique(user);
      table.put(user);
    }),
    save: makeAsync((user) => {
      if (table.get(user.id)?.version !== user.version) throw versionMismatch();
      assertUnique(user);
      const saved = nextVersion(user);
      table.put(saved);
      return saved;
    }),
  };
}

function makeRegistrations(table: Table<Registration>): RegistrationRepository {
  const restored = (row: Registration | undefined) => row && restoreRegistration(row);
  return {
    find: makeAsync((id) => restored(table.get(id))),
    lock: makeAsync((id) => restored(table.lock(id))),
    lockOpen: makeAsync((email) =>
      table
        .all()
        .filter((row) => row.email === email && row.endedAt === null)
        .map(({ id }) => table.lock(id))
        .filter((row) => row !== undefined)
        .map(restoreRegistration),
    ),
    insert: makeAsync((registration) => {
      table.put(registration);
    }),
    save: makeAsync((registration) => {
      if (table.get(registration.id) !== undefined) table.put(registration);
    }),
    forget: makeAsync((email) => {
      for (const row of table.all()) if (row.email === email) table.delete(row.id);
    }),
    purge: purgeFrom(table),
  };
}

function makePasswordResets(table: Table<PasswordReset>, users: Table<User>): PasswordResetRepository {
  const restored = (row: PasswordReset | undefined) => row && restorePasswordReset(row);
  return {
    find: makeAsync((id) => restored(table.get(id))),
    lock: makeAsync((id) => restored(table.lock(id))),
    lockOpen: makeAsync((userId) =>
      table
        .all()
        .filter((row) => row.userId === userId && row.endedAt === null)
        .map(({ id }) => table.lock(id))
        .filter((row) => row !== undefined)
        .map(restorePasswordReset),
    ),
    insert: makeAsync((reset) => {
      assertUser(users, reset.userId);
      table.put(reset);
    }),
    save: makeAsync((reset) => {
      assertUser(users, reset.userId);
      if (table.get(reset.id) !== undefined) table.put(reset);
    }),
    forget: makeAsync(({ userId, email }) => {
      for (const row of table.all()) if (row.userId === userId || row.email === email) table.delete(row.id);
    }),
    purge: purgeFrom(table),
  };
}

function makeSessions(table: Table<Session>, users: Table<User>): SessionRepository {
  return {
    lock: makeAsync((id) => {
      const row = table.lock(id);
      return row && restoreSession(row);
    }),
    insert: makeAsync((session) => {
      assertUser(users, session.userId);
      table.put(session);
    }),
    save: makeAsync((session) => {
      if (table.get(session.id) !== undefined) table.put(session);
    }),
    endAll: makeAsync((userId, { reason, at, keepSessionId }) => {
      const open = table
        .all()
        .filter((row) => row.userId === userId && row.endedAt === null && row.id !== keepSessionId);
      for (const row of open) table.put(endSession(restoreSession(row), reason, at));
      return open.length;
    }),
    purge: purgeFrom(table),
  };
}

function makeUserQueries(table: Table<User>): UserQueries {
  return {
    find: makeAsync((id) => {
      const row = present(table.get(id));
      return row && restoreUser(row);
    }),
    findByEmail: makeAsync((email) => {
      const row = present(table.all().find((user) => user.email === email));
      return row && restoreUser(row);
    }),
    list: makeAsync(({ prefix, roles, disabled }, { limit, after }) => {
      const begins = (text: string): boolean => text.toLowerCase().startsWith((prefix ?? '').toLowerCase());
      const rows = table
        .all()
        .filter((row) => row.erasedAt === null)
        .filter((row) => begins(row.fullName) || begins(row.email))
        .filter((row) => roles?.includes(row.role) ?? true)
        .filter((row) => disabled === undefined || (row.disabledAt !== null) === disabled);
      return pageOf(rows.map(restoreUser), ({ createdAt }) => createdAt, limit, after);
    }),
  };
}

function makeSessionQueries(sessions: Table<Session>, users: Table<User>): SessionQueries {
  return {
    actor: makeAsync(({ userId, sessionId }, at) => {
      const session = sessions.get(sessionId);
      const user = users.get(userId);
      if (session?.userId !== userId || user === undefined) return undefined;
      if (!isLive(restoreSession(session), at) || isDisabled(restoreUser(user))) return undefined;
      return { userId, sessionId, role: user.role, emailVerified: user.emailVerifiedAt !== null };
    }),
    list: makeAsync((userId, at, { limit, after }) => {
      const rows = sessions
        .all()
        .filter((row) => row.userId === userId && isLive(restoreSession(row), at))
        .map(({ id, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => ({
          id,
          createdAt,
          lastUsedAt,
          expiresAt,
          ip,
          userAgent,
        }));
      return pageOf(rows, ({ createdAt }) => createdAt, limit, after);
    }),
  };
}

export type InMemoryIdentity = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  sessionQueries: SessionQueries;
  cardQueries: CardQueries;
  securityEventQueries: SecurityEventQueries;
  /** Committed jobs, oldest first. */
  jobs(): readonly StoredJob[];
  store: InMemoryStore;
}>;

/** Identity's ports in memory; they pass the same contract as the Sequelize adapters (test/contracts). */
export function makeInMemoryIdentity(store = new InMemoryStore()): InMemoryIdentity {
  const users = store.table<User>('users');
  const registrations = store.table<Registration>('registrations');
  const passwordResets = store.table<PasswordReset>('password_resets');
  const emailChanges = store.table<EmailChange>('email_changes');
  const cards = store.table<Card>('cards');
  const securityEvents = store.table<StoredEvent>('security_events');
  const sessions = store.table<Session>('sessions');
  const ports: IdentityPorts = {
    users: makeUsers(users),
    registrations: makeRegistrations(registrations),
    passwordResets: makePasswordResets(passwordResets, users),
    emailChanges: makeEmailChanges(emailChanges, users),
    cards: makeCards(cards, users),
    sessions: makeSessions(sessions, users),
    securityLog: makeSecurityLog(securityEvents),
    outbox: makeInMemoryOutbox({ store, ids: new FakeIds('01920000') }),
  };
  return {
    identityUnitOfWork: store.unitOfWork(ports),
    userQueries: makeUserQueries(users),
    sessionQueries: makeSessionQueries(sessions, users),
    cardQueries: makeCardQueries(cards, users),
    securityEventQueries: makeSecurityEventQueries(securityEvents, users),
    jobs: () => storedJobs(store),
    store,
  };
}
