import { expect } from 'chai';
import { asFunction, asValue } from 'awilix';
import { pino } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { buildContainer } from '../../src/container.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { IdGenerator } from '../../src/kernel/ids.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { AddCard } from '../../src/identity/application/add-card.js';
import type { ChangeRole } from '../../src/identity/application/change-role.js';
import type { ChooseDefaultCard } from '../../src/identity/application/choose-default-card.js';
import type { ConfirmEmailChange } from '../../src/identity/application/confirm-email-change.js';
import type { DisableUser } from '../../src/identity/application/disable-user.js';
import type { EraseUser } from '../../src/identity/application/erase-user.js';
import type {
  CardQueries,
  IdentityPorts,
  MailTokens,
  UserQueries,
} from '../../src/identity/application/ports.js';
import type { RemoveCard } from '../../src/identity/application/remove-card.js';
import type { SignIn } from '../../src/identity/application/sign-in.js';
import type { Card } from '../../src/identity/domain/card.js';
import { changeRole, type User } from '../../src/identity/domain/user.js';
import type { IdentityModels } from '../../src/identity/infrastructure/sequelize/models.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { barrier } from '../support/barrier.js';
import { aCard, anEmailChange, aUser } from '../support/builders/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { FakePasswords } from '../support/fakes/passwords.js';
import { FakeSignInThrottle } from '../support/fakes/sign-in-throttle.js';
import { codesOf, times } from '../support/race-outcomes.js';

type Cradle = Readonly<{
  sequelize: Sequelize;
  ids: IdGenerator;
  identityModels: IdentityModels;
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  cardQueries: CardQueries;
  mailTokens: MailTokens;
  changeRole: ChangeRole;
  disableUser: DisableUser;
  eraseUser: EraseUser;
  addCard: AddCard;
  chooseDefaultCard: ChooseDefaultCard;
  removeCard: RemoveCard;
  confirmEmailChange: ConfirmEmailChange;
  signIn: SignIn;
}>;

const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };
const ROUNDS = 10;

