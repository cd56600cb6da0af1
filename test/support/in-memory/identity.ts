import { versionMismatch } from '../../../src/kernel/errors.js';
import type { NewJob } from '../../../src/kernel/outbox.js';
import { toPage } from '../../../src/kernel/page.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import type {
  IdentityPorts,
  PasswordResetRepository,
  RegistrationRepository,
  SessionQueries,
  SessionRepository,
  UserQueries,
  UserRepository,
} from '../../../src/identity/application/ports.js';
import { emailTaken } from '../../../src/identity/domain/errors.js';
import { type PasswordReset, restorePasswordReset } from '../../../src/identity/domain/password-reset.js';
import { type Registration, restoreRegistration } from '../../../src/identity/domain/registration.js';
import { endSession, isLive, restoreSession, type Session } from '../../../src/identity/domain/session.js';
import { isDisabled, nextVersion, restoreUser, type User } from '../../../src/identity/domain/user.js';
import { InMemoryStore, type Table } from './store.js';

type Ending = Readonly<{ id: string; expiresAt: Date; endedAt: Date | null }>;

const purgeFrom =
  <Row extends Ending>(table: Table<Row>) =>
  (before: Date, limit: number): Promise<number> => {
    const old = table
      .all()
      .filter((row) => row.expiresAt < before || (row.endedAt !== null && row.endedAt < before))
      .slice(0, limit);
    for (const row of old) table.delete(row.id);
    return Promise.resolve(old.length);
  };

/** What Postgres answers to a foreign key that points nowhere. */
function assertUser(users: Table<User>, userId: string | null): void {
  if (userId !== null && users.get(userId) === undefined)
    throw new Error(`violates foreign key: no user ${userId}`);
}

const asyncly =
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> => {
    await Promise.resolve(); // a real adapter always answers later
    return work(...args);
  };

function makeUsers(table: Table<User>): UserRepository {
  const restored = (row: User | undefined) => row && restoreUser(row);
  const assertUnique = (user: User): void => {
    if (table.all().some((other) => other.email === user.email && other.id !== user.id)) throw emailTaken();
  };
  return {
    find: asyncly((id) => restored(table.get(id))),
    lock: asyncly((id) => restored(table.lock(id))),
    insert: asyncly((user) => {
      assertUnique(user);
      table.put(user);
    }),
    save: asyncly((user) => {
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
    find: asyncly((id) => restored(table.get(id))),
    lock: asyncly((id) => restored(table.lock(id))),
    lockOpen: asyncly((email) =>
      table
        .all()
        .filter((row) => row.email === email && row.endedAt === null)
        .map(({ id }) => table.lock(id))
        .filter((row) => row !== undefined)
        .map(restoreRegistration),
    ),
    insert: asyncly((registration) => {
      table.put(registration);
    }),
    save: asyncly((registration) => {
      if (table.get(registration.id) !== undefined) table.put(registration);
    }),
    purge: purgeFrom(table),
  };
}

function makePasswordResets(table: Table<PasswordReset>, users: Table<User>): PasswordResetRepository {
  const restored = (row: PasswordReset | undefined) => row && restorePasswordReset(row);
  return {
    find: asyncly((id) => restored(table.get(id))),
    lock: asyncly((id) => restored(table.lock(id))),
    lockOpen: asyncly((userId) =>
      table
        .all()
        .filter((row) => row.userId === userId && row.endedAt === null)
        .map(({ id }) => table.lock(id))
        .filter((row) => row !== undefined)
        .map(restorePasswordReset),
    ),
    insert: asyncly((reset) => {
      assertUser(users, reset.userId);
      table.put(reset);
    }),
    save: asyncly((reset) => {
      assertUser(users, reset.userId);
      if (table.get(reset.id) !== undefined) table.put(reset);
    }),
    purge: purgeFrom(table),
  };
}

function makeSessions(table: Table<Session>, users: Table<User>): SessionRepository {
  return {
    lock: asyncly((id) => {
      const row = table.lock(id);
      return row && restoreSession(row);
    }),
    insert: asyncly((session) => {
      assertUser(users, session.userId);
      table.put(session);
    }),
    save: asyncly((session) => {
      if (table.get(session.id) !== undefined) table.put(session);
    }),
    endAll: asyncly((userId, { reason, at, keepSessionId }) => {
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
    find: asyncly((id) => {
      const row = table.get(id);
      return row && restoreUser(row);
    }),
    findByEmail: asyncly((email) => {
      const row = table.all().find((user) => user.email === email);
      return row && restoreUser(row);
    }),
  };
}

function makeSessionQueries(sessions: Table<Session>, users: Table<User>): SessionQueries {
  return {
    actor: asyncly(({ userId, sessionId }, at) => {
      const session = sessions.get(sessionId);
      const user = users.get(userId);
      if (session?.userId !== userId || user === undefined) return undefined;
      if (!isLive(restoreSession(session), at) || isDisabled(restoreUser(user))) return undefined;
      return { userId, sessionId, role: user.role, emailVerified: user.emailVerifiedAt !== null };
    }),
    list: asyncly((userId, at, { limit, after }) => {
      const [afterMs, afterId] = after ?? [];
      const isAfter = (row: Session): boolean =>
        after === undefined ||
        row.createdAt.getTime() < Number(afterMs) ||
        (row.createdAt.getTime() === Number(afterMs) && row.id < String(afterId));
      const rows = sessions
        .all()
        .filter((row) => row.userId === userId && isLive(restoreSession(row), at) && isAfter(row))
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
        .slice(0, limit + 1)
        .map(({ id, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => ({
          id,
          createdAt,
          lastUsedAt,
          expiresAt,
          ip,
          userAgent,
        }));
      return toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id]);
    }),
  };
}

type StoredJob = NewJob & Readonly<{ id: string }>;

export type InMemoryIdentity = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  sessionQueries: SessionQueries;
  /** Committed jobs, oldest first. */
  jobs(): readonly StoredJob[];
  store: InMemoryStore;
}>;

/** Identity's ports in memory; they pass the same contract as the Sequelize adapters (test/contracts). */
export function makeInMemoryIdentity(store = new InMemoryStore()): InMemoryIdentity {
  const users = store.table<User>('users');
  const registrations = store.table<Registration>('registrations');
  const passwordResets = store.table<PasswordReset>('password_resets');
  const sessions = store.table<Session>('sessions');
  const jobs = store.table<StoredJob>('jobs');
  let jobNumber = 0;
  const ports: IdentityPorts = {
    users: makeUsers(users),
    registrations: makeRegistrations(registrations),
    passwordResets: makePasswordResets(passwordResets, users),
    sessions: makeSessions(sessions, users),
    outbox: {
      append: asyncly((job) => {
        jobNumber += 1;
        jobs.put({ ...job, id: `job-${String(jobNumber).padStart(6, '0')}` });
      }),
    },
  };
  return {
    identityUnitOfWork: store.unitOfWork(ports),
    userQueries: makeUserQueries(users),
    sessionQueries: makeSessionQueries(sessions, users),
    jobs: () => jobs.all(),
    store,
  };
}
