import { expect } from 'chai';
import { normalisePassword, passwordFault } from '../../src/identity/domain/password.js';
import { makeArgon2Passwords } from '../../src/identity/infrastructure/argon2-passwords.js';
import { makeCommonPasswords } from '../../src/identity/infrastructure/common-passwords.js';
import { makeHashQueue } from '../../src/identity/infrastructure/hash-queue.js';
import { hash } from '@node-rs/argon2';
import { expectCode } from '../support/expect-code.js';

const EMAIL = 'mara.member@praxis.test';
const faultOf = (password: string) => passwordFault(password, EMAIL, (text) => text === 'password1');

describe('a new password', () => {
  it('has 8 to 256 characters, counted as code points', () => {
    expect(faultOf('1234567')).to.match(/at least 8/);
    expect(faultOf('🦷'.repeat(7))).to.match(/at least 8/);
    expect(faultOf('🦷'.repeat(8))).to.equal(undefined);
    expect(faultOf('xy'.repeat(128))).to.equal(undefined);
    expect(faultOf('x'.repeat(257))).to.match(/at most 256/);
  });
  it('is not the address nor its local part, in any case', () => {
    expect(faultOf('Mara.Member@Praxis.test')).to.match(/address/);
    expect(faultOf('MARA.MEMBER')).to.match(/address/);
    expect(faultOf('mara.member and more')).to.equal(undefined);
  });
  it('is not common, in any case or width', () => {
    expect(faultOf('PassWord1')).to.match(/common/);
    expect(faultOf('ｐａｓｓｗｏｒｄ１')).to.match(/common/);
  });
  it('may hold anything: spaces, other scripts, no digits', () => {
    for (const password of ['correct horse battery', 'пароль мой длинный', '        x'])
      expect(faultOf(password)).to.equal(undefined);
  });
  it('is one and the same however its accents are composed', () => {
    expect(normalisePassword('Cafe\u0301 am See')).to.equal(normalisePassword('Caf\u00e9 am See'));
  });
});

describe('the list of common passwords', () => {
  it('is large, knows the usual ones, and not the demo password', async () => {
    const isCommon = await makeCommonPasswords().load();
    for (const password of ['password1', '12345678', 'qwertyuiop', 'iloveyou1'])
      expect(isCommon(password), password).to.equal(true);
    for (const password of ['praxis-demo-2026', 'correct horse battery'])
      expect(isCommon(password)).to.equal(false);
  });
});

describe('argon2 passwords', () => {
  const passwords = makeArgon2Passwords();

  it('hashes as OWASP recommends and verifies', async () => {
    const stored = await passwords.hash('correct horse');
    expect(stored).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify('correct horse', stored)).to.equal(true);
    expect(await passwords.verify('correct hors', stored)).to.equal(false);
    expect(passwords.needsRehash(stored)).to.equal(false);
  });
  it('takes either composition of an accent', async () => {
    expect(await passwords.verify('Cafe\u0301 am See', await passwords.hash('Caf\u00e9 am See'))).to.equal(
      true,
    );
  });
  it('accepts older parameters and wants them renewed', async () => {
    const old = await hash('correct horse', { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    expect(await passwords.verify('correct horse', old)).to.equal(true);
    expect(passwords.needsRehash(old)).to.equal(true);
  });
  it('is false for nobody and for a broken hash, after the same work', async () => {
    const stored = await passwords.hash('correct horse');
    const kinds = [stored, null, 'not a hash', ''];
    /** By turns, and the fastest of each: what else the machine does makes some slower, none faster. */
    const fastest = kinds.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 7; round += 1)
      for (const [kind, against] of kinds.entries()) {
        const start = performance.now();
        expect(await passwords.verify('wrong', against)).to.equal(false);
        fastest[kind] = Math.min(fastest[kind]!, performance.now() - start);
      }
    const [real, ...others] = fastest as [number, ...number[]];
    for (const other of others) expect(other).to.be.within(real / 3, real * 3);
  });
});

describe('the queue for hashing', () => {
  it('runs two at once, keeps order, and turns away what does not fit', async () => {
    const queue = makeHashQueue({ concurrency: 2, maxWaiting: 3, retryAfterSeconds: 5 });
    const releases: (() => void)[] = [];
    const started: number[] = [];
    const tasks = [0, 1, 2, 3, 4].map((number) =>
      queue.run(async () => {
        started.push(number);
        await new Promise<void>((resolve) => releases.push(resolve));
        return number;
      }),
    );
    await Promise.resolve();
    expect(started).to.deep.equal([0, 1]);
    const busy = await expectCode(
      queue.run(() => Promise.resolve()),
      'unavailable',
    );
    expect(busy.kind).to.equal('busy');
    expect(busy.details).to.deep.equal({ retryAfterSeconds: 5 });
    for (let turn = 0; turn < 5; turn += 1) {
      releases[turn]?.();
      await tasks[turn];
      expect(started.length).to.be.at.most(turn + 3);
      await Promise.resolve();
    }
    expect(await Promise.all(tasks)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(started).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('frees the place of a task that fails', async () => {
    const queue = makeHashQueue({ concurrency: 1, maxWaiting: 0, retryAfterSeconds: 1 });
    const failing = queue.run(() => Promise.reject(new Error('no memory')));
    await failing.catch(() => undefined);
    expect(await queue.run(() => Promise.resolve('next'))).to.equal('next');
  });
});