describe('concurrent changes of accounts and cards on PostgreSQL', () => {
  let postgres: OnPostgres<Cradle>;
  let cradle: Cradle;
  before(async () => {
    postgres = await openOnPostgres<Cradle>({ passwords: new FakePasswords() });
    cradle = postgres.cradle;
    await openConnections(cradle.sequelize, 10);
  });
  after(() => postgres.close());

  const given = async (...users: User[]): Promise<void> => {
    await cradle.identityUnitOfWork.run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  };

  describe('the last two admins', () => {
    let admins: readonly [User, User];
    const activeAdmins = async (): Promise<number> =>
      cradle.identityModels.users.count({ where: { role: 'admin', disabledAt: null } });
    beforeEach(async () => {
      await cradle.identityModels.users.update({ role: 'member' }, { where: {} });
      admins = [aUser({ role: 'admin' }), aUser({ role: 'admin' })];
      await given(...admins);
    });
    const by = (actor: User, user: User) => ({
      actorId: actor.id,
      userId: user.id,
      expectedVersion: null,
      client: CLIENT,
    });

    for (const [what, change] of [
      ['demote', (actor, user) => cradle.changeRole({ ...by(actor, user), role: 'member' as const })],
      ['disable', (actor, user) => cradle.disableUser(by(actor, user))],
      ['delete', (actor, user) => cradle.eraseUser(by(actor, user))],
    ] as readonly [string, (actor: User, user: User) => Promise<unknown>][])
      it(`keep one admin when they ${what} each other concurrently`, async () => {
        const [one, two] = admins;
        const codes = await codesOf([change(one, two), change(two, one)]);
        expect(codes.sort()).to.deep.equal(['last-admin', 'ok']);
        expect(await activeAdmins()).to.equal(1);
      });

    it('control: none remains when the admins are counted without a lock', async () => {
      const bothHaveCounted = barrier(admins.length);
      const naive = (user: User) =>
        cradle.identityUnitOfWork.run(async ({ users }) => {
          const held = await users.lock(user.id);
          const count = await activeAdmins();
          await bothHaveCounted();
          if (held === undefined || count === 1) throw new DomainError('conflict', 'last-admin', 'last');
          await users.save(changeRole(held, 'member', new Date()));
        });
      expect(await codesOf(admins.map(naive))).to.deep.equal(['ok', 'ok']);
      expect(await activeAdmins()).to.equal(0);
    });

    it('keeps an active admin during forty concurrent changes, without a deadlock', async () => {
      const more = times(4, () => Promise.resolve(aUser({ role: 'admin' })));
      const all = [...admins, ...(await Promise.all(more))];
      await given(...all.slice(2));
      const codes = await codesOf(
        times<unknown>(40, (racer) => {
          const [actor, user] = [all[racer % all.length]!, all[(racer * 5 + 1) % all.length]!];
          if (racer % 3 === 0)
            return cradle.changeRole({ ...by(actor, user), role: racer % 2 ? 'admin' : 'staff' });
          return racer % 3 === 1 ? cradle.disableUser(by(actor, user)) : cradle.eraseUser(by(actor, user));
        }),
      );
      expect(
        codes.filter((code) => !['ok', 'last-admin', 'not-found', 'unauthenticated'].includes(code)),
      ).to.deep.equal([]);
      expect(await activeAdmins()).to.be.at.least(1);
    });
  });

  describe('cards', () => {
    let user: User;
    beforeEach(async () => {
      user = aUser();
      await given(user);
    });
    const add = (gatewayToken: string, isDefault = false) =>
      cradle.addCard({ userId: user.id, gatewayToken, isDefault });
    const live = () => cradle.identityModels.cards.findAll({ where: { userId: user.id, removedAt: null } });

    it('stores a card once when ten requests save it concurrently', async () => {
      const answers = await Promise.all(times(10, () => add('tok_visa_4242')));
      expect(answers.filter(({ isNew }) => isNew)).to.have.length(1);
      expect(new Set(answers.map(({ card }) => card.id)).size).to.equal(1);
      expect(await live()).to.have.length(1);
    });

    it('control: the unique index rejects duplicates when saves check for the card without a lock', async () => {
      const allHaveLooked = barrier(10);
      const naive = () =>
        cradle.identityUnitOfWork.run(async ({ cards }) => {
          const held = await cards.of(user.id);
          await allHaveLooked();
          if (held.length > 0) return;
          await cards.insert(aCard({ userId: user.id, fingerprint: 'the same' }));
        });
      const outcomes = await Promise.allSettled(times(10, naive));
      expect(outcomes.filter(({ status }) => status === 'rejected')).to.have.length(9);
      expect(await live()).to.have.length(1);
    });

    it('keeps exactly one default card after ten concurrent changes of the default', async () => {
      const saved: Card[] = [];
      for (let count = 0; count < 5; count += 1) saved.push((await add(`tok_visa_000${String(count)}`)).card);
      for (let round = 0; round < ROUNDS; round += 1) {
        const codes = await codesOf(
          times(10, (racer) =>
            cradle.chooseDefaultCard({
              userId: user.id,
              cardId: saved[racer % saved.length]!.id,
              expectedVersion: null,
            }),
          ),
        );
        expect(new Set(codes)).to.deep.equal(new Set(['ok']));
        expect((await live()).filter(({ isDefault }) => isDefault)).to.have.length(1);
      }
    });

    it('control: changes of the default conflict when they do not lock the user', async () => {
      const saved: Card[] = [];
      for (let count = 0; count < 5; count += 1) saved.push((await add(`tok_visa_000${String(count)}`)).card);
      const allHaveLooked = barrier(10);
      const naive = (cardId: string) =>
        cradle.sequelize.transaction(async (transaction) => {
          const { cards } = cradle.identityModels;
          const present = await cards.findOne({ where: { userId: user.id, isDefault: true }, transaction });
          await allHaveLooked();
          await cards.update({ isDefault: false }, { where: { id: present!.id }, transaction });
          await cards.update({ isDefault: true }, { where: { id: cardId }, transaction });
        });
      const outcomes = await Promise.allSettled(times(10, (racer) => naive(saved[racer % saved.length]!.id)));
      const failed = outcomes.filter(({ status }) => status === 'rejected').length;
      const defaults = (await live()).filter(({ isDefault }) => isDefault).length;
      expect(failed > 0 || defaults !== 1).to.equal(true);
    });

    it('keeps one default while cards are added, chosen and removed concurrently', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const tokens = times(4, (racer) => Promise.resolve(`tok_visa_${String(1000 + racer)}`));
        const made = await Promise.all((await Promise.all(tokens)).map((token) => add(token)));
        const codes = await codesOf([
          ...made.map(({ card }) =>
            cradle.removeCard({ userId: user.id, cardId: card.id, expectedVersion: null }),
          ),
          ...made.map(({ card }) =>
            cradle.chooseDefaultCard({ userId: user.id, cardId: card.id, expectedVersion: null }),
          ),
          ...times(4, (racer) => add(`tok_visa_${String(1000 + racer)}`, true)),
        ]);
        expect(codes.filter((code) => code !== 'ok' && code !== 'not-found')).to.deep.equal([]);
        const cards = await live();
        if (cards.length > 0) expect(cards.filter(({ isDefault }) => isDefault)).to.have.length(1);
      }
    });

    it('leaves no card when a card is saved while its owner is erased', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        user = aUser();
        await given(user);
        const erase = cradle.eraseUser({
          actorId: user.id,
          userId: user.id,
          expectedVersion: null,
          client: CLIENT,
        });
        const codes = await codesOf([erase, ...times(5, (racer) => add(`tok_visa_000${String(racer)}`))]);
        expect(codes.filter((code) => code !== 'ok' && code !== 'unauthenticated')).to.deep.equal([]);
        expect(await live()).to.deep.equal([]);
      }
    });
  });

  it('gives a new address to one of twenty users who confirm it concurrently', async () => {
    const newEmail = `wanted-${String(Date.now())}@praxis.test`;
    const users = await Promise.all(times(20, () => Promise.resolve(aUser())));
    await given(...users);
    const changes = users.map(({ id, email }) =>
      anEmailChange({ userId: id, oldEmail: email, newEmail, expiresAt: new Date('2999-01-01') }),
    );
    await cradle.identityUnitOfWork.run(async ({ emailChanges }) => {
      for (const change of changes) await emailChanges.insert(change);
    });
    const codes = await codesOf(
      changes.map(({ id, userId }) =>
        cradle.confirmEmailChange({
          userId,
          token: cradle.mailTokens.mint('email-change', id),
          client: CLIENT,
        }),
      ),
    );
    expect(codes.filter((code) => code === 'ok')).to.have.length(1);
    expect(codes.filter((code) => code === 'email-taken')).to.have.length(19);
  });
});

