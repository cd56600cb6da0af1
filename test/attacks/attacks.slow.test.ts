import { expect } from 'chai';
import { makeSandbox } from '../support/server-process.js';
import type { NamedAttack } from './attacks.js';
import { loadAttacks, startTarget } from './attacks.js';

const attacks = await loadAttacks();

async function withstand(
  { attack }: NamedAttack,
  { server, target }: Awaited<ReturnType<typeof startTarget>>,
) {
  const figures = await attack.run(target, 'small', new AbortController().signal);
  expect(attack.faults(figures, 'small'), JSON.stringify(figures)).to.deep.equal([]);
  expect((await server.call('GET', '/livez')).status).to.equal(200);
}

describe('a server under one attack after another', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  let started: Awaited<ReturnType<typeof startTarget>>;
  before(async () => {
    started = await startTarget(sandbox);
  });
  after(() => sandbox.clear());

  for (const named of attacks.filter(({ attack }) => attack.server === undefined))
    it(`withstands ${named.name}`, () => withstand(named, started));
});

describe('a server with settings of its own', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  afterEach(() => sandbox.clear());

  for (const named of attacks.filter(({ attack }) => attack.server !== undefined))
    it(`withstands ${named.name}`, async () =>
      withstand(named, await startTarget(sandbox, named.attack.server)));
});
