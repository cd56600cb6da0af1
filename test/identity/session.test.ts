import { expect } from 'chai';
import { DAY, plus, SECOND } from '../../src/kernel/clock.js';
import {
  endSession,
  isLive,
  judgeRefresh,
  newSession,
  restoreSession,
  rotateSession,
} from '../../src/identity/domain/session.js';
import { aSession } from '../support/builders/identity.js';

const T0 = new Date('2026-11-21T09:00:00.000Z');
const client = { ip: '192.0.2.1', userAgent: 'test' };
const first = newSession({ id: 's', userId: 'u', tokenHash: 'one', client }, T0);
const T1 = plus(T0, DAY);
const second = rotateSession(first, { tokenHash: 'two', nonce: 'n' }, T1);
const token = (generation: number, hash: string) => ({ sessionId: 's', generation, hash });

describe('a session', () => {
  it('expires after 30 days without use, and after 90 days at the latest', () => {
    expect(isLive(first, plus(T0, 30 * DAY - 1))).to.equal(true);
    expect(isLive(first, plus(T0, 30 * DAY))).to.equal(false);
    let session = first;
    for (let day = 20; day < 90; day += 20)
      session = rotateSession(session, { tokenHash: `at ${String(day)}`, nonce: 'n' }, plus(T0, day * DAY));
    expect(session.expiresAt).to.deep.equal(plus(T0, 90 * DAY));
  });

  it('keeps the first reason for its end', () => {
    const ended = endSession(first, 'signed-out', T1);
    expect(endSession(ended, 'refresh-reused', plus(T1, 1))).to.equal(ended);
    expect(isLive(ended, T1)).to.equal(false);
  });

  it('truncates the user agent and the IP address of the client without splitting a character', () => {
    const { userAgent, ip } = newSession(
      { id: 's', userId: 'u', tokenHash: 'h', client: { ip: '1'.repeat(99), userAgent: '🦷'.repeat(600) } },
      T0,
    );
    expect(Array.from(userAgent)).to.have.length(512);
    expect(userAgent.isWellFormed()).to.equal(true);
    expect(ip).to.have.length(64);
  });

  it('is not restored when a stored value breaks an invariant', () => {
    for (const broken of [
      { generation: 0 },
      { generation: 2 },
      { nonce: 'n' },
      { expiresAt: plus(T0, 91 * DAY) },
      { endedAt: T0 },
      { endReason: 'revoked' as const },
    ])
      expect(() => restoreSession({ ...first, ...broken }), JSON.stringify(broken)).to.throw(
        'corrupt session',
      );
  });
});

describe('judging a refresh token', () => {
  it('rotates the latest token, at any time', () => {
    expect(judgeRefresh(first, token(1, 'one'), T1)).to.equal('rotate');
    expect(judgeRefresh(second, token(2, 'two'), plus(T1, 20 * DAY))).to.equal('rotate');
  });
  it('repeats the answer for the parent of the latest token for 10 seconds', () => {
    expect(judgeRefresh(second, token(1, 'one'), T1)).to.equal('repeat');
    expect(judgeRefresh(second, token(1, 'one'), plus(T1, 10 * SECOND))).to.equal('repeat');
    expect(judgeRefresh(second, token(1, 'one'), plus(T1, 10 * SECOND + 1))).to.equal('reused');
  });
  it('repeats the answer although the clock of another process is ahead', () => {
    expect(judgeRefresh(second, token(1, 'one'), plus(T1, -2 * SECOND))).to.equal('repeat');
  });
  it('does not repeat the answer once the child was used', () => {
    const third = rotateSession(second, { tokenHash: 'three', nonce: 'm' }, plus(T1, SECOND));
    expect(judgeRefresh(third, token(1, 'one'), plus(T1, SECOND))).to.equal('reused');
    expect(judgeRefresh(third, token(2, 'two'), plus(T1, SECOND))).to.equal('repeat');
  });
  it('treats every other token of the session as reused', () => {
    expect(judgeRefresh(second, token(2, 'another'), T1)).to.equal('reused');
    expect(judgeRefresh(second, token(1, 'another'), T1)).to.equal('reused');
    expect(judgeRefresh(second, token(3, 'two'), T1)).to.equal('reused');
    expect(judgeRefresh(first, token(0, 'zero'), T1)).to.equal('reused');
  });
  it('refuses when the session has ended or expired', () => {
    expect(judgeRefresh(endSession(first, 'revoked', T1), token(1, 'one'), T1)).to.equal('refused');
    expect(judgeRefresh(aSession({ userId: 'u', expiresAt: T1 }), token(1, 'one'), T1)).to.equal('refused');
  });
});
