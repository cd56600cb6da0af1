import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigurationError } from '../../src/platform/config/configuration-error.js';
import { prepareHome } from '../../src/platform/config/home.js';
import { readOrCreateAuthSecret } from '../../src/platform/config/secrets.js';
import { readCredentials } from '../../src/platform/embedded-postgres/credentials.js';
import { makeMailer } from '../../src/platform/mail/mailer.js';
import { rejection } from '../support/rejection.js';

const LONG_AGO = new Date('2026-01-01');

describe('PRAXIS_HOME', () => {
  let home: string;
  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), 'praxis-home-')), 'var');
  });
  afterEach(() => rmSync(join(home, '..'), { recursive: true }));

  const modeOf = (name: string): number => statSync(join(home, name)).mode & 0o777;
  function write(name: string, text: string, { mode = 0o600, at = new Date() } = {}): string {
    const file = join(home, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    utimesSync(file, at, at);
    return file;
  }

  it('is created so that other users can traverse but not list it', async () => {
    await prepareHome(home);
    expect(modeOf('.')).to.equal(0o711);
  });

  it('loses permissions beyond the documented ones', async () => {
    mkdirSync(join(home, 'mail'), { recursive: true });
    mkdirSync(join(home, 'postgres'));
    for (const name of ['.', 'mail']) chmodSync(join(home, name), 0o777);
    write('auth-secret', 'x'.repeat(40), { mode: 0o644 });
    write('postgres/credentials.json', '{}', { mode: 0o664 });
    await prepareHome(home);
    expect(['.', 'mail', 'auth-secret', 'postgres/credentials.json'].map(modeOf)).to.deep.equal([
      0o711, 0o700, 0o600, 0o600,
    ]);
  });

  it('keeps permissions that are narrower', async () => {
    mkdirSync(home, { mode: 0o700 });
    await prepareHome(home);
    expect(modeOf('.')).to.equal(0o700);
  });

  it('loses drafts of killed processes, but keeps those being written', async () => {
    mkdirSync(join(home, 'mail'), { recursive: true });
    const stale = [
      write('auth-secret.0123456789abcdef.tmp', 'x', { at: LONG_AGO }),
      write('mail/20261121T090000.000Z-a.eml.0123456789ab.tmp', 'token=x', { at: LONG_AGO }),
    ];
    const kept = [
      write('auth-secret.fedcba9876543210.tmp', 'x'),
      write('mail/20261121T090000.000Z-b.eml.ba9876543210.tmp', 'token=x'),
      write('mail/20261121T090000.000Z-c.eml', 'token=x', { at: LONG_AGO }),
      write('notes.tmp', 'x', { at: LONG_AGO }),
    ];
    await prepareHome(home);
    await makeMailer({ url: `file:${join(home, 'mail')}`, from: 'a@b.example', requireTls: true }).sweep();
    expect(stale.filter(existsSync)).to.deep.equal([]);
    expect(kept.filter(existsSync)).to.deep.equal(kept);
  });

  it('names an empty file of secrets and the remedy', async () => {
    mkdirSync(join(home, 'postgres'), { recursive: true });
    const secret = write('auth-secret', '\n');
    const credentials = write('postgres/credentials.json', '');
    const error = await rejection(readOrCreateAuthSecret(home));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(String(error)).to.contain(`${secret} is empty; restore the file from a backup, or remove it`);
    expect(() => readCredentials(credentials)).to.throw(
      ConfigurationError,
      `PRAXIS_HOME holds ${credentials}, which is empty and should keep the passwords of the embedded database; restore the file`,
    );
  });
});
