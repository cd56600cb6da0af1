import { expect } from 'chai';
import { makeLoadShedder } from '../../src/platform/http/server/load-shedder.js';
import { ProtocolError } from '../../src/platform/http/replies/protocol-error.js';

const BUSY_CLIENT = '192.0.2.1';
const OTHER_CLIENT = '192.0.2.2';

describe('the load shedder', () => {
  let report: (lagMs: number) => void = () => undefined;
  let watched = 0;
  let shed = 0;
  const lines: unknown[] = [];
  beforeEach(() => {
    watched = 0;
    shed = 0;
    lines.length = 0;
  });

  function start({ rateLimit = true } = {}) {
    const shedder = makeLoadShedder(
      {
        config: { rateLimit },
        logger: { warn: (fields: unknown) => void lines.push(fields) },
        metrics: { countShedRequest: () => (shed += 1) },
      },
      (listener) => {
        watched += 1;
        report = listener;
        return () => {
          watched -= 1;
        };
      },
    );
    shedder.start();
    return shedder;
  }
  const reportTimes = (times: number, lagMs: number): void => {
    for (let time = 0; time < times; time += 1) report(lagMs);
  };
  const enterTimes = (shedder: ReturnType<typeof start>, times: number, client: string) =>
    Array.from({ length: times }, () => shedder.enter(client));
  const expectRefusal = (shedder: ReturnType<typeof start>, client: string) =>
    expect(() => shedder.enter(client)).to.throw(ProtocolError, 'The server is too busy right now.');

  it('refuses nobody while the event loop is on time', () => {
    const shedder = start();
    reportTimes(10, 199);
    enterTimes(shedder, 1_000, BUSY_CLIENT);
    expect(shed).to.equal(0);
  });

  it('refuses nobody after four late probes', () => {
    const shedder = start();
    reportTimes(4, 60_000);
    report(0);
    reportTimes(4, 60_000);
    enterTimes(shedder, 1_000, BUSY_CLIENT);
    expect(shed).to.equal(0);
  });

  it('allows each client 8 running requests after five probes that were 200 ms late', () => {
    const shedder = start();
    reportTimes(5, 200);
    const leaves = enterTimes(shedder, 8, BUSY_CLIENT);
    expect(() => shedder.enter(BUSY_CLIENT))
      .to.throw(ProtocolError)
      .that.deep.includes({ code: 'unavailable', details: { retryAfterSeconds: 2 } });
    expect(shed).to.equal(1);
    enterTimes(shedder, 8, OTHER_CLIENT);
    leaves[0]!();
    shedder.enter(BUSY_CLIENT);
    expect(shed).to.equal(1);
  });

  it('allows a client 2 running requests and all clients 32 after delays of a second', () => {
    const shedder = start();
    reportTimes(5, 1_000);
    enterTimes(shedder, 2, BUSY_CLIENT);
    expectRefusal(shedder, BUSY_CLIENT);
    for (let client = 0; client < 30; client += 1) shedder.enter(`198.51.100.${client}`);
    expectRefusal(shedder, OTHER_CLIENT);
    expect(shed).to.equal(2);
  });

  it('stops refusing when the event loop is on time again', () => {
    const shedder = start();
    enterTimes(shedder, 100, BUSY_CLIENT);
    reportTimes(5, 5_000);
    expectRefusal(shedder, BUSY_CLIENT);
    report(10);
    shedder.enter(BUSY_CLIENT);
    expect(shed).to.equal(1);
  });

  it('logs refusals at most every ten seconds', () => {
    const shedder = start();
    reportTimes(5, 300);
    enterTimes(shedder, 8, BUSY_CLIENT);
    for (let request = 0; request < 3; request += 1) expectRefusal(shedder, BUSY_CLIENT);
    report(301.4);
    expectRefusal(shedder, BUSY_CLIENT);
    reportTimes(3, 300);
    expect(lines).to.deep.equal([{ lagMs: 301, refused: 3 }]);
  });

  it('does not measure without rate limits, nor after it was stopped', () => {
    start({ rateLimit: false });
    expect(watched).to.equal(0);
    const shedder = start();
    expect(watched).to.equal(1);
    shedder.stop();
    expect(watched).to.equal(0);
  });
});
