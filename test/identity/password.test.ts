import { expect } from 'chai';
import { normalisePassword, passwordFault } from '../../src/identity/domain/password.js';
import { makeArgon2Passwords } from '../../src/identity/infrastructure/argon2-passwords.js';
import { makePasswordStrength } from '../../src/identity/infrastructure/password-strength.js';
import { makeHashQueue } from '../../src/identity/infrastructure/hash-queue.js';
import { hash } from '@node-rs/argon2';
import type { DomainError } from '../../src/kernel/errors.js';

const NOBODY = { ip: '192.0.2.1', isKnown: false };
const EMAIL = 'mara.member@praxis.test';
const faultOf = (password: string) =>
  passwordFault(password, EMAIL, (text) => (text.toLowerCase() === 'password1' ? 9_999_999 : 10_000_000));

describe('a new password', () => {
  it('has 8 to 256 characters, counted as code points', () => {
    expect(faultOf('1234567')).to.match(/at least 8/);
    expect(faultOf('🦷'.repeat(7))).to.match(/at least 8/);
    expect(faultOf('🦷'.repeat(8))).to.equal(undefined);
    expect(faultOf('xy'.repeat(128))).to.equal(undefined);
    expect(faultOf('x'.repeat(257))).to.match(/at most 256/);
  });
  it('must not be the e-mail address or its local part, in upper or lower case', () => {
    expect(faultOf('Mara.Member@Praxis.test')).to.match(/address/);
    expect(faultOf('MARA.MEMBER')).to.match(/address/);
    expect(faultOf('mara.member and more')).to.equal(undefined);
  });
  it('must not be a common password, in upper or lower case or in full-width letters', () => {
    expect(faultOf('PassWord1')).to.match(/common/);
    expect(faultOf('ｐａｓｓｗｏｒｄ１')).to.match(/common/);
  });
  it('may contain spaces and any script, and needs no digit', () => {
    for (const password of ['correct horse battery', 'пароль мой длинный', '        x'])
      expect(faultOf(password)).to.equal(undefined);
  });
  it('is normalised, so that composed and decomposed accents are equal', () => {
    expect(normalisePassword('Cafe\u0301 am See')).to.equal(normalisePassword('Caf\u00e9 am See'));
  });
});

describe('the strength of passwords', () => {
  const strength = makePasswordStrength({
    config: { mail: { from: 'Zahnarztpraxis Sonnental <desk@praxis.test>' } },
    publicUrl: 'https://sonnental.example',
  });
  const faultOfReal = async (password: string) => passwordFault(password, EMAIL, await strength.load());

  for (const password of [
    'password1',
    '12345678',
    'qwertyuiop',
    'iloveyou1',
    'aaaaaaaaaaaa',
    'z'.repeat(256),
    ' '.repeat(12),
    'abcabcabcabc',
    'letmein1!',
    'P@ssw0rd!',
    'praxis-demo-2026',
    'Praxis-Demo-2026',
    'sonnental2026',
    'Zahnarztpraxis Sonnental',
    'mara.member1',
  ])
    it(`is too low for ${JSON.stringify(password.slice(0, 30))}`, async () => {
      expect(await faultOfReal(password)).to.match(/common or easy to guess/);
    });

  for (const password of [
    'correct horse battery',
    'correct-horse-battery',
    'xK9#mQ2v',
    'пароль мой длинный',
    'Mond über Basel',
    'a new password',
  ])
    it(`is high enough for ${JSON.stringify(password)}`, async () => {
      expect(await faultOfReal(password)).to.equal(undefined);
    });
});

describe('argon2 passwords', () => {
  const passwords = makeArgon2Passwords();

  it('are hashed with the parameters that OWASP recommends, and verified', async () => {
    const stored = await passwords.hash('correct horse', NOBODY);
    expect(stored).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify('correct horse', stored, NOBODY)).to.equal(true);
    expect(await passwords.verify('correct hors', stored, NOBODY)).to.equal(false);
    expect(passwords.needsRehash(stored)).to.equal(false);
  });
  it('verify with composed and decomposed accents', async () => {
    expect(
      await passwords.verify('Cafe\u0301 am See', await passwords.hash('Caf\u00e9 am See', NOBODY), NOBODY),
    ).to.equal(true);
  });
  it('verify a hash with weaker parameters and report that it needs a rehash', async () => {
    const old = await hash('correct horse', { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    expect(await passwords.verify('correct horse', old, NOBODY)).to.equal(true);
    expect(passwords.needsRehash(old)).to.equal(true);
  });
  it('do not verify without a hash or with a malformed hash, and use as much CPU time as with a valid hash', async () => {
    const stored = await passwords.hash('correct horse', NOBODY);
    const kinds = [stored, null, 'not a hash', ''];
    /** The least CPU time of several rounds: unlike elapsed time it hardly depends on the load of the machine. */
    const cpuMicroseconds = kinds.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 7; round += 1)
      for (const [kind, against] of kinds.entries()) {
        const start = process.cpuUsage();
        expect(await passwords.verify('wrong', against, NOBODY)).to.equal(false);
        const { user, system } = process.cpuUsage(start);
        cpuMicroseconds[kind] = Math.min(cpuMicroseconds[kind]!, user + system);
      }
    const [real, ...others] = cpuMicroseconds as [number, ...number[]];
    for (const other of others) expect(other).to.be.within(real / 3, real * 3);
  });
});

