import { expect } from 'chai';
import { DAY, plus, SECOND } from '../../src/kernel/clock.js';
import type { PageKey } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { IdentityPorts, SessionQueries, UserQueries } from '../../src/identity/application/ports.js';
import { assignReset, endReset } from '../../src/identity/domain/password-reset.js';
import { endRegistration, reserveAttempt } from '../../src/identity/domain/registration.js';
import { endSession, rotateSession } from '../../src/identity/domain/session.js';
import { rename, restoreUser, setPassword, type User } from '../../src/identity/domain/user.js';
import { aPasswordReset, aRegistration, aSession, aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type IdentityAdapters = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  sessionQueries: SessionQueries;
}>;

const WORKERS = 20;
const T0 = new Date('2026-11-21T09:00:00.000Z');
const T1 = new Date('2026-11-21T10:00:00.123Z');
const FULL_HOUSE = Array.from({ length: WORKERS }, (_, worker) => worker);

/** What every adapter of identity's ports must do. `adapters` is asked in each test; `before` has opened them by then. */
export function identityContract(adapters: () => IdentityAdapters): void {
  const run: UnitOfWork<IdentityPorts>['run'] = (work) => adapters().identityUnitOfWork.run(work);
  const runInNewTransaction: UnitOfWork<IdentityPorts>['runInNewTransaction'] = (work) =>
    adapters().identityUnitOfWork.runInNewTransaction(work);
  const given = async (...users: User[]): Promise<void> => {
    await run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  };
  const failing = async (work: (ports: IdentityPorts) => Promise<void>): Promise<void> => {
    const thrown = new Error('and then it fails');
    const error = await rejection(
      run(async (ports) => {
        await work(ports);
        throw thrown;
      }),
    );
    expect(error).to.equal(thrown);
  };

  describe('a unit of work', () => {
    it('returns the result of the work and commits', async () => {
      const user = aUser();
      const answer = await run(async ({ users }) => {
        await users.insert(user);
        return 'done';
      });
      expect(answer).to.equal('done');
      expect(await adapters().userQueries.find(user.id)).to.deep.equal(user);
    });

    it('rolls back when the work throws', async () => {
      const old = aUser();
      await given(old);
      const [fresh, registration, reset, session] = [
        aUser(),
        aRegistration(),
        aPasswordReset(),
        aSession({ userId: old.id }),
      ];
      await failing(async (ports) => {
        await ports.users.insert(fresh);
        await ports.users.save(rename(old, 'Changed', T1));
        await ports.registrations.insert(registration);
        await ports.passwordResets.insert(reset);
        await ports.sessions.insert(session);
        await ports.outbox.append({ kind: 'test.never', payload: {} });
      });
      await run(async (ports) => {
        expect(await ports.users.find(fresh.id)).to.equal(undefined);
        expect(await ports.users.find(old.id)).to.deep.equal(old);
        expect(await ports.registrations.find(registration.id)).to.equal(undefined);
        expect(await ports.passwordResets.find(reset.id)).to.equal(undefined);
        expect(await ports.sessions.lock(session.id)).to.equal(undefined);
      });
    });

    it('sees its own writes, which others see only after the commit', async () => {
      const user = aUser();
      await run(async ({ users }) => {
        await users.insert(user);
        expect(await users.find(user.id)).to.deep.equal(user);
        expect(await runInNewTransaction((other) => other.users.find(user.id))).to.equal(undefined);
      });
    });

    it('commits an independent unit of work although the outer one fails', async () => {
      const [stays, goes] = [aRegistration(), aRegistration()];
      await failing(async ({ registrations }) => {
        await registrations.insert(goes);
        await runInNewTransaction((independent) => independent.registrations.insert(stays));
      });
      await run(async ({ registrations }) => {
        expect(await registrations.find(stays.id)).to.deep.equal(stays);
        expect(await registrations.find(goes.id)).to.equal(undefined);
      });
    });

    it('rolls back an independent unit of work that throws', async () => {
      const user = aUser();
      await rejection(
        runInNewTransaction(async ({ users }) => {
          await users.insert(user);
          throw new Error('fails');
        }),
      );
      expect(await adapters().userQueries.find(user.id)).to.equal(undefined);
    });
  });

  describe('users', () => {
    it('are read as they were saved, by every method', async () => {
      const full = aUser({
        role: 'staff',
        fullName: 'Zoë 🦷 O\u2019Hara',
        disabledAt: T1,
        emailVerifiedAt: T1,
        updatedAt: T1,
      });
      const bare = aUser({ role: 'admin', emailVerifiedAt: null, passwordHash: null });
      await given(full, bare);
      for (const user of [full, bare]) {
        expect(await adapters().userQueries.find(user.id)).to.deep.equal(user);
        expect(await adapters().userQueries.findByEmail(user.email)).to.deep.equal(user);
        await run(async ({ users }) => {
          expect(await users.find(user.id)).to.deep.equal(user);
          expect(await users.lock(user.id)).to.deep.equal(user);
        });
      }
    });

    it('are not changed when the caller changes its dates afterwards', async () => {
      const user = aUser({ createdAt: new Date(T0), updatedAt: new Date(T0) });
      await given(user);
      user.createdAt.setTime(0);
      const read = await adapters().userQueries.find(user.id);
      expect(read?.createdAt).to.deep.equal(T0);
      read?.createdAt.setTime(0);
      expect((await adapters().userQueries.find(user.id))?.createdAt).to.deep.equal(T0);
    });

    it('are undefined when unknown', async () => {
      const { id, email } = aUser();
      expect(await adapters().userQueries.find(id)).to.equal(undefined);
      expect(await adapters().userQueries.findByEmail(email)).to.equal(undefined);
      expect(await run(({ users }) => users.lock(id))).to.equal(undefined);
    });

    it('get the next version with every save', async () => {
      const user = aUser();
      await given(user);
      const saved = await run(({ users }) => users.save(setPassword(user, 'fake:new', T1)));
      expect(saved).to.include({ version: 2, passwordHash: 'fake:new' });
      expect(await adapters().userQueries.find(user.id)).to.deep.equal(saved);
    });

    it('are not saved over another version, or when deleted', async () => {
      const user = aUser();
      await given(user);
      await run(({ users }) => users.save(rename(user, 'First', T1)));
      expect(
        (
          await expectCode(
            run(({ users }) => users.save(rename(user, 'Second', T1))),
            'version-mismatch',
          )
        ).kind,
      ).to.equal('stale');
      await expectCode(
        run(({ users }) => users.save(aUser())),
        'version-mismatch',
      );
      expect(await adapters().userQueries.find(user.id)).to.include({ fullName: 'First' });
    });

    it('have unique addresses', async () => {
      const [one, two] = [aUser(), aUser()];
      await given(one, two);
      expect((await expectCode(given(aUser({ email: one.email })), 'email-taken')).kind).to.equal('conflict');
      await expectCode(
        run(({ users }) => users.save(restoreUser({ ...two, email: one.email }))),
        'email-taken',
      );
      expect(await adapters().userQueries.find(two.id)).to.deep.equal(two);
    });

    it('get an address once under concurrent inserts', async () => {
      const { email } = aUser();
      const outcomes = await Promise.allSettled(FULL_HOUSE.map(() => given(aUser({ email }))));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'email-taken');
    });

    it('lose no change of 20 concurrent workers that lock before they read', async () => {
      const user = aUser({ fullName: '0' });
      await given(user);
      await Promise.all(
        FULL_HOUSE.map(() =>
          run(async ({ users }) => {
            const held = await users.lock(user.id);
            if (held !== undefined) await users.save(rename(held, String(Number(held.fullName) + 1), T1));
          }),
        ),
      );
      expect(await adapters().userQueries.find(user.id)).to.include({
        fullName: String(WORKERS),
        version: WORKERS + 1,
      });
    });
  });

  describe('registrations', () => {
    it('are read as they were saved', async () => {
      const registration = aRegistration({ fullName: 'Zoë 🦷' });
      await run(({ registrations }) => registrations.insert(registration));
      const tried = endRegistration(reserveAttempt(registration, T0), 'superseded', T1);
      await run(async ({ registrations }) => {
        expect(await registrations.lock(registration.id)).to.deep.equal(registration);
        await registrations.save(tried);
      });
      expect(await run(({ registrations }) => registrations.find(registration.id))).to.deep.equal(tried);
    });

    it('of one address are locked in id order if pending', async () => {
      const { email } = aUser();
      const made = [aRegistration({ email }), aRegistration({ email }), aRegistration({ email })] as const;
      const ended = endRegistration(aRegistration({ email }), 'superseded', T1);
      await run(async ({ registrations }) => {
        for (const registration of [made[2], ended, made[0], aRegistration(), made[1]])
          await registrations.insert(registration);
      });
      await run(async ({ registrations }) => {
        expect(await registrations.lockOpen(email)).to.deep.equal(made);
      });
    });

    it('count concurrent attempts exactly', async () => {
      const registration = aRegistration();
      await run(({ registrations }) => registrations.insert(registration));
      const outcomes = await Promise.allSettled(
        FULL_HOUSE.map(() =>
          run(async ({ registrations }) => {
            const held = await registrations.lock(registration.id);
            if (held !== undefined) await registrations.save(reserveAttempt(held, T0));
          }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(5);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'token-used');
    });
  });

  describe('password resets', () => {
    it('are read as they were saved, and need an existing user', async () => {
      const user = aUser();
      await given(user);
      const reset = aPasswordReset({ email: user.email });
      await run(({ passwordResets }) => passwordResets.insert(reset));
      const used = endReset(assignReset(reset, user.id), 'used', T1);
      await run(async ({ passwordResets }) => {
        expect(await passwordResets.lock(reset.id)).to.deep.equal(reset);
        await passwordResets.save(used);
      });
      expect(await run(({ passwordResets }) => passwordResets.find(reset.id))).to.deep.equal(used);
      await rejection(
        run(({ passwordResets }) => passwordResets.insert(aPasswordReset({ userId: aUser().id }))),
      );
    });

    it('of one user are locked in id order if pending', async () => {
      const [user, other] = [aUser(), aUser()];
      await given(user, other);
      const made = [aPasswordReset({ userId: user.id }), aPasswordReset({ userId: user.id })] as const;
      await run(async ({ passwordResets }) => {
        for (const reset of [
          made[1],
          endReset(aPasswordReset({ userId: user.id }), 'superseded', T1),
          aPasswordReset({ userId: other.id }),
          made[0],
        ])
          await passwordResets.insert(reset);
      });
      await run(async ({ passwordResets }) => {
        expect(await passwordResets.lockOpen(user.id)).to.deep.equal(made);
      });
    });
  });

  describe('sessions', () => {
    let user: User;
    let other: User;
    beforeEach(async () => {
      [user, other] = [aUser(), aUser()];
      await given(user, other);
    });
    const start = async (...changes: Partial<Parameters<typeof aSession>[0]>[]) => {
      const made = changes.map((change) => aSession({ userId: user.id, ...change }));
      await run(async ({ sessions }) => {
        for (const session of made) await sessions.insert(session);
      });
      return made;
    };
    const read = (id: string) => run(({ sessions }) => sessions.lock(id));

    it('are read as they were saved, and need an existing user', async () => {
      const [session] = await start({ userAgent: 'Müller 🦷', ip: '2001:db8::1' });
      if (session === undefined) throw new Error('none');
      expect(await read(session.id)).to.deep.equal(session);
      const changed = endSession(
        rotateSession(session, { tokenHash: 'two', nonce: 'n' }, T1),
        'refresh-reused',
        T1,
      );
      await run(({ sessions }) => sessions.save(changed));
      expect(await read(session.id)).to.deep.equal(changed);
      await rejection(run(({ sessions }) => sessions.insert(aSession({ userId: aUser().id }))));
    });

    it('rotate once for each of 20 concurrent workers that lock before they read', async () => {
      const [session] = await start({});
      const id = session?.id ?? '';
      await Promise.all(
        FULL_HOUSE.map((worker) =>
          run(async ({ sessions }) => {
            const held = await sessions.lock(id);
            if (held !== undefined)
              await sessions.save(rotateSession(held, { tokenHash: `by ${String(worker)}`, nonce: 'n' }, T1));
          }),
        ),
      );
      expect(await read(id)).to.include({ generation: WORKERS + 1 });
    });

    it('end together except one, and not those of other users', async () => {
      const [a, b, kept, over, theirs] = await start(
        {},
        {},
        {},
        { endedAt: T0, endReason: 'signed-out' },
        { userId: other.id },
      );
      const count = await run(({ sessions }) =>
        sessions.endAll(user.id, { reason: 'revoked', at: T1, keepSessionId: kept?.id }),
      );
      expect(count).to.equal(2);
      for (const session of [a, b]) {
        const ended = await read(session?.id ?? '');
        expect(ended).to.include({ endReason: 'revoked' });
        expect(ended?.endedAt).to.deep.equal(T1);
      }
      for (const session of [kept, over, theirs])
        expect(await read(session?.id ?? '')).to.deep.equal(session);
      expect(await run(({ sessions }) => sessions.endAll(user.id, { reason: 'revoked', at: T1 }))).to.equal(
        1,
      );
      expect(await run(({ sessions }) => sessions.endAll(user.id, { reason: 'revoked', at: T1 }))).to.equal(
        0,
      );
    });

    it('authenticate their user until they end', async () => {
      const [session] = await start({});
      const sessionId = session?.id ?? '';
      const actor = (at: Date, userId = user.id) =>
        adapters().sessionQueries.actor({ userId, sessionId }, at);
      expect(await actor(T1)).to.deep.equal({
        userId: user.id,
        sessionId,
        role: 'member',
        emailVerified: true,
      });
      expect(await actor(plus(T0, 30 * DAY - 1))).not.to.equal(undefined);
      expect(await actor(plus(T0, 30 * DAY))).to.equal(undefined);
      expect(await actor(T1, other.id)).to.equal(undefined);
      expect(await adapters().sessionQueries.actor({ userId: user.id, sessionId: aUser().id }, T1)).to.equal(
        undefined,
      );
      await run(({ users }) => users.save(restoreUser({ ...user, role: 'admin', emailVerifiedAt: null })));
      expect(await actor(T1)).to.include({ role: 'admin', emailVerified: false });
      await run(({ users }) => users.save(restoreUser({ ...user, version: 2, disabledAt: T1 })));
      expect(await actor(T1)).to.equal(undefined);
    });

    it('authenticate no request after their end has committed', async () => {
      const [session] = await start({});
      const sessionId = session?.id ?? '';
      const actor = () => adapters().sessionQueries.actor({ userId: user.id, sessionId }, T1);
      await failing(async ({ sessions }) => {
        await sessions.endAll(user.id, { reason: 'revoked', at: T1 });
      });
      expect(await actor()).not.to.equal(undefined);
      await run(({ sessions }) => sessions.endAll(user.id, { reason: 'revoked', at: T1 }));
      expect(await actor()).to.equal(undefined);
    });

    it('are listed newest first, live ones only, without duplicates while others start', async () => {
      const at = (seconds: number) => ({ createdAt: plus(T0, seconds * SECOND), lastUsedAt: T1 });
      const made = await start(at(3), at(1), at(2), at(2), at(2), at(0));
      await start({ userId: other.id }, { endedAt: T0, endReason: 'revoked' }, { expiresAt: T1 });
      const expected = [...made]
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id);
      const seen: string[] = [];
      let after: PageKey | undefined;
      for (let turn = 0; turn < 10; turn += 1) {
        const page = await adapters().sessionQueries.list(user.id, T1, { limit: 2, after });
        seen.push(...page.items.map(({ id }) => id));
        await start(at(100 + turn));
        if (page.next === null) break;
        after = page.next;
      }
      expect(seen).to.deep.equal(expected);
      const [first] = (await adapters().sessionQueries.list(user.id, T1, { limit: 1 })).items;
      expect(Object.keys(first ?? {}).sort()).to.deep.equal([
        'createdAt',
        'expiresAt',
        'id',
        'ip',
        'lastUsedAt',
        'userAgent',
      ]);
    });
  });

  describe('purging', () => {
    it('deletes at most the given number of old rows, and no younger ones', async () => {
      const user = aUser();
      await given(user);
      const before = new Date('2002-01-01T00:00:00.000Z');
      const old = { createdAt: plus(before, -9 * DAY), expiresAt: plus(before, -DAY) };
      const young = { createdAt: plus(before, -9 * DAY), expiresAt: before };
      const ended = { endedAt: plus(before, -1) };
      await run(async ({ registrations, passwordResets, sessions }) => {
        for (let count = 0; count < 3; count += 1) {
          await registrations.insert(aRegistration(old));
          await passwordResets.insert(aPasswordReset(old));
          await sessions.insert(aSession({ userId: user.id, ...old, lastUsedAt: old.createdAt }));
        }
        await registrations.insert(
          aRegistration({ ...young, ...ended, endReason: 'superseded', passwordHash: null }),
        );
        await passwordResets.insert(aPasswordReset({ ...young, ...ended, endReason: 'superseded' }));
        await sessions.insert(aSession({ userId: user.id, ...young, ...ended, endReason: 'revoked' }));
        await registrations.insert(aRegistration(young));
        await passwordResets.insert(aPasswordReset(young));
        await sessions.insert(aSession({ userId: user.id, ...young }));
      });
      for (const expected of [3, 1, 0])
        await run(async ({ registrations, passwordResets, sessions }) => {
          expect(await registrations.purge(before, 3)).to.equal(expected);
          expect(await passwordResets.purge(before, 3)).to.equal(expected);
          expect(await sessions.purge(before, 3)).to.equal(expected);
        });
    });
  });
}
