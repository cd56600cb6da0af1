import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { makeProxyNotice } from '../../src/platform/http/server/proxy-notice.js';
import { startTestPraxis, type TestPraxis } from '../support/praxis.js';
import { eventually } from '../support/processes.js';

const FORWARDED = { headers: { 'x-forwarded-for': '203.0.113.7' } };

describe('a local proxy', () => {
  let praxis: TestPraxis;
  afterEach(() => praxis.stop());

  const warnings = () => praxis.logLines.filter((line) => line.includes('came through a proxy'));
  const markerOf = () =>
    `${(praxis.container.cradle as { config: { home: string } }).config.home}/proxy-without-trust`;

  it('logs one warning while TRUST_PROXY is off, and leaves a marker for doctor', async () => {
    praxis = await startTestPraxis();
    await praxis.call('GET', '/livez');
    expect(warnings()).to.deep.equal([]);
    for (let n = 0; n < 3; n += 1) await praxis.call('GET', '/livez', FORWARDED);
    await praxis.call('GET', '/livez', { headers: { forwarded: 'for=203.0.113.7' } });
    expect(warnings()).to.have.length(1);
    expect(warnings()[0]).to.contain('Set TRUST_PROXY=on').and.to.contain('"level":"warn"');
    await eventually('the marker is there', () => existsSync(markerOf()));
    expect(await readFile(markerOf(), 'utf8')).to.equal('');
  });

  it('logs no warning with TRUST_PROXY=on', async () => {
    praxis = await startTestPraxis({ TRUST_PROXY: 'on' });
    await praxis.call('GET', '/livez', FORWARDED);
    expect(warnings()).to.deep.equal([]);
    expect(existsSync(markerOf())).to.equal(false);
  });
});

describe('makeProxyNotice', () => {
  const isNoticed = (remoteAddress: string): boolean => {
    let noticed = false;
    const notice = makeProxyNotice(() => (noticed = true));
    notice({ ...FORWARDED, socket: { remoteAddress } } as unknown as Parameters<typeof notice>[0]);
    return noticed;
  };
  for (const address of [
    '127.0.0.1',
    '::1',
    '::ffff:10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    'fd00::1',
    'fe80::1%eth0',
  ])
    it(`recognises ${address} as a proxy`, () => expect(isNoticed(address)).to.equal(true));
  for (const address of ['203.0.113.7', '172.32.0.1', '::ffff:8.8.8.8', '2001:db8::1', ''])
    it(`does not recognise ${address || 'no address'} as a proxy`, () =>
      expect(isNoticed(address)).to.equal(false));
});
