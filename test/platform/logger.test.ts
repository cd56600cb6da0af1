import { expect } from 'chai';
import { DatabaseError, UniqueConstraintError } from 'sequelize';
import { DomainError } from '../../src/kernel/errors.js';
import { describeError } from '../../src/platform/telemetry/errors.js';
import { makeLogger } from '../../src/platform/telemetry/logger.js';

const SECRET = 'hunter2-hunter2';

describe('the logger', () => {
  let text = '';
  beforeEach(() => {
    text = '';
  });
  const logger = (level = 'info') =>
    makeLogger({ level, destination: { write: (line) => void (text += line) } });
  const lines = (): Record<string, unknown>[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes one JSON object per line', () => {
    logger().info({ requestId: 'r1' }, 'answered');
    expect(lines()[0]).to.include({ level: 'info', requestId: 'r1', msg: 'answered', pid: process.pid });
    expect(new Date(lines()[0]!['time'] as string).getTime()).to.be.closeTo(Date.now(), 5_000);
  });

  it('writes nothing below its level', () => {
    logger('warn').info('nothing');
    expect(text).to.equal('');
  });

  for (const [what, logged] of Object.entries({
    'a password': { password: SECRET },
    'a header': { headers: { authorization: `Bearer ${SECRET}`, Cookie: SECRET, 'Set-Cookie': [SECRET] } },
    'a key for retries': { headers: { 'Idempotency-Key': SECRET } },
    'a deep one': { a: { b: [{ c: { d: { newPassword: SECRET, refresh_token: SECRET } } }] } },
    'a hash': { user: { passwordHash: SECRET, password_hash: SECRET, tokenHash: SECRET } },
    'a gateway’s token': { card: { gatewayToken: SECRET, accessToken: SECRET, cvc: SECRET } },
    'a secret that is an object': { token: { value: SECRET } },
    'a URL with a token': { url: `/confirm?a=b&token=${SECRET}&c=d` },
    'a URL with a password': { database: `postgres://praxis:${SECRET}@db/praxis` },
    'a JWT': { found: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hunter2-hunter2' },
    bytes: { key: Buffer.from(SECRET) },
  })) {
    it(`removes ${what}`, () => {
      logger().info(logged, 'seen');
      logger().child(logged).info('seen');
      expect(lines()).to.have.length(2);
      expect(text).not.to.contain(SECRET).and.not.to.contain(Buffer.from(SECRET).toString('base64'));
    });
  }

  it('removes secrets from messages', () => {
    logger().info('GET /confirm?token=%s', SECRET);
    logger().info(`Authorization: Bearer ${SECRET}`);
    logger().info(`mail sent with https://praxis.test/reset?token=${SECRET}`);
    expect(
      lines()
        .slice(1)
        .map(({ msg }) => String(msg))
        .join(),
    ).not.to.contain(SECRET);
  });

  it('keeps values that are not secrets', () => {
    logger().info(
      { user: { id: 'u1', email: null, tokens: 3 }, at: new Date(0), none: undefined, password: null },
      'x',
    );
    expect(lines()[0]).to.deep.include({
      user: { id: 'u1', email: null, tokens: 3 },
      at: '1970-01-01T00:00:00.000Z',
      password: null,
    });
  });

  it('bounds deep and cyclic objects', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger().info({ circle }, 'x');
    expect(text).to.contain('[deeper]');
  });

  it('logs the kind of an error without the input of the caller', () => {
    const parent = Object.assign(new Error(`invalid input syntax for type uuid: "${SECRET}"`), {
      code: '22P02',
      sql: `SELECT '${SECRET}'`,
      parameters: [SECRET],
      detail: `Key (email)=(${SECRET}) already exists.`,
      where: SECRET,
      table: 'users',
      constraint: 'users_email_unique',
    });
    logger().error({ err: new DatabaseError(parent as never) }, 'failed');
    logger().error({
      err: new UniqueConstraintError({ parent: parent, fields: { email: SECRET } }),
    });
    logger().error(new Error('outer', { cause: new Error(`GET /x?token=${SECRET}`) }));
    logger().error({ err: new AggregateError([new Error('one')], 'several') });
    expect(text).not.to.contain(SECRET);
    expect(text).to.contain('invalid input syntax for type uuid').and.to.contain('users_email_unique');
    const [first, , third] = lines() as {
      err: { type: string; stack: string; cause: Record<string, unknown> };
    }[];
    expect(first!.err.type).to.equal('SequelizeDatabaseError');
    expect(first!.err.stack).to.match(/\n\s+at /);
    expect(first!.err.cause).to.include({ code: '22P02', table: 'users' });
    expect(third!.err.cause['message']).to.equal('GET /x?token=[redacted]');
  });

  it('logs an expected failure without stack and details', () => {
    expect(
      describeError(new DomainError('conflict', 'email-taken', 'Taken.', { email: SECRET })),
    ).to.deep.equal({
      type: 'DomainError',
      message: 'Taken.',
      code: 'email-taken',
      kind: 'conflict',
    });
  });
});