describe('the queue for hashing', () => {
  const RULES = { concurrency: 2, maxWaiting: 4, retryAfterSeconds: 5 };
  const stranger = (site: string, network = `${site} network`) => ({ network, site, trusted: false });
  const trusted = (site: string) => ({ ...stranger(site), trusted: true });

  /** Tasks by name that run until they are released. */
  function makeTasks(rules = RULES) {
    const queue = makeHashQueue(rules);
    const started: string[] = [];
    const turnedAway: string[] = [];
    const releases = new Map<string, () => void>();
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
    return {
      started,
      turnedAway,
      async add(name: string, source: ReturnType<typeof stranger>) {
        queue
          .run(source, () => {
            started.push(name);
            return new Promise<void>((resolve) => releases.set(name, resolve));
          })
          .catch((error: unknown) => {
            expect(error).to.include({ kind: 'busy', code: 'unavailable' });
            expect((error as DomainError).details).to.deep.equal({ retryAfterSeconds: 5 });
            turnedAway.push(name);
          });
        await settle();
      },
      async release(name: string) {
        releases.get(name)?.();
        await settle();
      },
    };
  }

  it('reserves one place for trusted sources, and gives no site all places', async () => {
    const tasks = makeTasks();
    await tasks.add('stranger', stranger('a'));
    await tasks.add('another stranger', stranger('b'));
    expect(tasks.started).to.deep.equal(['stranger']);
    await tasks.add('trusted', trusted('c'));
    expect(tasks.started).to.deep.equal(['stranger', 'trusted']);
    await tasks.release('stranger');
    await tasks.release('another stranger');
    await tasks.add('trusted, same site', trusted('c'));
    expect(tasks.started).to.deep.equal(['stranger', 'trusted', 'another stranger']);
    await tasks.release('trusted');
    expect(tasks.started.at(-1)).to.equal('trusted, same site');
  });

  it('serves sites in turn, and the networks of a site in turn', async () => {
    const tasks = makeTasks({ ...RULES, maxWaiting: 10 });
    await tasks.add('a1', stranger('a', 'a/1'));
    await tasks.add('a1 again', stranger('a', 'a/1'));
    await tasks.add('a1 once more', stranger('a', 'a/1'));
    await tasks.add('a2', stranger('a', 'a/2'));
    await tasks.add('b', stranger('b'));
    for (const name of ['a1', 'b', 'a2', 'a1 again']) await tasks.release(name);
    expect(tasks.started).to.deep.equal(['a1', 'b', 'a2', 'a1 again', 'a1 once more']);
  });

  it('rejects the newest task of the site that fills it, and no other', async () => {
    const tasks = makeTasks();
    for (const name of ['flood 0', 'flood 1', 'flood 2', 'flood 3', 'flood 4'])
      await tasks.add(name, stranger('flood', name));
    expect(tasks.turnedAway).to.deep.equal([]);
    await tasks.add('flood 5', stranger('flood', 'flood 5'));
    expect(tasks.turnedAway).to.deep.equal(['flood 5']);
    await tasks.add('somebody', stranger('home'));
    expect(tasks.turnedAway).to.deep.equal(['flood 5', 'flood 4']);
    await tasks.release('flood 0');
    expect(tasks.started).to.deep.equal(['flood 0', 'somebody']);
  });

  it('frees the place of a failed task', async () => {
    const queue = makeHashQueue({ concurrency: 1, maxWaiting: 0, retryAfterSeconds: 1 });
    const failing = queue.run(stranger('a'), () => Promise.reject(new Error('no memory')));
    await failing.catch(() => undefined);
    expect(await queue.run(stranger('a'), () => Promise.resolve('next'))).to.equal('next');
  });
});