describe('password guesses at two servers', () => {
  /** Another server on the same database: they share only the counters in it. */
  const another = (url: string, replacements: Readonly<Record<string, unknown>>) => {
    const authSecret = 'a secret for tests, longer than 32 bytes';
    const config = loadConfig(
      { DATABASE_URL: url, AUTH_SECRET: authSecret, MAIL_URL: 'smtp://127.0.0.1:9', PRAXIS_DEMO: 'off' },
      { cwd: '/nonexistent' },
    );
    const container = buildContainer({
      config,
      logger: pino({ level: 'silent' }),
      databaseUrl: url,
      authSecret,
      publicUrl: 'https://praxis.test',
    });
    for (const [name, value] of Object.entries(replacements)) container.register(name, asValue(value));
    return container;
  };

  /** Makes forty guesses, half of them at each server; returns how many passwords were verified. */
  async function lookedAt(replaceThrottle: boolean): Promise<{ verified: number; logged: number }> {
    const postgres = await openOnPostgres<Cradle>();
    const passwords = [new FakePasswords(), new FakePasswords()] as const;
    const servers = passwords.map((each) => another(postgres.databaseUrl, { passwords: each }));
    if (replaceThrottle)
      for (const server of servers)
        server.register('signInThrottle', asFunction(() => new FakeSignInThrottle(20)).singleton());
    try {
      const user = aUser();
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      const codes = await codesOf(
        times(40, (racer) =>
          (servers[racer % 2]!.cradle as Cradle).signIn({
            email: user.email,
            password: `guess ${String(racer)}`,
            client: CLIENT,
          }),
        ),
      );
      expect(new Set(codes)).to.deep.equal(
        new Set(replaceThrottle ? ['invalid-credentials'] : ['invalid-credentials', 'rate-limited']),
      );
      const [row] = await postgres.cradle.sequelize.query<{ logged: number }>(
        "SELECT count(*)::int AS logged FROM security_events WHERE event = 'sign-in-failed'",
        { type: QueryTypes.SELECT },
      );
      return {
        verified: passwords[0].verified.length + passwords[1].verified.length,
        logged: row?.logged ?? 0,
      };
    } finally {
      for (const server of servers) await server.dispose();
      await postgres.close();
    }
  }

  it('share one counter: twenty of forty guesses are verified', async () => {
    expect(await lookedAt(false)).to.deep.equal({ verified: 20, logged: 20 });
  });

  it('control: all forty are verified with one counter for each server', async () => {
    expect(await lookedAt(true)).to.deep.equal({ verified: 40, logged: 40 });
  });
});
