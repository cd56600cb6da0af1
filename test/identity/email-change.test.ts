import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.js';
import type { EmailChange } from '../../src/identity/domain/email-change.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

const NEW = 'mara.neu@praxis.test';

describe('changing the address', () => {
  let world: World;
  const [member, other] = [aUser(), aUser()];
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member, other);
  });
  const ask = async (newEmail = NEW, userId = member.id): Promise<string> => {
    await world.requestEmailChange({ userId, newEmail, password: PASSWORD });
    await world.runJobs();
    const link = world.mailer.sent.findLast(({ to, text }) => to === newEmail && text.includes('?token='));
    return /\?token=(\S+)$/m.exec(link?.text ?? '')?.[1] ?? '';
  };
  const confirm = (token: string, userId = member.id) => world.confirmEmailChange({ userId, token });

  it('notifies the old address, verifies the new one, and notifies the old one again', async () => {
    const token = await ask();
    expect(world.mailer.sent.map(({ to, subject }) => [to, subject])).to.deep.equal([
      [NEW, 'Confirm your new e-mail address'],
      [member.email, 'Your e-mail address is about to change'],
    ]);
    const user = await confirm(token);
    expect(user).to.include({ email: NEW, version: 2 });
    expect(user.emailVerifiedAt).to.deep.equal(world.clock.now());
    await world.runJobs();
    expect(world.mailer.sent.at(-1)).to.include({
      to: member.email,
      subject: 'Your e-mail address has changed',
    });
    await world.signIn({ email: NEW, password: PASSWORD, client: CLIENT });
    await expectCode(world.signInAs(member), 'invalid-credentials');
    await expectCode(confirm(token), 'token-used');
    for (const { text } of world.mailer.sent.filter(({ to }) => to === member.email))
      expect(text).not.to.include(NEW);
  });

  it('needs the password, and counts and logs wrong ones', async () => {
    const wrong = () =>
      world.requestEmailChange({ userId: member.id, newEmail: NEW, password: 'wrong password' });
    for (let attempt = 0; attempt < 20; attempt += 1) await expectCode(wrong(), 'invalid-credentials');
    await expectCode(wrong(), 'rate-limited');
    expect(world.jobs()).to.deep.equal([]);
    expect(world.events()).to.deep.equal(Array(20).fill(['password-refused', member.id]));
  });

  it('gives the same response for a registered address, whose owner gets a note without a token', async () => {
    expect(await ask(other.email)).to.equal('');
    const [note] = world.mailer.sent;
    expect([note?.to, note?.subject]).to.deep.equal([other.email, 'You already have an account']);
    expect(world.store.table<EmailChange>('email_changes').all()[0]).to.include({
      endReason: 'known-address',
    });
  });

  it('requires a valid address other than the present one', async () => {
    for (const newEmail of ['nonsense', member.email.toUpperCase()]) {
      const error = await expectCode(
        world.requestEmailChange({ userId: member.id, newEmail, password: PASSWORD }),
        'validation',
      );
      expect(pointersOf(error)).to.deep.equal(['/newEmail']);
    }
  });

  it('accepts a token from its own user only, within a day, and only for this purpose', async () => {
    const token = await ask();
    const notYours = await expectCode(confirm(token, other.id), 'validation');
    const madeUp = await expectCode(confirm('x.y', other.id), 'validation');
    expect([notYours.message, pointersOf(notYours)]).to.deep.equal([madeUp.message, pointersOf(madeUp)]);
    const id = world.store.table<EmailChange>('email_changes').all()[0]?.id ?? '';
    await expectCode(confirm(world.mailTokens.mint('password-reset', id)), 'validation');
    world.clock.advance(DAY);
    await expectCode(confirm(token), 'token-expired');
    await expectCode(confirm(world.mailTokens.mint('email-change', aUser().id)), 'token-expired');
  });

  it('ends other pending changes and the resets that were mailed to the old address', async () => {
    const [first, second] = [await ask('one@praxis.test'), await ask('two@praxis.test')];
    await world.requestPasswordReset({ email: member.email });
    await world.runJobs();
    const reset = world.mailer.token;
    await confirm(second);
    await expectCode(confirm(first), 'token-used');
    await expectCode(
      world.confirmPasswordReset({ token: reset, newPassword: 'a new password' }),
      'token-used',
    );
  });

  it('is a conflict when another user has the address meanwhile, and changes nothing', async () => {
    const token = await ask();
    await world.given(aUser({ email: NEW }));
    expect((await expectCode(confirm(token), 'email-taken')).kind).to.equal('conflict');
    expect(await world.userQueries.find(member.id)).to.deep.equal(member);
    expect(world.events().map(([event]) => event)).to.deep.equal(['email-change-requested']);
  });

  it('sends the same mails when the jobs run again', async () => {
    await ask();
    const [mail, notice] = world.jobs();
    const changeId = String(mail?.payload['changeId']);
    await world.sendEmailChangeMail({ jobId: mail?.id ?? '', changeId });
    await world.sendEmailChangeNotice({ jobId: notice?.id ?? '', changeId, changed: false });
    expect(world.mailer.sent.slice(2)).to.deep.equal(world.mailer.sent.slice(0, 2));
  });
});
