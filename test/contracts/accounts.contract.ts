import { expect } from 'chai';
import { HOUR, plus, SECOND } from '../../src/kernel/clock.js';
import type { Page, PageKey, PageRequest } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type {
  CardQueries,
  IdentityPorts,
  SecurityEventQueries,
  UserFilter,
  UserQueries,
} from '../../src/identity/application/ports.js';
import { addCard, chooseDefault, removeCard, retire } from '../../src/identity/domain/card.js';
import { endEmailChange } from '../../src/identity/domain/email-change.js';
import { disable, erase, rename, type User } from '../../src/identity/domain/user.js';
import {
  aCard,
  anEmailChange,
  aPasswordReset,
  aRegistration,
  aSecurityEvent,
  aUser,
} from '../support/builders/identity.js';
import { rejection } from '../support/rejection.js';

export type AccountAdapters = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  cardQueries: CardQueries;
  securityEventQueries: SecurityEventQueries;
}>;

const T0 = new Date('2026-11-21T09:00:00.000Z');
const T1 = new Date('2026-11-21T10:00:00.123Z');
const at = (seconds: number): Date => plus(T0, seconds * SECOND);

const newestFirst = <Row extends { id: string }>(rows: readonly Row[], instantOf: (row: Row) => Date) =>
  [...rows]
    .sort((a, b) => instantOf(b).getTime() - instantOf(a).getTime() || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);

/** Every id of the list, two at a time, while `meanwhile` adds newer rows. */
async function walk(
  list: (page: PageRequest) => Promise<Page<{ id: string }> | undefined>,
  meanwhile: (turn: number) => Promise<void>,
): Promise<string[]> {
  const seen: string[] = [];
  let after: PageKey | undefined;
  for (let turn = 0; turn < 20; turn += 1) {
    const page = await list({ limit: 2, after });
    if (page === undefined) throw new Error('there is no such list');
    seen.push(...page.items.map(({ id }) => id));
    await meanwhile(turn);
    if (page.next === null) return seen;
    after = page.next;
  }
  throw new Error('the list does not end');
}

