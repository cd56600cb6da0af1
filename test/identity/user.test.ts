import { expect } from 'chai';
import { DomainError } from '../../src/kernel/errors.js';
import { canonicalEmail, isEmail, parseEmail } from '../../src/identity/domain/email-address.js';
import {
  maySignIn,
  parseFullName,
  rehashPassword,
  rename,
  restoreUser,
  setPassword,
  verifyEmail,
} from '../../src/identity/domain/user.js';
import { aUser } from '../support/builders/identity.js';

const LATER = new Date('2026-11-22T09:00:00.000Z');

describe('an e-mail address', () => {
  it('is trimmed and lower-cased', () => {
    expect(parseEmail('  Mara.Member+Shop@Praxis.TEST ')).to.equal('mara.member+shop@praxis.test');
  });

  it('lower-cases ASCII letters only, so that a look-alike letter never equals another address', () => {
    expect(canonicalEmail('\u212Aate@praxis.test')).to.equal('\u212Aate@praxis.test');
    expect(isEmail('\u212Aate@praxis.test')).to.equal(false);
  });

  for (const text of [
    '',
    'mara',
    '@praxis.test',
    'mara@',
    'a b@praxis.test',
    'mara@praxis..test',
    'mara@-praxis.test',
    'mara@praxis.test\nbcc: x@y.z',
    'mära@praxis.test',
    `${'a'.repeat(65)}@praxis.test`,
    `${'a'.repeat(60)}@${'b.'.repeat(96)}test`,
  ])
    it(`must not be ${JSON.stringify(text).slice(0, 40)}`, () => {
      expect(() => parseEmail(text))
        .to.throw(DomainError)
        .with.property('code', 'validation');
    });

  it('has at most 254 characters', () => {
    const address = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    expect(address).to.have.length(254);
    expect(parseEmail(address)).to.equal(address);
    expect(isEmail(`${address}d`)).to.equal(false);
  });
});

describe('a full name', () => {
  it('is trimmed, and its length is counted in code points', () => {
    expect(parseFullName('  Zoë 🦷 Zahn ')).to.equal('Zoë 🦷 Zahn');
    expect(Array.from(parseFullName('🦷'.repeat(200)))).to.have.length(200);
  });
  for (const text of ['', '   ', 'a'.repeat(201), 'Mara\nMember', 'Mara\u0007'])
    it(`must not be ${JSON.stringify(text).slice(0, 20)}`, () => {
      expect(() => parseFullName(text))
        .to.throw(DomainError)
        .with.property('code', 'validation');
    });
});

describe('a user', () => {
  it('is not restored when a stored value breaks an invariant', () => {
    const user = aUser();
    for (const broken of [
      { email: 'Mara@praxis.test' },
      { fullName: '' },
      { fullName: ' x' },
      { role: 'owner' as 'admin' },
      { version: 0 },
      { version: 1.5 },
      { updatedAt: new Date(0) },
    ])
      expect(() => restoreUser({ ...user, ...broken }), JSON.stringify(broken)).to.throw('corrupt user');
  });

  it('is immutable and drops unknown fields', () => {
    const user = restoreUser({ ...aUser(), secret: 'x' } as never);
    expect(user).not.to.have.property('secret');
    expect(user).to.be.frozen;
  });

  it('keeps the time at which the address was first verified', () => {
    const proved = aUser();
    expect(verifyEmail(proved, LATER)).to.equal(proved);
    expect(verifyEmail(aUser({ emailVerifiedAt: null }), LATER).emailVerifiedAt).to.deep.equal(LATER);
  });

  it('sets updatedAt at every change except a rehash of the password', () => {
    const user = aUser();
    expect(rename(user, 'New Name', LATER).updatedAt).to.deep.equal(LATER);
    expect(setPassword(user, 'fake:new', LATER).updatedAt).to.deep.equal(LATER);
    expect(rehashPassword(user, 'fake2:correct horse').updatedAt).to.deep.equal(user.updatedAt);
  });

  it('never moves updatedAt back, even with a slow clock', () => {
    const user = aUser();
    expect(rename(user, 'New Name', new Date(0)).updatedAt).to.deep.equal(user.updatedAt);
  });

  it('may sign in when the address is verified and the account is not disabled', () => {
    expect(maySignIn(aUser())).to.equal(true);
    expect(maySignIn(aUser({ emailVerifiedAt: null }))).to.equal(false);
    expect(maySignIn(aUser({ disabledAt: LATER }))).to.equal(false);
  });
});
