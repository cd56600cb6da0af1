import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { Authenticate } from '../../src/identity/application/authenticate.js';
import type { ChangePassword } from '../../src/identity/application/change-password.js';
import type { ConfirmPasswordReset } from '../../src/identity/application/confirm-password-reset.js';
import type { ConfirmRegistration } from '../../src/identity/application/confirm-registration.js';
import type { EndOtherSessions } from '../../src/identity/application/end-other-sessions.js';
import type { EndSession } from '../../src/identity/application/end-session.js';
import type {
  IdentityPorts,
  MailTokens,
  RefreshTokens,
  UserQueries,
} from '../../src/identity/application/ports.js';
import type { RefreshSession } from '../../src/identity/application/refresh-session.js';
import type { SignIn } from '../../src/identity/application/sign-in.js';
import type { User } from '../../src/identity/domain/user.js';
import type { IdentityModels } from '../../src/identity/infrastructure/sequelize/models.js';
import { barrier } from '../support/barrier.js';
import { aPasswordReset, aRegistration, aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakePasswords } from '../support/fakes/passwords.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { codesOf, countCodes, times } from '../support/race-outcomes.js';

type Cradle = Readonly<{
  sequelize: Sequelize;
  identityModels: IdentityModels;
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  mailTokens: MailTokens;
  refreshTokens: RefreshTokens;
  signIn: SignIn;
  refreshSession: RefreshSession;
  authenticate: Authenticate;
  endSession: EndSession;
  endOtherSessions: EndOtherSessions;
  changePassword: ChangePassword;
  confirmRegistration: ConfirmRegistration;
  confirmPasswordReset: ConfirmPasswordReset;
}>;

const RACERS = 50;
const PASSWORD = 'correct horse';
const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };

describe('concurrent requests of identity on PostgreSQL', () => {
  let postgres: OnPostgres<Cradle>;
  let cradle: Cradle;
  before(async () => {
    postgres = await openOnPostgres<Cradle>({ passwords: new FakePasswords(), clock: new FakeClock() });
    cradle = postgres.cradle;
    await openConnections(cradle.sequelize, 10);
  });
  after(() => postgres.close());

  const given = async (user: User): Promise<User> => {
    await cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
    return user;
  };
  const signInAs = (user: User, password = PASSWORD) =>
    cradle.signIn({ email: user.email, password, client: CLIENT });

  describe('50 concurrent refreshes of one token', () => {
    /** The different child tokens that the racers got. */
    const childrenOf = async (
      refresh: (token: string) => Promise<string>,
      racers = RACERS,
    ): Promise<Set<string>> => {
      const { refreshToken } = await signInAs(await given(aUser()));
      return new Set(await Promise.all(times(racers, () => refresh(refreshToken))));
    };

    it('create one child token, which is valid', async () => {
      const children = await childrenOf(
        async (refreshToken) => (await cradle.refreshSession({ client: CLIENT, refreshToken })).refreshToken,
      );
      expect(children).to.have.property('size', 1);
      for (const refreshToken of children) await cradle.refreshSession({ client: CLIENT, refreshToken });
    });

    it('control: create several child tokens when the rotation takes no lock', async () => {
      const allHaveRead = barrier(10);
      const naive = async (text: string): Promise<string> => {
        const token = cradle.refreshTokens.read(text);
        if (token === undefined) throw new Error('not ours');
        return cradle.sequelize.transaction(async (transaction) => {
          const row = await cradle.identityModels.sessions.findByPk(token.sessionId, { transaction });
          await allHaveRead();
          if (row?.tokenHash !== token.hash) return 'refused';
          const nonce = cradle.refreshTokens.newNonce();
          const child = cradle.refreshTokens.child(token, nonce);
          const values = {
            generation: child.generation,
            tokenHash: child.hash,
            previousTokenHash: token.hash,
            nonce,
            rotatedAt: new Date(),
          };
          await cradle.identityModels.sessions.update(values, {
            where: { id: token.sessionId },
            transaction,
          });
          return child.text;
        });
      };
      expect(await childrenOf(naive, 10)).to.have.property('size', 10);
    });

    it('end the session when another client sends an old token', async () => {
      const { refreshToken, accessToken } = await signInAs(await given(aUser()));
      let newest = refreshToken;
      for (let round = 0; round < 2; round += 1)
        newest = (await cradle.refreshSession({ client: CLIENT, refreshToken: newest })).refreshToken;
      const codes = await codesOf(
        times(RACERS, (racer) =>
          cradle.refreshSession({ client: CLIENT, refreshToken: racer % 2 ? refreshToken : newest }),
        ),
      );
      expect(Object.keys(countCodes(codes))).to.include('refresh-reused');
      expect(['ok', 'refresh-reused', 'unauthenticated']).to.include.members(codes);
      await expectCode(cradle.refreshSession({ client: CLIENT, refreshToken: newest }), 'unauthenticated');
      await expectCode(cradle.authenticate(accessToken), 'unauthenticated');
    });
  });

  describe('50 concurrent confirmations', () => {
    it('of one registration create one user; the others are refused with token-used', async () => {
      const registration = aRegistration();
      await cradle.identityUnitOfWork.run(({ registrations }) => registrations.insert(registration));
      const token = cradle.mailTokens.mint('registration', registration.id);
      const codes = await codesOf(
        times(RACERS, () => cradle.confirmRegistration({ client: CLIENT, token, password: PASSWORD })),
      );
      expect(countCodes(codes)).to.deep.equal({ ok: 1, 'token-used': RACERS - 1 });
      expect(await cradle.userQueries.findByEmail(registration.email)).to.include({
        fullName: registration.fullName,
      });
    });

    it('of 50 registrations of one address create one user', async () => {
      const { email } = aUser();
      const made = Array.from({ length: RACERS }, () => aRegistration({ email }));
      await cradle.identityUnitOfWork.run(async ({ registrations }) => {
        for (const registration of made) await registrations.insert(registration);
      });
      const codes = await codesOf(
        made.map(({ id }) =>
          cradle.confirmRegistration({
            client: CLIENT,
            token: cradle.mailTokens.mint('registration', id),
            password: PASSWORD,
          }),
        ),
      );
      expect(countCodes(codes)).to.deep.equal({ ok: 1, 'token-used': RACERS - 1 });
      expect(await cradle.identityModels.users.count({ where: { email } })).to.equal(1);
      expect(await cradle.identityModels.registrations.count({ where: { email, endedAt: null } })).to.equal(
        0,
      );
    });
  });

  describe('20 concurrent confirmations of password resets of one user', () => {
    it('accept one, and end all earlier sessions', async () => {
      const user = await given(aUser());
      await Promise.all(times(3, () => signInAs(user)));
      const made = Array.from({ length: 20 }, () => aPasswordReset({ email: user.email, userId: user.id }));
      await cradle.identityUnitOfWork.run(async ({ passwordResets }) => {
        for (const reset of made) await passwordResets.insert(reset);
      });
      const codes = await codesOf(
        made.map(({ id }) =>
          cradle.confirmPasswordReset({
            client: CLIENT,
            token: cradle.mailTokens.mint('password-reset', id),
            newPassword: `password of ${id}`,
          }),
        ),
      );
      expect(countCodes(codes)).to.deep.equal({ ok: 1, 'token-used': 19 });
      expect(
        await cradle.identityModels.sessions.count({ where: { userId: user.id, endedAt: null } }),
      ).to.equal(0);
    });
  });

  describe('a password change during 40 sign-ins with the old password', () => {
    it('leaves only its own session of those with the old password', async () => {
      const user = await given(aUser());
      const here = await signInAs(user);
      const change = cradle.changePassword({
        userId: user.id,
        sessionId: here.sessionId,
        currentPassword: PASSWORD,
        newPassword: 'a new password',
        client: CLIENT,
      });
      const codes = await codesOf(times(40, () => signInAs(user)));
      await change;
      expect(
        Object.keys(countCodes(codes)).filter((code) => code !== 'ok' && code !== 'invalid-credentials'),
      ).to.deep.equal([]);
      const open = await cradle.identityModels.sessions.findAll({
        where: { userId: user.id, endedAt: null },
      });
      expect(open.map(({ id }) => id)).to.deep.equal([here.sessionId]);
    });
  });

  describe('ending sessions', () => {
    it('applies to the next request, in 30 repetitions', async () => {
      const user = await given(aUser());
      for (let round = 0; round < 30; round += 1) {
        const { accessToken, sessionId } = await signInAs(user);
        await cradle.authenticate(accessToken);
        await cradle.endSession({ client: CLIENT, userId: user.id, sessionId });
        await expectCode(cradle.authenticate(accessToken), 'unauthenticated');
      }
    });

    it('causes no deadlock while sessions end each other, refresh and start', async () => {
      const user = await given(aUser());
      const open = await Promise.all(times(10, () => signInAs(user)));
      const codes = await codesOf([
        ...open.map(({ sessionId }) =>
          cradle.endOtherSessions({ client: CLIENT, userId: user.id, keepSessionId: sessionId }),
        ),
        ...open.map(({ refreshToken }) => cradle.refreshSession({ client: CLIENT, refreshToken })),
        ...open.map(({ sessionId }) => cradle.endSession({ client: CLIENT, userId: user.id, sessionId })),
        ...times(10, () => signInAs(user)),
      ]);
      expect(
        Object.keys(countCodes(codes)).filter(
          (code) => !['ok', 'unauthenticated', 'not-found'].includes(code),
        ),
      ).to.deep.equal([]);
    });
  });
});