/** What every adapter of identity's ports for people, cards and the log must do. */
export function accountsContract(adapters: () => AccountAdapters): void {
  const run: UnitOfWork<IdentityPorts>['run'] = (work) => adapters().identityUnitOfWork.run(work);
  const given = async (...users: User[]): Promise<void> => {
    await run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  };

  describe('the list of users', () => {
    /** Each test searches for its own names, because all tests share a database. */
    const found = async (filter: UserFilter): Promise<string[]> => {
      const { items } = await adapters().userQueries.list(filter, { limit: 100 });
      return items.map(({ id }) => id);
    };

    it('finds users by a prefix of name or address, case-insensitively', async () => {
      const zoe = aUser({ fullName: 'Zöe Álvarez' });
      const other = aUser({ fullName: 'Nobody', email: 'zöe'.replace('ö', 'o') + '.alvarez@praxis.test' });
      await given(zoe, other);
      expect(await found({ prefix: 'zÖE Á' })).to.deep.equal([zoe.id]);
      expect(await found({ prefix: 'ZOE.ALV' })).to.deep.equal([other.id]);
      expect(await found({ prefix: 'lvarez' })).to.deep.equal([]);
    });

    it('matches %, _ and \\ literally', async () => {
      const names = ['100% Quill', '100x Quill', 'a_b Quill', 'axb Quill', 'c\\d Quill', 'c\\\\d Quill'];
      const users = names.map((fullName) => aUser({ fullName }));
      await given(...users);
      const idOf = (name: string): string => users[names.indexOf(name)]!.id;
      expect(await found({ prefix: '100%' })).to.deep.equal([idOf('100% Quill')]);
      expect(await found({ prefix: 'a_b' })).to.deep.equal([idOf('a_b Quill')]);
      expect(await found({ prefix: 'c\\d' })).to.deep.equal([idOf('c\\d Quill')]);
    });

    it('filters by role and by disabled, and omits erased users', async () => {
      const fullName = 'Filtered Finch';
      const [member, staff, admin] = [
        aUser({ fullName }),
        aUser({ fullName, role: 'staff' }),
        aUser({ fullName, role: 'admin' }),
      ];
      const [disabled, erased] = [aUser({ fullName, disabledAt: T1 }), aUser({ fullName })];
      await given(member, staff, admin, disabled, erased);
      await run(({ users }) => users.save(erase(erased, T1)));
      const prefix = 'filtered';
      expect(await found({ prefix })).to.have.members([member.id, staff.id, admin.id, disabled.id]);
      expect(await found({ prefix, roles: ['staff', 'admin'] })).to.have.members([staff.id, admin.id]);
      expect(await found({ prefix, disabled: true })).to.deep.equal([disabled.id]);
      expect(await found({ prefix, disabled: false, roles: ['member'] })).to.deep.equal([member.id]);
      expect(await found({ prefix: 'former' })).to.deep.equal([]);
    });

    it('is sorted newest first, without duplicates or gaps while users are added', async () => {
      for (const [prefix, filter] of [
        ['paged parrot', {}],
        ['paged pigeon', { roles: ['member' as const], disabled: false }],
      ] as const) {
        const arrive = (seconds: number) =>
          aUser({ fullName: prefix, createdAt: at(seconds), updatedAt: T1 });
        const made = [3, 1, 2, 2, 2, 0].map(arrive);
        await given(...made);
        expect(
          await walk(
            (page) => adapters().userQueries.list({ ...filter, prefix }, page),
            (turn) => given(arrive(100 + turn)),
          ),
        ).to.deep.equal(newestFirst(made, ({ createdAt }) => createdAt));
      }
    });
  });

  describe('an erased user', () => {
    it('is found by no query, and the address is available again', async () => {
      const user = aUser();
      await given(user);
      await run(({ users }) => users.save(erase(user, T1)));
      expect(await adapters().userQueries.find(user.id)).to.equal(undefined);
      expect(await adapters().userQueries.findByEmail(user.email)).to.equal(undefined);
      expect(await adapters().cardQueries.list(user.id, { limit: 1 })).to.equal(undefined);
      expect(await adapters().securityEventQueries.list(user.id, { own: false }, { limit: 1 })).to.equal(
        undefined,
      );
      await run(async ({ users }) => {
        expect(await users.find(user.id)).to.equal(undefined);
        expect(await users.lock(user.id)).to.equal(undefined);
      });
      await given(aUser({ email: user.email }));
    });

    it('leaves no registration, reset or email change', async () => {
      const [user, other] = [aUser(), aUser()];
      await given(user, other);
      const registration = aRegistration({ email: user.email });
      const resets = [aPasswordReset({ email: user.email }), aPasswordReset({ userId: user.id })];
      const change = anEmailChange({ userId: user.id });
      const [theirs, stays] = [anEmailChange({ userId: other.id }), aPasswordReset({ userId: other.id })];
      await run(async ({ registrations, passwordResets, emailChanges }) => {
        await registrations.insert(registration);
        for (const reset of [...resets, stays]) await passwordResets.insert(reset);
        await emailChanges.insert(endEmailChange(change, 'superseded', T1));
        await emailChanges.insert(theirs);
      });
      await run(async ({ registrations, passwordResets, emailChanges }) => {
        await registrations.forget(user.email);
        await passwordResets.forget({ userId: user.id, email: user.email });
        await emailChanges.forget(user.id);
      });
      await run(async ({ registrations, passwordResets, emailChanges }) => {
        expect(await registrations.find(registration.id)).to.equal(undefined);
        for (const { id } of resets) expect(await passwordResets.find(id)).to.equal(undefined);
        expect(await emailChanges.find(change.id)).to.equal(undefined);
        expect(await emailChanges.find(theirs.id)).to.deep.equal(theirs);
        expect(await passwordResets.find(stays.id)).to.deep.equal(stays);
      });
    });
  });

  describe('locking a user with the active admins', () => {
    it('returns the user, and the admins in order of id without members and disabled admins', async () => {
      const [one, two, gone] = [aUser({ role: 'admin' }), aUser({ role: 'admin' }), aUser({ role: 'admin' })];
      const [member, erased] = [aUser(), aUser({ role: 'admin' })];
      await given(two, one, gone, member, erased, aUser({ role: 'staff' }));
      await run(async ({ users }) => {
        await users.save(disable(gone, T1));
        await users.save(erase(erased, T1));
      });
      const standing = (userId: string) => run(({ users }) => users.lockUserAndActiveAdmins(userId));
      const { user, activeAdmins } = await standing(member.id);
      expect(user).to.deep.equal(member);
      const ids = activeAdmins.map(({ id }) => id);
      expect(ids).to.include.members([one.id, two.id]);
      for (const { id } of [gone, member, erased]) expect(ids).not.to.include(id);
      expect(ids).to.deep.equal([...ids].sort());
      expect((await standing(two.id)).user).to.deep.equal(two);
      expect((await standing(gone.id)).user).to.include({ id: gone.id, version: 2 });
      for (const nobody of [erased.id, aUser().id]) expect((await standing(nobody)).user).to.equal(undefined);
    });
  });

  describe('email changes', () => {
    it('are read as they were saved, and need an existing user', async () => {
      const user = aUser();
      await given(user);
      const change = anEmailChange({ userId: user.id });
      await run(({ emailChanges }) => emailChanges.insert(change));
      const ended = endEmailChange(change, 'confirmed', T1);
      await run(async ({ emailChanges }) => {
        expect(await emailChanges.lock(change.id)).to.deep.equal(change);
        await emailChanges.save(ended);
      });
      expect(await run(({ emailChanges }) => emailChanges.find(change.id))).to.deep.equal(ended);
      await rejection(run(({ emailChanges }) => emailChanges.insert(anEmailChange({ userId: aUser().id }))));
    });

    it('of one user are locked in order of id if pending', async () => {
      const user = aUser();
      await given(user);
      const made = [anEmailChange({ userId: user.id }), anEmailChange({ userId: user.id })] as const;
      const ended = endEmailChange(anEmailChange({ userId: user.id }), 'superseded', T1);
      await run(async ({ emailChanges }) => {
        for (const change of [made[1], ended, made[0]]) await emailChanges.insert(change);
      });
      expect(await run(({ emailChanges }) => emailChanges.lockOpen(user.id))).to.deep.equal(made);
    });

    it('are purged when they are older than the given time', async () => {
      const user = aUser();
      await given(user);
      const before = new Date('2001-01-01T00:00:00.000Z');
      const old = { createdAt: plus(before, -2 * HOUR), expiresAt: plus(before, -HOUR) };
      await run(async ({ emailChanges }) => {
        for (let count = 0; count < 3; count += 1)
          await emailChanges.insert(anEmailChange({ userId: user.id, ...old }));
      });
      expect(await run(({ emailChanges }) => emailChanges.purge(before, 2))).to.equal(2);
      expect(await run(({ emailChanges }) => emailChanges.purge(before, 2))).to.equal(1);
    });
  });

  describe('cards', () => {
    let user: User;
    beforeEach(async () => {
      user = aUser();
      await given(user);
    });
    const card = (changes: Partial<Parameters<typeof aCard>[0]> = {}) =>
      aCard({ userId: user.id, ...changes });
    const keep = (...cards: ReturnType<typeof aCard>[]): Promise<void> =>
      run(async (ports) => {
        for (const each of cards) await ports.cards.insert(each);
      });

    it('are read as they were saved, by every query', async () => {
      const [first, second] = [card({ isDefault: true, updatedAt: T1 }), card({ createdAt: at(-1) })];
      await keep(first, second);
      expect(await adapters().cardQueries.find(user.id, second.id)).to.deep.equal(second);
      expect(await adapters().cardQueries.findDefault(user.id)).to.deep.equal(first);
      await run(async ({ cards }) => {
        expect(await cards.find(first.id)).to.deep.equal(first);
        expect(await cards.of(user.id)).to.deep.equal([first, second]);
      });
    });

    it('are found only for their owner', async () => {
      const other = aUser();
      await given(other);
      const own = card({ isDefault: true });
      await keep(own);
      expect(await adapters().cardQueries.find(other.id, own.id)).to.equal(undefined);
      expect(await adapters().cardQueries.findDefault(other.id)).to.equal(undefined);
      expect(await adapters().cardQueries.list(other.id, { limit: 5 })).to.deep.equal({
        items: [],
        next: null,
      });
      expect(await adapters().cardQueries.list(aUser().id, { limit: 5 })).to.equal(undefined);
      await rejection(keep(aCard({ userId: aUser().id })));
    });

    it('apply changes in the order of the domain, and refuse a second default and a duplicate card', async () => {
      const [first, second] = [card({ isDefault: true }), card()];
      await keep(first, second);
      await run(async ({ cards }) => {
        for (const each of chooseDefault(await cards.of(user.id), second, T1)) await cards.save(each);
      });
      expect(await adapters().cardQueries.findDefault(user.id)).to.include({ id: second.id, version: 2 });
      await rejection(keep(card({ isDefault: true })));
      await rejection(keep(card({ fingerprint: first.fingerprint })));
      const { changed, added } = addCard(
        await run(({ cards }) => cards.of(user.id)),
        card({ createdAt: T1, updatedAt: T1 }),
        true,
      );
      await run(async ({ cards }) => {
        for (const each of changed) await cards.save(each);
        await cards.insert(added);
      });
      expect(await adapters().cardQueries.findDefault(user.id)).to.include({ id: added.id });
    });

    it('are in no list after removal, can be saved again, and can be deleted', async () => {
      const only = card({ isDefault: true });
      await keep(only);
      await run(async ({ cards }) => {
        await cards.delete(only.id); // not removed yet: stays
        for (const each of removeCard(await cards.of(user.id), only, T1)) await cards.save(each);
      });
      expect(await adapters().cardQueries.find(user.id, only.id)).to.equal(undefined);
      expect(await adapters().cardQueries.findDefault(user.id)).to.equal(undefined);
      expect((await adapters().cardQueries.list(user.id, { limit: 5 }))?.items).to.deep.equal([]);
      expect(await run(({ cards }) => cards.of(user.id))).to.deep.equal([]);
      expect(await run(({ cards }) => cards.find(only.id))).to.deep.equal(retire(only, T1));
      const again = card({ fingerprint: only.fingerprint, isDefault: true });
      await keep(again);
      await run(({ cards }) => cards.delete(only.id));
      expect(await run(({ cards }) => cards.find(only.id))).to.equal(undefined);
      expect(await adapters().cardQueries.find(user.id, again.id)).to.deep.equal(again);
    });

    it('are listed newest first, without duplicates while cards are added', async () => {
      const save = (seconds: number) => card({ createdAt: at(seconds), updatedAt: T1 });
      const made = [-3, -1, -2, -2, -2].map(save);
      await keep(...made);
      expect(
        await walk(
          (page) => adapters().cardQueries.list(user.id, page),
          (turn) => keep(save(100 + turn)),
        ),
      ).to.deep.equal(newestFirst(made, ({ createdAt }) => createdAt));
    });
  });

  describe('the security log', () => {
    let user: User;
    beforeEach(async () => {
      user = aUser();
      await given(user);
    });
    const log = (...events: ReturnType<typeof aSecurityEvent>[]): Promise<void> =>
      run(async ({ securityLog }) => {
        for (const event of events) await securityLog.append(event);
      });
    const list = async (own: boolean) => {
      const page = await adapters().securityEventQueries.list(user.id, { own }, { limit: 50 });
      return page?.items.map(({ id: _, ...rest }) => rest);
    };

    it('returns the events of one user, newest first', async () => {
      await log(
        aSecurityEvent({ userId: user.id }),
        aSecurityEvent({ userId: null, actorId: null, event: 'sign-in-failed', at: T1 }),
        aSecurityEvent({ userId: user.id, actorId: null, event: 'sign-in-failed', at: T1 }),
      );
      const client = { ip: '192.0.2.1', userAgent: 'test' };
      expect(await list(true)).to.deep.equal([
        { at: T1, event: 'sign-in-failed', ...client },
        { at: T0, event: 'signed-in', ...client },
      ]);
      expect(await list(false)).to.deep.equal(await list(true));
    });

    it('hides the addresses of other people from a user', async () => {
      await log(aSecurityEvent({ userId: user.id, actorId: aUser().id, event: 'role-changed' }));
      expect(await list(true)).to.deep.equal([{ at: T0, event: 'role-changed', ip: '', userAgent: '' }]);
      expect(await list(false)).to.deep.equal([
        { at: T0, event: 'role-changed', ip: '192.0.2.1', userAgent: 'test' },
      ]);
    });

    it('rolls back events with their unit of work, but keeps those of an independent one', async () => {
      await rejection(
        run(async ({ securityLog }) => {
          await securityLog.append(aSecurityEvent({ userId: user.id, event: 'signed-in' }));
          await adapters().identityUnitOfWork.runInNewTransaction((independent) =>
            independent.securityLog.append(
              aSecurityEvent({ userId: user.id, actorId: null, event: 'sign-in-failed' }),
            ),
          );
          throw new Error('fails');
        }),
      );
      expect((await list(true))?.map(({ event }) => event)).to.deep.equal(['sign-in-failed']);
    });

    it('is empty for a user without events, and undefined for an unknown user', async () => {
      expect(await list(true)).to.deep.equal([]);
      const nobody = aUser().id;
      expect(await adapters().securityEventQueries.list(nobody, { own: true }, { limit: 1 })).to.equal(
        undefined,
      );
    });

    it('is listed without duplicates or gaps while events are added', async () => {
      const happen = (seconds: number) => log(aSecurityEvent({ userId: user.id, at: at(seconds) }));
      for (const seconds of [3, 1, 2, 2, 2, 0]) await happen(seconds);
      const before = await adapters().securityEventQueries.list(user.id, { own: true }, { limit: 50 });
      expect(
        await walk(
          (page) => adapters().securityEventQueries.list(user.id, { own: true }, page),
          (turn) => happen(100 + turn),
        ),
      ).to.deep.equal(before?.items.map(({ id }) => id));
    });
  });

  it('loses no change of a name by 20 concurrent workers that lock before they read', async () => {
    const admin = aUser({ role: 'admin', fullName: '0' });
    await given(admin);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        run(async ({ users }) => {
          const { user: held } = await users.lockUserAndActiveAdmins(admin.id);
          if (held !== undefined) await users.save(rename(held, String(Number(held.fullName) + 1), T1));
        }),
      ),
    );
    expect(await adapters().userQueries.find(admin.id)).to.include({ fullName: '20', version: 21 });
  });
}
