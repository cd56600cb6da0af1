import { expect } from 'chai';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { MINUTE } from '../../src/kernel/clock.js';
import { makeAccessTokens } from '../../src/identity/infrastructure/access-tokens.js';
import { makeMailTokens } from '../../src/identity/infrastructure/mail-tokens.js';
import { makeRefreshTokens } from '../../src/identity/infrastructure/refresh-tokens.js';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { FakeClock } from '../support/fakes/clock.js';

const secrets = makeSecrets('a secret for tests, longer than 32 bytes');
const others = makeSecrets('another secret for tests, also longer than 32 bytes');
const ID = '01930000-0000-7000-8000-0123456789ab';
const USER = '01930000-0000-7000-8000-00000000000a';

/** The text with one character changed, at every position. */
const tampered = (text: string): string[] =>
  Array.from(text).map(
    (character, at) => text.slice(0, at) + (character === 'A' ? 'B' : 'A') + text.slice(at + 1),
  );

describe('mail tokens', () => {
  const tokens = makeMailTokens({ secrets });
  const token = tokens.mint('registration', ID);

  it('contain their id, are deterministic, and have 45 characters', () => {
    expect(tokens.read('registration', token)).to.equal(ID);
    expect(tokens.mint('registration', ID)).to.equal(token);
    expect(token).to.match(/^[\w-]{22}\.[\w-]{22}$/);
  });
  it('are refused for another purpose and by a server with another secret', () => {
    expect(tokens.read('password-reset', token)).to.equal(undefined);
    expect(makeMailTokens({ secrets: others }).read('registration', token)).to.equal(undefined);
  });
  it('are refused after any change', () => {
    for (const text of [
      ...tampered(token),
      `${token}.`,
      `${token}.x`,
      ` ${token}`,
      `${token}=`,
      token.slice(1),
    ])
      expect(tokens.read('registration', text), text).to.equal(undefined);
  });
  it('are refused if they are arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => tokens.read('registration', text) === undefined));
  });
});

describe('refresh tokens', () => {
  const tokens = makeRefreshTokens({ secrets });
  const first = tokens.first(ID);

  it('contain session and generation, and are unique', () => {
    expect(tokens.read(first.text)).to.deep.equal(first);
    expect(first).to.include({ sessionId: ID, generation: 1 });
    expect(tokens.first(ID).text).not.to.equal(first.text);
    expect(first.text).to.match(/^[\w-]{91}$/);
  });
  it('have the same child for the same nonce, and another child for another nonce or parent', () => {
    const nonce = tokens.newNonce();
    const child = tokens.child(first, nonce);
    expect(tokens.child(first, nonce)).to.deep.equal(child);
    expect(child.generation).to.equal(2);
    expect(tokens.read(child.text)).to.deep.equal(child);
    expect(tokens.child(first, tokens.newNonce()).text).not.to.equal(child.text);
    expect(tokens.child(tokens.first(ID), nonce).text).not.to.equal(child.text);
  });
  it('do not contain the hash that is stored', () => {
    expect(first.text).not.to.contain(first.hash);
    expect(first.hash).to.have.length(43);
  });
  it('are refused after any change and by a server with another secret', () => {
    for (const text of [...tampered(first.text), `${first.text}A`, `${first.text}=`, ''])
      expect(tokens.read(text), text).to.equal(undefined);
    expect(makeRefreshTokens({ secrets: others }).read(first.text)).to.equal(undefined);
    fc.assert(fc.property(fc.string(), (text) => tokens.read(text) === undefined));
  });
});

describe('access tokens', () => {
  const clock = new FakeClock();
  const tokens = makeAccessTokens({ secrets, clock });
  const subject = { userId: USER, sessionId: ID };
  const key = new Uint8Array(secrets.key('access-token'));
  const seconds = Math.floor(clock.now().getTime() / 1000);
  const forged = (changes: {
    typ?: string;
    iss?: string;
    aud?: string;
    sid?: unknown;
    alg?: string;
    exp?: number;
    nbf?: number;
  }) =>
    new SignJWT({
      sid: 'sid' in changes ? changes.sid : ID,
      ...(changes.nbf !== undefined && { nbf: changes.nbf }),
    })
      .setProtectedHeader({ alg: changes.alg ?? 'HS256', typ: changes.typ ?? 'at+jwt' })
      .setIssuer(changes.iss ?? 'praxis')
      .setAudience(changes.aud ?? 'praxis-api')
      .setSubject(USER)
      .setIssuedAt(seconds)
      .setExpirationTime(changes.exp ?? seconds + 60)
      .sign(key);

  it('are valid for 15 minutes', async () => {
    const ownClock = new FakeClock();
    const own = makeAccessTokens({ secrets, clock: ownClock });
    const token = await own.mint(subject);
    expect(own.lifeSeconds).to.equal(900);
    expect(await own.read(token)).to.deep.equal(subject);
    ownClock.advance(15 * MINUTE - 1);
    expect(await own.read(token)).to.deep.equal(subject);
    ownClock.advance(1);
    expect(await own.read(token)).to.equal(undefined);
  });
  it('are accepted when the helper of this test signs correct claims (control of the next test)', async () => {
    expect(await tokens.read(await forged({}))).to.deep.equal(subject);
  });
  it('are refused with a wrong algorithm, type, issuer, audience, key or time, and without valid claims', async () => {
    const unsigned = new UnsecuredJWT({
      sid: ID,
      sub: USER,
      iss: 'praxis',
      aud: 'praxis-api',
      iat: seconds,
      exp: seconds + 60,
    });
    for (const token of [
      await forged({ alg: 'HS512' }),
      await forged({ typ: 'JWT' }),
      await forged({ iss: 'else' }),
      await forged({ aud: 'else' }),
      await forged({ sid: undefined }),
      await forged({ sid: 'x' }),
      await forged({ sid: 7 }),
      await forged({ exp: seconds }),
      await forged({ nbf: seconds + 1 }),
      unsigned.encode(),
      await makeAccessTokens({ secrets: others, clock }).mint(subject),
      makeRefreshTokens({ secrets }).first(ID).text,
      '',
      'a.b.c',
      `${await forged({})}x`,
    ])
      expect(await tokens.read(token), token).to.equal(undefined);
  });
});
