import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { makeMailer } from '../../src/platform/mail/mailer.js';
import { rejection } from '../support/rejection.js';

const FROM = 'The practice <desk@praxis.example>';
const TOKEN = `token=${'AbC-_9.'.repeat(20)}`;
const MAIL = {
  id: '0198c0de-0000-7000-8000-000000000001',
  to: 'member@praxis.test',
  subject: 'Confirm your address',
  text: `Hello,\n\nopen this link to confirm:\n\nhttps://praxis.example/confirm?${TOKEN}\n\n.\nFrom the practice\n`,
};

describe('mail to files', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'praxis-mail-')), 'mail');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));
  const files = (): string[] => readdirSync(folder).map((name) => join(folder, name));

  it('writes one file per mail, sorted by time, readable only by its owner', async () => {
    const mailer = makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false });
    await mailer.send(MAIL);
    await mailer.send({ ...MAIL, id: 'second' });
    const [first, second] = readdirSync(folder).sort();
    expect(first).to.match(/^\d{8}T\d{6}\.\d{3}Z-0198c0de-0000-7000-8000-000000000001\.eml$/);
    expect(second).to.match(/-second\.eml$/);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(statSync(join(folder, first!)).mode & 0o777).to.equal(0o600);
  });

  it('does not split links in the raw file', async () => {
    await makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false }).send(MAIL);
    const found = execFileSync('grep', ['-oh', 'token=[^ ]*', ...files()], { encoding: 'utf8' });
    expect(found).to.equal(`${TOKEN}\n`);
    const raw = readFileSync(files()[0]!, 'utf8');
    expect(raw).not.to.contain('=3D').and.not.to.contain('\r');
    expect(raw).to.contain('Content-Transfer-Encoding: 7bit');
  });

  it('writes a message that a mail parser reads', async () => {
    const text = `Grüß Gott, ${'x'.repeat(100)}\n${TOKEN}\n`;
    await makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false }).send({
      ...MAIL,
      subject: 'Bestätigung',
      text,
    });
    const raw = readFileSync(files()[0]!);
    const parsed = await PostalMime.parse(raw);
    expect(parsed.text).to.equal(text);
    expect(parsed.subject).to.equal('Bestätigung');
    expect(parsed.from).to.deep.include({ name: 'The practice', address: 'desk@praxis.example' });
    expect(parsed.to).to.deep.equal([{ name: '', address: MAIL.to }]);
    expect(parsed.messageId).to.equal(`<${MAIL.id}@praxis.example>`);
    expect(new Date(parsed.date!).getTime()).to.be.closeTo(Date.now(), 10_000);
    expect(parsed.headers.find(({ key }) => key === 'auto-submitted')?.value).to.equal('auto-generated');
    expect(raw.toString()).to.contain(TOKEN);
  });

  it('keeps one file for a repeated mail', async () => {
    const mailer = makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false });
    await mailer.send(MAIL);
    await mailer.send(MAIL);
    expect(files()).to.have.length(1);
  });

  for (const [what, change] of [
    ['a second header in the subject', { subject: 'Hello\r\nBcc: other@example.com' }],
    ['a second header in the address', { to: 'a@b.example\r\nBcc: other@example.com' }],
    ['a second recipient', { to: 'a@b.example, other@example.com' }],
    ['a recipient that is no address', { to: 'nobody' }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const mailer = makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false });
      expect(await rejection(mailer.send({ ...MAIL, ...change }))).to.be.instanceOf(Error);
      expect(existsSync(folder)).to.equal(false);
    });
  }

  it('cannot leave its folder by an id', async () => {
    await makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false }).send({
      ...MAIL,
      id: '../../etc/passwd',
    });
    expect(readdirSync(folder).join()).to.match(/^[^/]+Z--etc-passwd\.eml$/);
  });

  it('reports whether the folder is writable', async () => {
    await makeMailer({ url: `file:${folder}`, from: FROM, requireTls: false }).verify();
    expect(
      await rejection(makeMailer({ url: 'file:/dev/null/mail', from: FROM, requireTls: false }).verify()),
    ).to.be.instanceOf(Error);
  });
});

describe('mail by SMTP', () => {
  type Delivery = { from: string; to: string[]; raw: string };
  const deliveries: Delivery[] = [];
  let server: SMTPServer;
  let port: number;

  before(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          deliveries.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    port = (server.server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    deliveries.length = 0;
  });
  after((done) => server.close(() => done()));

  it('delivers once to the only recipient', async () => {
    const mailer = makeMailer({ url: `smtp://127.0.0.1:${port}`, from: FROM, requireTls: false });
    await mailer.verify();
    await mailer.send(MAIL);
    mailer.close();
    expect(deliveries).to.have.length(1);
    expect(deliveries[0]).to.deep.include({ from: 'desk@praxis.example', to: [MAIL.to] });
    const parsed = await PostalMime.parse(deliveries[0]!.raw);
    expect(parsed.text!.replaceAll('\r\n', '\n').trimEnd()).to.equal(MAIL.text.trimEnd());
    expect(parsed.messageId).to.equal(`<${MAIL.id}@praxis.example>`);
    expect(deliveries[0]!.raw).to.contain(TOKEN);
  });

  it('throws while the server is unavailable, and delivers afterwards', async () => {
    const url = `smtp://127.0.0.1:${port}`;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const mailer = makeMailer({ url, from: FROM, requireTls: false });
    expect(String(await rejection(mailer.send(MAIL)))).to.contain('ECONNREFUSED');
    expect(await rejection(mailer.verify())).to.be.instanceOf(Error);
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => {
          deliveries.push({ from: '', to: [], raw: '' });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
    await mailer.send(MAIL);
    mailer.close();
    expect(deliveries).to.have.length(1);
  });

  describe('to a server without STARTTLS', () => {
    it('sends nothing, not even the credentials, when TLS is required', async () => {
      const mailer = makeMailer({
        url: `smtp://user:password@127.0.0.1:${port}`,
        from: FROM,
        requireTls: true,
      });
      expect(String(await rejection(mailer.send(MAIL)))).to.match(/STARTTLS/i);
      expect(await rejection(mailer.verify())).to.be.instanceOf(Error);
      mailer.close();
      expect(deliveries).to.deep.equal([]);
    });
  });

  it('sends over STARTTLS only to a server with a valid certificate', async () => {
    const secure = new SMTPServer({
      authOptional: true,
      onData(stream, session, done) {
        stream.resume();
        stream.on('end', () => {
          deliveries.push({ from: session.secure ? 'secure' : 'clear', to: [], raw: '' });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', () => resolve()));
    const url = `smtp://127.0.0.1:${(secure.server.address() as AddressInfo).port}`;
    const strict = makeMailer({ url, from: FROM, requireTls: true });
    expect(await rejection(strict.send(MAIL))).to.be.instanceOf(Error);
    expect(deliveries).to.deep.equal([]);
    const trusting = makeMailer({
      url: `${url}/?tls.rejectUnauthorized=false`,
      from: FROM,
      requireTls: true,
    });
    await trusting.send(MAIL);
    expect(deliveries.map(({ from }) => from)).to.deep.equal(['secure']);
    strict.close();
    trusting.close();
    await new Promise<void>((resolve) => secure.close(() => resolve()));
  });
});
